"""Words of a table as labels of a vocabulary."""

from collections.abc import Iterable, Mapping

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.vocabularies.emotions import VOCABULARIES


def check_labels(vocabulary: str, labels: Iterable[str]) -> None:
    """Refuse labels that a registered vocabulary does not have; one's own may have any.

    Raises:
        ValueError: naming the first of them.
    """
    known = VOCABULARIES.get(vocabulary)
    unknown = [label for label in labels if known is not None and label not in known]
    if unknown:
        raise ValueError(f"the vocabulary {vocabulary} has no such label: {unknown[0]}")


def name_label(vocabulary: str, word: str, names: Mapping[str, str]) -> str:
    """Say a word of a cell as a label; case does not matter.

    Args:
        vocabulary: registered, or one's own, of which nothing is known.
        word: without white space around it.
        names: words, case folded, to labels, where they differ.

    Raises:
        RecordError: unknown-label.
    """
    folded = word.casefold()
    label = names.get(folded, folded)
    known = VOCABULARIES.get(vocabulary)
    if known is not None and label not in known:
        raise RecordError(
            Reason.UNKNOWN_LABEL,
            f"an emotion is one of the vocabulary's {len(known)}: {vocabulary}",
        )
    return label


def fold_words(names: Mapping[str, str]) -> dict[str, str]:
    """The same names with their words case folded."""
    return {word.casefold(): label for word, label in names.items()}
