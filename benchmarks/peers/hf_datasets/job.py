"""The work in Hugging Face datasets: the JSON loader with a schema, map, filter, to_json.

    job.py SOURCE FOLDER MIN_VOTES

As its documentation recommends: features given, functions over batches, only the columns that a
function needs. Loading turns the file into Arrow, and what is of another type than its feature and
cannot be cast stops it.
"""

import sys
from typing import Any

from datasets import Features, List, Value, disable_progress_bars, load_dataset

FEATURES = Features(
    {
        "id": Value("string"),
        "source": {"dataset": Value("string"), "licence": Value("string")},
        "text": {"content": Value("string"), "language": Value("string")},
        "labels": {
            "emotions": List(
                {"vocabulary": Value("string"), "label": Value("string"), "votes": Value("int64")}
            )
        },
    }
)


def main() -> None:
    """Load, judge, split, write."""
    source, folder, bound = sys.argv[1:]
    min_votes = int(bound)

    def judge(labels: list[dict[str, Any]]) -> dict[str, list[dict[str, dict[str, Any]]]]:
        votes = [one["emotions"][0]["votes"] for one in labels]
        return {
            "verdicts": [
                {"threshold": {"passed": n >= min_votes, "score": n, "threshold": min_votes}}
                for n in votes
            ]
        }

    def has_passed(verdicts: list[dict[str, Any]]) -> list[bool]:
        return [one["threshold"]["passed"] for one in verdicts]

    def has_failed(verdicts: list[dict[str, Any]]) -> list[bool]:
        return [not one["threshold"]["passed"] for one in verdicts]

    disable_progress_bars()
    records = load_dataset(
        "json", data_files=source, split="train", features=FEATURES, cache_dir=f"{folder}/cache"
    )
    judged = records.map(judge, batched=True, input_columns="labels")
    for name, chosen in (("kept", has_passed), ("dropped", has_failed)):
        part = judged.filter(chosen, batched=True, input_columns="verdicts")
        part.to_json(f"{folder}/{name}.jsonl")


if __name__ == "__main__":
    main()
