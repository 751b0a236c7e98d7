"""Deriving weights and thresholds from labelled sentences of our own."""

import pytest
from llm_annotate.examples import Example
from llm_annotate.lexicon import GROUPS, Lexicon
from llm_annotate.lexicon_table import (
    Counts,
    count_examples,
    derive_table,
    name_targets,
    weigh_key,
    weigh_keys,
    write_table,
)
from llm_annotate.seeds import SEED_COUNT, SEED_MARGIN
from llm_annotate.thresholds import UNTUNED, Judged, tune_thresholds
from llm_annotate.training_texts import TextSet, normalise_text


def examples(text: str, label: str, times: int) -> list[Example]:
    return [Example(f"{text} {number}", frozenset([label])) for number in range(times)]


TRAIN = [
    *examples("the wombat sneezed", "amusement", 30),
    *examples("the ledger was late", "annoyance", 30),
    *examples("the bus is here", "neutral", 60),
]


@pytest.fixture(scope="module")
def table():
    return derive_table(TRAIN, TRAIN[::3])


def test_word_of_one_label_speaks_for_its_group_and_for_it(table):
    assert table.groups["wombat"].keys() == {"joy"}
    assert table.labels["wombat"].keys() == {"amusement"}


def test_word_of_neutral_sentences_has_no_weight(table):
    assert "bus" not in table.groups


def test_word_of_all_sentences_has_no_weight(table):
    assert "the" not in table.groups


def test_derived_lexicon_finds_what_it_learnt(table):
    lexicon = Lexicon(table)
    found = lexicon.judge(lexicon.read("A wombat SNEEZED!"))

    assert [(each.group, each.label) for each in found] == [("joy", "amusement")]


def test_seed_reaches_the_threshold_by_itself(table):
    assert table.groups["furious"]["anger"] >= table.thresholds["anger"] + SEED_MARGIN - 1e-9


def test_seed_counts_like_so_many_sentences():
    counts = count_examples([])

    assert counts.together["furious", "anger"] == SEED_COUNT
    assert counts.together["furious", "=anger"] == SEED_COUNT


def test_order_of_sentences_changes_no_byte(table):
    assert write_table(derive_table(TRAIN[::-1], TRAIN[::3][::-1])) == write_table(table)


def test_table_keeps_no_sentence(table):
    assert b"the bus is here" not in write_table(table)


def test_table_remembers_its_sentences(table):
    known = TextSet.decode(table.texts)

    assert all(example.text in known for example in TRAIN)


def test_weight_is_a_log_odds_ratio():
    counts = Counts()
    counts.add(["w"], ["joy"], 90)
    counts.add(["w"], [], 10)
    counts.add([], ["joy"], 10)
    counts.add([], [], 90)

    # odds with the word (90 + 2.5) / (10 + 2.5), over all 1
    assert weigh_key(counts, "w", "joy") == pytest.approx(2.0015, abs=1e-4)


def test_weight_that_may_be_chance_is_left_out():
    counts = Counts()
    counts.add(["w"], ["joy"], 2)
    counts.add([], ["joy"], 98)
    counts.add([], [], 100)

    assert weigh_key(counts, "w", "joy") is None


def test_denied_word_has_no_weight_for_what_the_word_says():
    counts = Counts()
    for key in ("glad", "not glad"):
        counts.add([key], ["joy"], 50)
    counts.add([], [], 400)

    assert weigh_keys(counts, ["joy"]).keys() == {"glad"}


def test_targets_are_labels_and_their_groups():
    assert name_targets(["love", "joy", "fear"]) == ["=fear", "=joy", "fear", "joy", "love"]


def judged(evidence: float, group: str, times: int) -> list[Judged]:
    return [Judged({"joy": evidence}, frozenset([group]))] * times


def test_threshold_lies_where_it_separates():
    cases = [*judged(1.0, "neutral", 5), *judged(2.0, "joy", 5)]

    assert tune_thresholds(cases)["joy"] == 2.0


def test_threshold_gives_way_to_the_many():
    cases = [*judged(1.0, "joy", 50), *judged(1.5, "neutral", 1), *judged(2.0, "joy", 1)]

    assert tune_thresholds(cases)["joy"] == 1.0


def test_threshold_without_evidence_is_the_default():
    thresholds = tune_thresholds(judged(1.0, "joy", 3))

    assert {thresholds[group] for group in GROUPS if group != "joy"} == {UNTUNED}


@pytest.mark.parametrize("variant", ["A b, C!", "a  B c", "ａ b c", "“a” b - c."])
def test_texts_with_the_same_letters_are_the_same(variant):
    assert normalise_text(variant) == "a b c"


def test_text_set_knows_other_texts_from_its_own():
    known = TextSet.build(f"sentence {number}" for number in range(2_000))

    assert sum(f"other {number}" in known for number in range(2_000)) < 10


def test_text_without_letters_is_told_from_another():
    known = TextSet.build([":)"])

    assert ":)" in known
    assert ":(" not in known


def test_text_with_a_lone_surrogate_can_be_asked_for():
    assert "\ud800" not in TextSet.build(["a"])
