"""One person's account of one emotion, whatever shape of file it came in."""

from dataclasses import dataclass

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Dropped, Imported
from affectory_protocol.reasons import DropReason, Reason
from affectory_protocol.records import EmotionLabel, Labels, Text
from affectory_protocol.vocabularies.emotions import VOCABULARIES

from dataset_io.formats.isear.silence import is_no_response
from dataset_io.grouping import compute_text_digest
from dataset_io.ids import build_id
from dataset_io.origin import Origin
from dataset_io.repair import join_lines, repair_code_page_437

ORIGIN = Origin(
    dataset="isear",
    licence="research use",
    citation="Scherer, K. R., & Wallbott, H. G. (1994). Evidence for universality and cultural "
    "variation of differential emotion response patterning. Journal of Personality and Social "
    "Psychology, 66(2), 310-328.",
)
LABELS = VOCABULARIES[ORIGIN.dataset]
"""The emotions in the order of the questionnaire, which is their code in the wide table less 1."""


@dataclass(frozen=True, slots=True)
class Account:
    """A row as it was read.

    Attributes:
        key: the row's own id.
        label: one of `LABELS`.
        text: as the file has it, residue of old line breaks included.
        score: intensity, over 0 to 1; None when it is not known.
        subject: number of the person; None when the shape does not tell.
    """

    key: str
    label: str
    text: str
    score: float | None = None
    subject: str | None = None


def build_outcome(account: Account, origin: Origin, split: str | None) -> Imported | Dropped:
    """Make a record of an account; one that only says that there is none is dropped.

    Raises:
        RecordError: invalid-id or empty-text.
    """
    identity = build_id(ORIGIN.dataset, account.key)
    content = join_lines(repair_code_page_437(account.text))
    if not content:
        raise RecordError(Reason.EMPTY_TEXT, "the row holds no text")
    groups = {"text": compute_text_digest(content)}
    if account.subject is not None:
        groups["speaker"] = f"{ORIGIN.dataset}:{account.subject}"
    text = Text(content=content, language="en")
    sections = (origin.build_source(split, groups), text, _build_labels(account))
    if is_no_response(content):
        return Dropped(identity, sections, DropReason.NO_RESPONSE)
    return Imported(identity, sections)


def _build_labels(account: Account) -> Labels:
    if account.score is None:
        label = EmotionLabel(vocabulary=ORIGIN.dataset, label=account.label)
    else:
        label = EmotionLabel(vocabulary=ORIGIN.dataset, label=account.label, score=account.score)
    return Labels(emotions=[label])
