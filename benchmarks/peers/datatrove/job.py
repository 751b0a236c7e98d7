"""The work in datatrove: reader, filters with exclusion writers, writer, under the local executor.

    job.py SOURCE_FOLDER FOLDER MIN_VOTES WORKERS

As its README recommends: an adapter at either end, a function as a custom step, `exclusion_writer`
for what a filter takes out, one task a file, orjson inside, no compression.
"""

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import LambdaFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

MAX_ID_LENGTH = 512


def to_document(_reader: object, data: dict[str, Any], _path: str, _number: int) -> dict[str, Any]:
    """A record as a document: its members are the metadata."""
    return {"text": data["text"]["content"], "id": data["id"], "metadata": data}


def to_record(_writer: object, document: Document) -> dict[str, Any]:
    """A document as the record it came from."""
    record: dict[str, Any] = document.metadata
    return record


def is_valid(document: Document) -> bool | tuple[bool, str]:
    """Whether the members have their types; the library itself has no schema."""
    record = document.metadata
    valid = (
        isinstance(document.id, str)
        and 0 < len(document.id) <= MAX_ID_LENGTH
        and isinstance(record["source"]["dataset"], str)
        and isinstance(record["source"]["licence"], str)
        and isinstance(document.text, str)
        and isinstance(record["text"]["language"], str)
        and all(
            isinstance(label["vocabulary"], str)
            and isinstance(label["label"], str)
            and isinstance(label["votes"], int)
            for label in record["labels"]["emotions"]
        )
    )
    return valid or (False, "invalid")


def judge(
    data: Iterator[Document], _rank: int = 0, _world_size: int = 1, *, min_votes: int
) -> Iterator[Document]:
    """Write the verdict into every record."""
    for document in data:
        votes = document.metadata["labels"]["emotions"][0]["votes"]
        verdict = {"passed": votes >= min_votes, "score": votes, "threshold": min_votes}
        document.metadata["verdicts"] = {"threshold": verdict}
        yield document


def has_passed(document: Document) -> bool:
    """What the verdict says."""
    return bool(document.metadata["verdicts"]["threshold"]["passed"])


def main() -> None:
    """Run the pipeline."""
    source, folder, min_votes, workers = sys.argv[1:]

    def writer(name: str) -> JsonlWriter:
        return JsonlWriter(folder, f"{name}-${{rank}}.jsonl", compression=None, adapter=to_record)

    reader = JsonlReader(
        source, compression=None, adapter=to_document, glob_pattern="*.jsonl", add_file_path=False
    )
    pipeline = [
        reader,
        LambdaFilter(is_valid, exclusion_writer=writer("rejects")),
        partial(judge, min_votes=int(min_votes)),
        LambdaFilter(has_passed, exclusion_writer=writer("dropped")),
        writer("kept"),
    ]
    executor = LocalPipelineExecutor(
        pipeline, tasks=int(workers), workers=int(workers), logging_dir=f"{folder}/log"
    )
    executor.run()


if __name__ == "__main__":
    main()
