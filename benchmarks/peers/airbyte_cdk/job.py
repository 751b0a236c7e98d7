"""The work in airbyte-cdk: a destination fed with Airbyte messages.

    job.py FOLDER MIN_VOTES <messages

The CDK parses each line with orjson and loads it as a message with its serialiser, serpyco-rs. It
leaves what is in a record unchecked, so the record is loaded as a dataclass by the same library.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
from airbyte_cdk.destinations import Destination
from airbyte_cdk.models import (
    AirbyteConnectionStatus,
    AirbyteMessage,
    ConfiguredAirbyteCatalog,
    ConnectorSpecification,
    Status,
    Type,
)
from serpyco_rs import SchemaValidationError, Serializer
from serpyco_rs.metadata import Max, MaxLength, Min, MinLength

MAX_INTEGER = 2**53 - 1
CATALOG = {
    "streams": [
        {
            "stream": {"name": "records", "json_schema": {}, "supported_sync_modes": []},
            "sync_mode": "full_refresh",
            "destination_sync_mode": "append",
        }
    ]
}


@dataclass
class Source:
    """Where a record comes from."""

    dataset: str
    licence: str


@dataclass
class Text:
    """Its words."""

    content: str
    language: str


@dataclass
class Emotion:
    """A label with its votes."""

    vocabulary: str
    label: str
    votes: Annotated[int, Min(0), Max(MAX_INTEGER)]


@dataclass
class Labels:
    """What people said."""

    emotions: list[Emotion]


@dataclass
class Record:
    """The schema of a record."""

    id: Annotated[str, MinLength(1), MaxLength(512)]
    source: Source
    text: Text
    labels: Labels


class FileDestination(Destination):
    """Writes valid records into two files by their verdict, and the others into a third."""

    def spec(self, _logger: object) -> ConnectorSpecification:
        """The configuration: a folder and a bound."""
        return ConnectorSpecification(connectionSpecification={"type": "object"})

    def check(self, _logger: object, _config: Mapping[str, Any]) -> AirbyteConnectionStatus:
        """Nothing can be wrong."""
        return AirbyteConnectionStatus(status=Status.SUCCEEDED)

    def write(
        self,
        config: Mapping[str, Any],
        configured_catalog: ConfiguredAirbyteCatalog,  # noqa: ARG002 - the CDK gives it by name
        input_messages: Iterable[AirbyteMessage],
    ) -> Iterable[AirbyteMessage]:
        """Write every record; state messages, of which there are none, would be handed back."""
        folder, min_votes = Path(config["folder"]), config["min_votes"]
        load = Serializer(Record).load
        with (
            (folder / "kept.jsonl").open("wb") as kept,
            (folder / "dropped.jsonl").open("wb") as dropped,
            (folder / "rejects.jsonl").open("wb") as rejects,
        ):
            for message in input_messages:
                if message.type is Type.STATE:
                    yield message
                if message.record is None:
                    continue
                data = message.record.data
                try:
                    votes = load(data).labels.emotions[0].votes
                except SchemaValidationError as error:
                    reason = [one.message for one in error.errors]
                    rejects.write(orjson.dumps({"reason": reason, "record": data}) + b"\n")
                    continue
                passed = votes >= min_votes
                verdict = {"passed": passed, "score": votes, "threshold": min_votes}
                data["verdicts"] = {"threshold": verdict}
                (kept if passed else dropped).write(orjson.dumps(data) + b"\n")


def main() -> None:
    """Write what comes on standard input."""
    folder, min_votes = Path(sys.argv[1]), int(sys.argv[2])
    config, catalog = folder / "config.json", folder / "catalog.json"
    config.write_bytes(orjson.dumps({"folder": str(folder), "min_votes": min_votes}))
    catalog.write_bytes(orjson.dumps(CATALOG))
    FileDestination().run(["write", "--config", str(config), "--catalog", str(catalog)])


if __name__ == "__main__":
    main()
