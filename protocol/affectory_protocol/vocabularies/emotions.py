"""Registered emotion vocabularies and the declared mappings between them.

A vocabulary is a closed set of labels in the order its dataset publishes. A mapping is declared
for a pair of vocabularies or it does not exist: there is no chain through a third one.

Sources:
    ekman: the six basic emotions of Ekman (1992), Cognition and Emotion 6, plus neutral.
    goemotions: Demszky et al. (2020), GoEmotions, ACL 2020; label order of its emotions.txt.
    isear: Scherer & Wallbott (1994), Journal of Personality and Social Psychology 66.
    emoint: Mohammad & Bravo-Marquez (2017), WASSA-2017 shared task on emotion intensity.
"""

VOCABULARIES: dict[str, tuple[str, ...]] = {
    "ekman": ("anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral"),
    "goemotions": (
        "admiration",
        "amusement",
        "anger",
        "annoyance",
        "approval",
        "caring",
        "confusion",
        "curiosity",
        "desire",
        "disappointment",
        "disapproval",
        "disgust",
        "embarrassment",
        "excitement",
        "fear",
        "gratitude",
        "grief",
        "joy",
        "love",
        "nervousness",
        "optimism",
        "pride",
        "realization",
        "relief",
        "remorse",
        "sadness",
        "surprise",
        "neutral",
    ),
    "isear": ("joy", "fear", "anger", "sadness", "disgust", "shame", "guilt"),
    "emoint": ("anger", "fear", "joy", "sadness"),
}
"""Labels of each registered vocabulary. In goemotions the position is the label's index on file."""

_GOEMOTIONS_GROUPS: dict[str, tuple[str, ...]] = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "joy": (
        "admiration",
        "amusement",
        "approval",
        "caring",
        "desire",
        "excitement",
        "gratitude",
        "joy",
        "love",
        "optimism",
        "pride",
        "relief",
    ),
    "sadness": ("disappointment", "embarrassment", "grief", "remorse", "sadness"),
    "surprise": ("confusion", "curiosity", "realization", "surprise"),
    "neutral": ("neutral",),
}

MAPPINGS: dict[tuple[str, str], dict[str, str]] = {
    # the Ekman-level grouping published with GoEmotions
    ("goemotions", "ekman"): {
        label: group for group, labels in _GOEMOTIONS_GROUPS.items() for label in labels
    },
    # shame and guilt have no basic emotion of their own; GoEmotions groups their nearest labels,
    # embarrassment and remorse, under sadness, so the two datasets agree
    ("isear", "ekman"): {
        "joy": "joy",
        "fear": "fear",
        "anger": "anger",
        "sadness": "sadness",
        "disgust": "disgust",
        "shame": "sadness",
        "guilt": "sadness",
    },
    ("emoint", "ekman"): {"anger": "anger", "fear": "fear", "joy": "joy", "sadness": "sadness"},
    # partial: holds a judgement in basic emotions against datasets that ask for fewer
    ("ekman", "isear"): {
        "anger": "anger",
        "disgust": "disgust",
        "fear": "fear",
        "joy": "joy",
        "sadness": "sadness",
    },
    ("ekman", "emoint"): {"anger": "anger", "fear": "fear", "joy": "joy", "sadness": "sadness"},
}
"""(source, target) to label to label. A source label that is absent has no counterpart."""


def check_label(label: str, vocabulary: str) -> None:
    """Make sure that a label belongs to a registered vocabulary.

    Raises:
        ValueError: unknown vocabulary, or a label that the vocabulary does not have.
    """
    if vocabulary not in VOCABULARIES:
        known = ", ".join(VOCABULARIES)
        raise ValueError(f"unknown emotion vocabulary (known: {known}): {vocabulary}")
    if label not in VOCABULARIES[vocabulary]:
        raise ValueError(f"unknown label of the emotion vocabulary {vocabulary}: {label}")


def map_label(label: str, source: str, target: str) -> str | None:
    """Say a label of one vocabulary in another.

    Args:
        label: a label of the source vocabulary.
        source: registered vocabulary the label is from.
        target: registered vocabulary to say it in; the source itself returns the label.

    Returns:
        The label of the target vocabulary, or None when it has no counterpart.

    Raises:
        ValueError: unknown vocabulary or label, or no mapping declared between the two.
    """
    check_label(label, source)
    if target not in VOCABULARIES:
        raise ValueError(f"unknown emotion vocabulary: {target}")
    if source == target:
        return label
    if (source, target) not in MAPPINGS:
        raise ValueError(f"no mapping declared between emotion vocabularies: {source} to {target}")
    return MAPPINGS[source, target].get(label)
