"""Where the records of a dataset come from, said once a dataset."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from affectory_protocol.records import Source

from dataset_io.config import TextImportConfig


@dataclass(frozen=True, slots=True)
class Origin:
    """A published dataset.

    Attributes:
        dataset: its name, which is also its vocabulary's and the beginning of its records' ids.
        licence: SPDX identifier, or the terms in a few words.
        citation: how it asks to be cited.
    """

    dataset: str
    licence: str
    citation: str

    def under(self, config: TextImportConfig) -> "Origin":
        """The same dataset with the terms that were given for these files, where there are some."""
        given = {"licence": config.licence, "citation": config.citation}
        return replace(self, **{name: words for name, words in given.items() if words is not None})

    def build_source(self, split: str | None, groups: Mapping[str, str]) -> Source:
        """Make the section of one record; a split that is not known is left out.

        Args:
            split: train, validation or test.
            groups: what must not lie on both sides of a split.
        """
        if split is None:
            return Source(
                dataset=self.dataset,
                licence=self.licence,
                citation=self.citation,
                groups=dict(groups),
            )
        return Source(
            dataset=self.dataset,
            split=split,
            licence=self.licence,
            citation=self.citation,
            groups=dict(groups),
        )
