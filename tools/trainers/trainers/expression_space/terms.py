"""The terms that data may be used under, as the `source` of records tells them."""

from collections import Counter
from typing import NamedTuple

from affectory_protocol.records import Source
from pydantic import BaseModel, ConfigDict, Field


class Terms(BaseModel):
    """Terms, and how many records have them; null is not told."""

    model_config = ConfigDict(frozen=True)

    dataset: str = Field(description="As its importer calls it.")
    licence: str | None = Field(description="SPDX identifier, or words.")
    consent: str | None = Field(description="What the people in it agreed to.")
    citation: str | None = Field(description="How it asks to be cited.")
    records: int = Field(ge=1, description="How many have these.")


class Told(NamedTuple):
    """What one record tells; None is not told."""

    dataset: str
    licence: str | None
    consent: str | None
    citation: str | None


def read_terms(source: Source) -> Told:
    """The terms of a record."""
    return Told(source.dataset, source.licence, source.consent, source.citation)


def list_terms(counts: Counter[Told]) -> tuple[Terms, ...]:
    """All terms with the number of their records, by name of the dataset."""
    ordered = sorted(counts.items(), key=lambda one: [text or "" for text in one[0]])
    return tuple(Terms(**told._asdict(), records=count) for told, count in ordered)
