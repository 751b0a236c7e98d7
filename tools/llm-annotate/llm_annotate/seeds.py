"""Words, emoji and emoticons that name an emotion outright: the project's own list.

Many such words are rare in any corpus of this size. Each enters the counts as if it had stood in
`SEED_COUNT` more sentences of its label, so that what people really wrote outweighs it where there
is enough of that.
"""

from collections.abc import Iterator

SEED_COUNT = 12
"""Sentences that a seed is worth. With fewer than 10 a seed never seen is not told from chance."""
SEED_MARGIN = 0.5
"""Least weight of a seed for its emotion above the threshold, natural logarithm of odds."""
SEED_WEIGHT = 2.0
"""Least weight of a seed for its label, natural logarithm of odds."""

_WORDS: dict[str, str] = {
    "admiration": (
        "brilliant outstanding masterful impressive exquisite magnificent superb wonderful"
    ),
    "amusement": (
        "hilarious laughing laughed giggling giggled giggle amused comical rofl lmfao haha"
    ),
    "anger": (
        "angry furious enraged outraged livid rage raging hate hateful hostile fuming "
        "infuriated infuriating infuriates seething wrath"
    ),
    "annoyance": (
        "annoyed annoying irritated irritating bothered grumpy exasperated frustrated "
        "frustrating aggravating pesky irked"
    ),
    "approval": "agreed approve endorse",
    "caring": "comforting caring compassion hugs soothe",
    "confusion": "confused confusing baffled puzzled perplexed bewildered",
    "curiosity": "curious intrigued wondering",
    "desire": "crave craving yearn yearning longing covet",
    "disappointment": (
        "disappointed disappointing disappointment letdown underwhelming dismayed dismal "
        "terrible awful"
    ),
    "disapproval": "disapprove objectionable unacceptable deplorable",
    "disgust": (
        "disgusted disgusting revolting repulsive gross nauseating nauseated vile sickening "
        "repulsed puke vomit yuck eww foul putrid stinks rotten"
    ),
    "embarrassment": (
        "embarrassed embarrassing ashamed humiliated mortified humiliating blushing awkward"
    ),
    "excitement": "excited thrilled exciting thrilling exhilarated pumped stoked hyped ecstatic",
    "fear": (
        "afraid scared terrified frightened terrifying scary frightening horrified petrified "
        "panic panicked dread dreading fearful horror spooked"
    ),
    "gratitude": "thankful grateful thanks thank appreciated",
    "grief": "mourning grieving bereaved grief mourn funeral",
    "joy": (
        "happy joyful delighted glad cheerful overjoyed joyous blissful elated jubilant "
        "happiness smiling celebrating"
    ),
    "love": "adore adored adores beloved love loving loved",
    "nervousness": "nervous anxious worried worrying uneasy tense jittery apprehensive anxiety",
    "optimism": "hopeful optimistic hopefully",
    "pride": "proud proudly pride triumphant",
    "realization": "realised realized dawned",
    "relief": "relieved relief phew",
    "remorse": "sorry regret regretful guilty remorse apologise apologize remorseful",
    "sadness": (
        "sad unhappy sorrow miserable heartbroken crying cried weeping depressed depressing "
        "lonely gloomy tearful tears sorrowful devastated despair hopeless mournful upset "
        "hurting"
    ),
    "surprise": (
        "surprised astonished astonishing amazed stunned shocked shocking unexpected "
        "unexpectedly startled speechless flabbergasted wow omg whoa"
    ),
}

_SIGNS: dict[str, str] = {
    "admiration": "👏 👌 💯 🏆 🥇",
    "amusement": "😂 🤣 😆 😹 😜 😝 😛 :D :p ;) 😉",
    "anger": "😠 😡 🤬 👿 💢 >:(",
    "annoyance": "🙄 😤 😒 😑 -_- :/",
    "approval": "👍 ✅",
    "caring": "🤗",
    "confusion": "😕 😵 🤷 :s",
    "curiosity": "🤔 🧐",
    "disappointment": "😞 😔",
    "disapproval": "👎",
    "disgust": "🤢 🤮 🤧",
    "embarrassment": "😳 🙈 🫣",
    "excitement": "🎉 🥳 🎊 🤩 🙌",
    "fear": "😨 😱 🫨",
    "gratitude": "🙏",
    "joy": "😀 😃 😄 😁 😊 🙂 ☺ 😸 😺 :) ^ ^_^",
    "love": "❤ ♥ 💕 💖 💗 💜 💙 💚 💛 😍 😘 🥰 <3",
    "nervousness": "😰 😬 😟",
    "pride": "😎 💪",
    "relief": "😌",
    "remorse": "🙇",
    "sadness": "😢 😭 😿 💔 ☹ 🙁 😥 😩 :( :'( </3 t_t ;_; d:",
    "surprise": "😮 😯 😲 🤯 😦 :o o_o o.o",
}


def read_seeds() -> Iterator[tuple[str, str]]:
    """Give each seed with its GoEmotions label."""
    for table in (_WORDS, _SIGNS):
        for label, seeds in table.items():
            for seed in seeds.split():
                yield seed, label
