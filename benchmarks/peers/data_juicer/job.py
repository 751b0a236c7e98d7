"""The work in data-juicer: a function over batches as a mapper, its numeric filter, its exporter.

    job.py SOURCE FOLDER MIN_VOTES

As its documentation recommends: a configuration, the default executor, `python_file_mapper` for
what no operator of its own does. Its loader is that of Hugging Face datasets. What its filter takes
out is not kept.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from data_juicer.config import init_configs
from data_juicer.core import DefaultExecutor

BOUND = "BENCHMARK_MIN_VOTES"
MAX_ID_LENGTH = 512


def judge(samples: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Check the types of a batch of records and write the verdicts into it."""
    min_votes = int(os.environ[BOUND])
    verdicts = []
    for identity, source, text, labels in zip(
        samples["id"], samples["source"], samples["text"], samples["labels"], strict=True
    ):
        check(identity, source, text, labels)
        votes = labels["emotions"][0]["votes"]
        verdict = {"passed": votes >= min_votes, "score": votes, "threshold": min_votes}
        verdicts.append({"threshold": verdict})
    return {**samples, "verdicts": verdicts}


def check(
    identity: object, source: dict[str, Any], text: dict[str, Any], labels: dict[str, Any]
) -> None:
    """Refuse a record whose members have other types.

    Raises:
        TypeError: they have.
    """
    valid = (
        isinstance(identity, str)
        and 0 < len(identity) <= MAX_ID_LENGTH
        and isinstance(source["dataset"], str)
        and isinstance(source["licence"], str)
        and isinstance(text["content"], str)
        and isinstance(text["language"], str)
        and all(
            isinstance(label["vocabulary"], str)
            and isinstance(label["label"], str)
            and isinstance(label["votes"], int)
            for label in labels["emotions"]
        )
    )
    if not valid:
        raise TypeError("a member has another type")


def main() -> None:
    """Write the configuration and run it."""
    source, folder, min_votes = sys.argv[1:]
    os.environ[BOUND] = min_votes
    process = [
        {
            "python_file_mapper": {
                "file_path": __file__,
                "function_name": judge.__name__,
                "batched": True,
            }
        },
        {
            "specified_numeric_field_filter": {
                "field_key": "verdicts.threshold.score",
                "min_value": int(min_votes),
            }
        },
    ]
    config = {
        "project_name": "threshold",
        "dataset_path": source,
        "export_path": f"{folder}/kept.jsonl",
        "work_dir": f"{folder}/work",
        "ds_cache_dir": f"{folder}/cache",
        "np": 1,
        "text_keys": "text",
        "process": process,
    }
    path = Path(folder) / "config.yaml"
    path.write_text(json.dumps(config), "utf-8")  # JSON is YAML
    DefaultExecutor(init_configs(args=["--config", str(path)])).run()


if __name__ == "__main__":
    main()
