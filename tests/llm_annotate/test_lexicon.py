"""What the backend lexicon finds in a text."""

import json
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_annotate.backends.lexicon import load
from llm_annotate.clauses import NEGATED
from llm_annotate.feeling import emphasise, rank
from llm_annotate.lexicon import Lexicon, Table, load_table, parse_table

BACKEND = load()
TEXTS = st.text(max_size=200) | st.lists(
    st.sampled_from(
        [
            *("not", "never", "very", "so", "sooo", "a bit", "kind of", "happy", "SAD", "angry"),
            *("but", "!!!", "?", "#", "#sohappy", ":)", ":'(", "😂", "👍🏽", "❤️‍🔥", "https://x.y"),
            *("@me", "r/sub", "[NAME]", "can't", "not only", "\u200d", "\ufe0f"),
        ]
    ),
    max_size=30,
).map(" ".join)


def groups(text: str) -> set[str]:
    return set(BACKEND.read_mood(text).shown)


def strength(text: str, group: str) -> float:
    felt = BACKEND.read_mood(text).shown.get(group)
    return felt.intensity if felt else 0.0


SHOWN = [
    # negation and its reach
    ("I am happy.", {"joy"}),
    ("I am not happy.", {"sadness"}),
    ("I'm not very happy.", {"sadness"}),
    ("I enjoyed it.", {"joy"}),
    ("I hardly enjoyed it.", set()),
    ("I'm afraid.", {"fear"}),
    ("I'm not afraid.", set()),
    ("That's disgusting.", {"disgust"}),
    ("That isn't disgusting.", set()),
    ("I was surprised.", {"surprise"}),
    ("I was not at all surprised.", set()),
    ("I don’t hate you.", set()),
    ("I hate you.", {"anger"}),
    ("No, I am happy.", {"joy"}),
    ("I did not go there. I am happy.", {"joy"}),
    # contrast
    ("I was not angry but sad.", {"sadness"}),
    ("She was not only angry but furious.", {"anger"}),
    ("I was angry, but now I am glad.", {"joy"}),
    ("I was scared, but now I am furious.", {"anger"}),
    # hashtags, spelling
    ("#happy", {"joy"}),
    ("#SoHappy", {"joy"}),
    ("#sohappy", {"joy"}),
    ("#notHappy", {"sadness"}),
    ("haaaappyyyy", {"joy"}),
    ("I'm soooo scared", {"fear"}),
    ("hahahaha", {"joy"}),
    # emoticons and emoji
    (":)", {"joy"}),
    ("=-))", {"joy"}),
    (":(", {"sadness"}),
    (":'(", {"sadness"}),
    ("T_T", {"sadness"}),
    (">:(", {"anger"}),
    ("😂", {"joy"}),
    ("😭", {"sadness"}),
    ("👍🏿", {"joy"}),
    ("❤️‍🔥", {"joy"}),
    ("🤢", {"disgust"}),
    ("I don't play chess :(", {"sadness"}),
    # questions, what is skipped, nothing at all
    ("What is this?", {"surprise"}),
    ("The train leaves at nine.", set()),
    ("https://happy.example/sad @angry r/fear [NAME]", set()),
    ("", set()),
]


@pytest.mark.parametrize(("text", "expected"), SHOWN)
def test_emotions_shown(text, expected):
    assert groups(text) == expected


STRONGER = [
    ("I am very happy.", "I am happy.", "joy"),
    ("I am extremely happy.", "I am very happy.", "joy"),
    ("I am happy.", "I am kind of happy.", "joy"),
    ("I am kind of happy.", "I am a bit happy.", "joy"),
    ("I am happy!!!", "I am happy.", "joy"),
    ("I am HAPPY.", "I am happy.", "joy"),
    ("I am haaappy.", "I am happy.", "joy"),
    ("I am annoyed.", "I am slightly annoyed.", "anger"),
    ("I'm terribly scared.", "I'm scared.", "fear"),
    ("I'm so sad.", "I'm rather sad.", "sadness"),
    (":))))", ":)", "joy"),
    ("I am sad.", "I am sad, however.", "sadness"),
]


@pytest.mark.parametrize(("strong", "weak", "group"), STRONGER)
def test_emphasis_makes_stronger(strong, weak, group):
    assert strength(strong, group) > strength(weak, group) > 0


NAMED = [
    ("Thank you!", "gratitude"),
    ("This is hilarious.", "amusement"),
    ("I am proud of you.", "pride"),
    ("I'm nervous.", "nervousness"),
    ("I am annoyed.", "annoyance"),
    ("I'm confused.", "confusion"),
]


@pytest.mark.parametrize(("text", "label"), NAMED)
def test_fine_label_is_named_where_it_stands_out(text, label):
    assert {felt.label for felt in BACKEND.read_mood(text).shown.values()} == {label}


def build_lexicon(groups: dict, labels: dict) -> Lexicon:
    table = load_table()
    return Lexicon(
        Table(
            groups=groups,
            labels=labels,
            priors=dict.fromkeys(table.priors, 0.0),
            thresholds=dict.fromkeys(table.thresholds, 0.8),
            sentences={"train": 1, "validation": 1},
            texts="",
        )
    )


@pytest.mark.parametrize(
    ("lead", "label"),
    [(0.6, None), (0.8, "grief")],  # twice the odds: log 2 = 0.69
)
def test_fine_label_needs_twice_the_odds_of_the_next(lead, label):
    labels = {"glum": {"grief": 1.0 + lead, "remorse": 1.0}}
    lexicon = build_lexicon({"glum": {"sadness": 2.0}}, labels)

    assert [each.label for each in lexicon.judge(lexicon.read("glum"))] == [label]


@pytest.mark.parametrize("word", ["very", "extremely", "slightly", "a bit", "kind of", "so"])
def test_emphasis_never_decides_whether_an_emotion_is_shown(word):
    assert groups(f"It is {word} bad, sad and {word} awful.") == groups("It is bad, sad and awful.")


@given(TEXTS)
def test_any_text_gives_intensities_between_0_and_1(text):
    mood = BACKEND.read_mood(text)

    assert all(0 < felt.intensity <= 1 for felt in rank(mood.shown.values()))
    assert 0 < mood.gain < 10


@given(st.floats(0.05, 0.95), st.floats(0.4, 2), st.floats(0.4, 2))
def test_emphasis_is_monotone(intensity, one, other):
    low, high = sorted([one, other])

    assert 0 < emphasise(intensity, low) <= emphasise(intensity, high) <= 1


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "not " * 50_000, "#" + "ab" * 100_000, "😂" * 9_000]
)
def test_long_text_takes_time_in_proportion(text):
    begun = time.process_time()
    BACKEND.read_mood(text)

    assert time.process_time() - begun < 5


def test_hash_seed_and_order_of_texts_change_nothing():
    program = (
        "import sys, json; from llm_annotate.backends.lexicon import load; b = load(); "
        "texts = json.load(sys.stdin); "
        "print(json.dumps([list(b.read_mood(t).shown.values()) for t in texts]))"
    )
    texts = [text for text, _ in SHOWN] + [text for text, *_ in STRONGER]

    def run(seed: str, given: list[str]) -> list:
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(given),
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    assert run("1", texts) == run("2", texts[::-1])[::-1]


def test_table_has_positive_weights_and_thresholds_that_one_word_can_reach():
    table = load_table()
    best = {
        group: max(weights.get(group, 0) for weights in table.groups.values())
        for group in table.thresholds
    }

    assert all(weight > 0 for weights in table.groups.values() for weight in weights.values())
    assert all(best[group] > threshold > 0 for group, threshold in table.thresholds.items())


def test_denial_does_not_speak_for_what_it_denies():
    groups = load_table().groups

    assert not [
        key
        for key, weights in groups.items()
        if key.startswith(NEGATED) and weights.keys() & groups.get(key[len(NEGATED) :], {}).keys()
    ]


def test_evidence_on_the_threshold_is_enough():
    lexicon = build_lexicon({"glum": {"sadness": 0.7}, "blue": {"sadness": 0.1}}, {})

    assert [each.group for each in lexicon.judge(lexicon.read("glum and blue"))] == ["sadness"]
    assert lexicon.judge(lexicon.read("glum")) == []


def test_table_is_read_as_it_was_written():
    from llm_annotate.lexicon_table import write_table

    assert parse_table(write_table(load_table())) == load_table()
