"""The work in singer-sdk: a target whose sink writes batches, fed with Singer messages.

    job.py FOLDER MIN_VOTES default|fast <messages

`default` takes the SDK as it comes: its reader and its jsonschema validator. `fast` takes what its
documentation offers for speed: the msgspec reader and a validator that fastjsonschema compiled.
"""

import sys
from pathlib import Path
from typing import Any

import fastjsonschema
from singer_sdk import typing as th
from singer_sdk.contrib.msgspec import MsgSpecReader, serialize_jsonl
from singer_sdk.exceptions import InvalidRecord
from singer_sdk.singerlib.json import serialize_json
from singer_sdk.sinks import BatchSink
from singer_sdk.sinks.core import BaseJSONSchemaValidator
from singer_sdk.target_base import Target

FAST = "fast"


class CompiledValidator(BaseJSONSchemaValidator):
    """Validates by code that fastjsonschema made from the schema."""

    def __init__(self, schema: dict[str, Any]) -> None:
        super().__init__(schema)
        self._validate = fastjsonschema.compile(schema)

    def validate(self, record: dict[str, Any]) -> None:
        """Refuse a record that breaks the schema."""
        try:
            self._validate(record)
        except fastjsonschema.JsonSchemaValueException as error:
            raise InvalidRecord(error.message, record) from error


class FileSink(BatchSink):
    """Adds the verdict to each record and writes a batch at a time."""

    def setup(self) -> None:
        """Open the two files."""
        folder = Path(self.config["folder"])
        self._min_votes = int(self.config["min_votes"])
        self._kept = (folder / "kept.jsonl").open("wb")
        self._dropped = (folder / "dropped.jsonl").open("wb")

    def preprocess_record(self, record: dict[str, Any], _context: dict[str, Any]) -> dict[str, Any]:
        """Write the verdict into the record."""
        votes = record["labels"]["emotions"][0]["votes"]
        passed = votes >= self._min_votes
        verdict = {"passed": passed, "score": votes, "threshold": self._min_votes}
        record["verdicts"] = {"threshold": verdict}
        return record

    def process_batch(self, context: dict[str, Any]) -> None:
        """Write the batch."""
        for record in context["records"]:
            passed = record["verdicts"]["threshold"]["passed"]
            (self._kept if passed else self._dropped).write(self.encode(record))

    def encode(self, record: dict[str, Any]) -> bytes:
        """A line, by the SDK's own serialiser."""
        return f"{serialize_json(record)}\n".encode()

    def clean_up(self) -> None:
        """Close the files."""
        super().clean_up()
        self._kept.close()
        self._dropped.close()


class FastFileSink(FileSink):
    """The same with what the documentation offers for speed."""

    def get_validator(self) -> BaseJSONSchemaValidator:
        """The compiled validator."""
        return CompiledValidator(self.schema)

    def encode(self, record: dict[str, Any]) -> bytes:
        """A line, by msgspec."""
        return bytes(serialize_jsonl(record))


class FileTarget(Target):
    """Writes a stream of records into two files."""

    name = "target-threshold"
    config_jsonschema = th.PropertiesList(
        th.Property("folder", th.StringType, required=True),
        th.Property("min_votes", th.IntegerType, required=True),
    ).to_dict()
    default_sink_class = FileSink


class FastFileTarget(FileTarget):
    """The same with what the documentation offers for speed."""

    default_sink_class = FastFileSink
    message_reader_class = MsgSpecReader


def main() -> None:
    """Read messages from standard input until they end."""
    folder, min_votes, manner = sys.argv[1:]
    target = FastFileTarget if manner == FAST else FileTarget
    target(config={"folder": folder, "min_votes": int(min_votes)}).listen()


if __name__ == "__main__":
    main()
