"""Texts that say nearly the same: n-grams of characters in common, found by MinHash and bands.

Source: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, third edition, sections 3.3 and
3.4. Candidates come from the bands of a MinHash; the values that two MinHashes have in common
estimate their similarity and choose the few candidates that are looked at; what is judged is their
exact Jaccard similarity. The work for a text is bounded, however many it resembles.
"""

from dataclasses import dataclass

import numpy as np
from affectory_protocol.record import Record
from affectory_protocol.records import Text, Verdict
from affectory_protocol.scratch import Scratch
from rensa import RMinHash

from filters.duplicates import Repeat
from filters.duplicates_config import NearTextConfig
from filters.normal_text import normalise_text

PERMUTATIONS = 128
"""Values of a MinHash."""

MIN_RECALL = 0.98
"""Share of the pairs at the threshold that the bands find; of more similar pairs it is larger."""

MAX_CHARACTERS = 100_000
"""As much of a text is compared: its n-grams are held in memory, some 10 MB."""

MAX_SHARING = 32
"""So many texts, the earliest, are candidates because they share one band: a beginning that all
texts have makes a band of it that says nothing."""

MAX_COMPARED = 8
"""So many candidates, those of the most similar MinHashes, are held against a text exactly."""

MARGIN = 4 * (0.25 / PERMUTATIONS) ** 0.5
"""An estimate this far below the bound rules a candidate out: four standard deviations of a mean
of as many values, each equal or not."""

_VALUE = np.dtype("<u4")
_SEED = 1
_DECIMALS = 6
_TABLES = (
    "create table texts (number integer primary key, id text, content text, minhash blob)",
    "create table bands (band integer, number integer, primary key (band, number)) without rowid",
)


def count_rows(similarity: float) -> int:
    """Rows of a band, as many as still find `MIN_RECALL` of the pairs of this similarity.

    More rows make fewer false candidates and find less: bands of r rows, b of them, find a pair
    of similarity s with probability 1 - (1 - s^r)^b (section 3.4.2).
    """
    return max(
        (rows for rows in range(1, PERMUTATIONS + 1) if _recall(similarity, rows) >= MIN_RECALL),
        default=1,
    )


def _recall(similarity: float, rows: int) -> float:
    return 1 - float((1 - similarity**rows) ** (PERMUTATIONS // rows))


def cut_ngrams(text: str, length: int) -> frozenset[str]:
    """The n-grams of a text; a text that is shorter is one itself."""
    count = max(1, len(text) - length + 1)
    return frozenset(text[start : start + length] for start in range(count))


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text as it is compared.

    Attributes:
        text: normalised, its beginning.
        ngrams: of the text.
        minhash: (PERMUTATIONS,) uint32.
    """

    text: str
    ngrams: frozenset[str]
    minhash: "np.ndarray[tuple[int], np.dtype[np.uint32]]"


class NearTexts:
    """Texts whose n-grams are mostly the same.

    Args:
        config: how near is too near.
    """

    section = Text

    def __init__(self, config: NearTextConfig) -> None:
        self._config = config
        self._rows = count_rows(config.max_similarity)
        self._kept = Scratch(*_TABLES)
        self._count = 0
        self._candidates = _select_candidates(PERMUTATIONS // self._rows)

    def measure(self, record: Record) -> Sketch:
        """The normalised text, its n-grams and their MinHash."""
        text = normalise_text(record[Text].content)[:MAX_CHARACTERS]
        ngrams = self._cut(text)
        minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
        minhash.update(list(ngrams))
        return Sketch(text, ngrams, np.array(minhash.digest(), _VALUE))

    def judge(self, key: Sketch) -> Verdict:
        """Hold a text against the most similar one that was kept, the earliest of several."""
        best, earlier = 0.0, None
        for number in self._find_similar(key):
            [(identity, content)] = self._kept.execute(
                "select id, content from texts where number = ?", (number,)
            )
            others = self._cut(content)
            shared = len(key.ngrams & others)
            similarity = shared / (len(key.ngrams) + len(others) - shared)
            if similarity > best:
                best, earlier = similarity, identity
        bound = self._config.max_similarity
        if best <= bound:
            return Verdict(passed=True, threshold=bound)
        return Verdict(
            passed=False,
            score=round(best, _DECIMALS),
            threshold=bound,
            reason=Repeat.NEAR.value,
            duplicate_of=earlier,
        )

    def add(self, key: Sketch, identity: str) -> None:
        """Remember a text."""
        self._count += 1
        number = self._count
        text = (number, identity, key.text, key.minhash.tobytes())
        self._kept.insert("insert into texts values (?, ?, ?, ?)", [text])
        bands = [(band, number) for band in self._cut_bands(key)]
        self._kept.insert("insert into bands values (?, ?)", bands)

    def _cut(self, text: str) -> frozenset[str]:
        return cut_ngrams(text, self._config.ngram)

    def _cut_bands(self, key: Sketch) -> list[int]:
        """A number for each band; equal ones are a reason to look closer, and no more."""
        values = key.minhash.tolist()
        starts = range(0, PERMUTATIONS - self._rows + 1, self._rows)
        return [hash((start, *values[start : start + self._rows])) for start in starts]

    def _find_similar(self, key: Sketch) -> list[int]:
        """Numbers of the texts to look at, in the order they were kept."""
        found = self._kept.execute(self._candidates, self._cut_bands(key)).fetchall()
        if not found:
            return []
        stored = np.frombuffer(b"".join(minhash for _, minhash in found), _VALUE)
        estimates = (stored.reshape(-1, PERMUTATIONS) == key.minhash).mean(axis=1)
        likely = np.argsort(-estimates, kind="stable")[:MAX_COMPARED]
        least = self._config.max_similarity - MARGIN
        return sorted(found[place][0] for place in likely if estimates[place] >= least)


def _select_candidates(bands: int) -> str:
    """The statement that finds number and MinHash of texts by the values of so many bands."""
    sharing = "select * from (select number from bands where band = ? order by number limit {})"
    every = " union all ".join([sharing.format(MAX_SHARING)] * bands)
    return f"select number, minhash from texts where number in ({every}) order by number"  # noqa: S608 - question marks alone
