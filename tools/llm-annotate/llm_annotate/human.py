"""What people said about a record, as emotions with intensities.

People's labels decide which emotions are shown. A score is an intensity as it stands. Without one
the text decides how strong: as strong as the same emotion was found in it, else `PLAIN_INTENSITY`
with the emphasis of the text. Votes say which of several emotions is stronger: the one with most
keeps that strength, the others have their share of it.
"""

from collections import defaultdict
from collections.abc import Sequence

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import EmotionLabel
from affectory_protocol.vocabularies.emotions import map_label

from llm_annotate.feeling import STEPS, Felt, Mood, emphasise

PLAIN_INTENSITY = 0.6
"""Intensity of an emotion that people saw in a matter-of-fact text: the middle letter C of FACS."""
FINE, BASIC = "goemotions", "ekman"


def read_labels(labels: Sequence[EmotionLabel], mood: Mood) -> list[Felt]:
    """Give people's emotions with intensities, neutral left out; scores of one label are averaged.

    Args:
        labels: as people gave them.
        mood: what the text says, for the strength where people did not say it.

    Raises:
        RecordError: unknown-label, a vocabulary or label that is not registered.
    """
    grouped: dict[tuple[str, str], list[EmotionLabel]] = defaultdict(list)
    for label in labels:
        target = FINE if label.vocabulary == FINE else BASIC
        name = _translate(label, target)
        if name is not None and name != "neutral":
            grouped[target, name].append(label)
    votes = {key: sum(_count_votes(each) for each in given) for key, given in grouped.items()}
    most = max(votes.values(), default=0)
    return [
        Felt(*key, _read_intensity(key, given, votes[key] / most if most else 1.0, mood))
        for key, given in grouped.items()
    ]


def _translate(label: EmotionLabel, target: str) -> str | None:
    try:
        return map_label(label.label, label.vocabulary, target)
    except ValueError:
        message = "an emotion label or its vocabulary is not registered, or has no basic emotions"
        raise RecordError(Reason.UNKNOWN_LABEL, message) from None


def _count_votes(label: EmotionLabel) -> int:
    return 1 if label.votes is None else label.votes


def _read_intensity(
    key: tuple[str, str], given: Sequence[EmotionLabel], share: float, mood: Mood
) -> float:
    scores = [label.score for label in given if label.score is not None]
    if scores:
        return round(sum(scores) / len(scores) * STEPS) / STEPS
    group = map_label(key[1], key[0], BASIC)
    found = mood.shown.get(group) if group else None
    strength = found.intensity if found else emphasise(PLAIN_INTENSITY, mood.gain)
    return max(1, round(strength * share * STEPS)) / STEPS
