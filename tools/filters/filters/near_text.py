"""Texts that say nearly the same: n-grams of characters in common, found by MinHash and bands.

Source: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, third edition, sections 3.3 and
3.4. Candidates come from the bands of a MinHash; what is judged is the exact Jaccard similarity.
"""

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

_SEED = 1
_DECIMALS = 6
_TABLES = (
    "create table texts (number integer primary key, id text, content text)",
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

    def measure(self, record: Record) -> str:
        """The normalised text."""
        return normalise_text(record[Text].content)[:MAX_CHARACTERS]

    def judge(self, key: str) -> Verdict:
        """Hold a text against the most similar one that was kept, the earliest of several."""
        ngrams = self._cut(key)
        best, earlier = 0.0, None
        for identity, content in self._candidates(self._hash(ngrams)):
            others = self._cut(content)
            shared = len(ngrams & others)
            similarity = shared / (len(ngrams) + len(others) - shared)
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

    def add(self, key: str, identity: str) -> None:
        """Remember a text."""
        self._count += 1
        number = self._count
        self._kept.insert("insert into texts values (?, ?, ?)", [(number, identity, key)])
        bands = self._hash(self._cut(key))
        self._kept.insert("insert into bands values (?, ?)", [(band, number) for band in bands])

    def _cut(self, text: str) -> frozenset[str]:
        return cut_ngrams(text, self._config.ngram)

    def _hash(self, ngrams: frozenset[str]) -> list[int]:
        """A number for each band; equal ones are a reason to look closer, and no more."""
        minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
        minhash.update(list(ngrams))
        values = minhash.digest()
        starts = range(0, PERMUTATIONS - self._rows + 1, self._rows)
        return [hash((start, *values[start : start + self._rows])) for start in starts]

    def _candidates(self, bands: list[int]) -> list[tuple[str, str]]:
        """Id and text of those kept that share a band, in the order they were kept."""
        marks = ",".join("?" * len(bands))
        return self._kept.execute(
            f"select id, content from texts where number in "  # noqa: S608 - question marks alone
            f"(select number from bands where band in ({marks})) order by number",
            bands,
        ).fetchall()
