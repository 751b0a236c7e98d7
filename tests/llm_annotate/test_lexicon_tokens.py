"""Words, emoji, emoticons and punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_annotate.clauses import BEFORE_CONTRAST, NEGATION_REACH, read_claims
from llm_annotate.hashtags import spell_out_hashtags
from llm_annotate.seeds import read_seeds
from llm_annotate.tokens import Kind, Tokeniser

VOCABULARY = frozenset({"good", "god", "happy", "sad", "angry", "one", "two", "three", "😂", "❤"})
TOKENISER = Tokeniser(VOCABULARY | {":)", ":D", ":(", ">:(", "<3", "t_t", "d:"})


def keys(text: str) -> list[str]:
    return [token.key for token in TOKENISER.tokenise(text)]


def kinds(text: str) -> list[Kind]:
    return [token.kind for token in TOKENISER.tokenise(text)]


def claims(text: str) -> dict[str, float]:
    return {k: c.share for k, c in read_claims(TOKENISER.tokenise(text)).claims.items()}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("GOOD", "good"),
        ("goooood", "good"),
        ("goddd", "god"),
        (":-)", ":)"),
        ("=]", ":)"),
        (":))))", ":)"),
        ("xD", ":D"),
        (":(((", ":("),
        (">:(", ">:("),
        ("<3333", "<3"),
        ("T_T", "t_t"),
        ("D:", "d:"),
        ("😂", "😂"),
        ("❤️", "❤"),
        ("👍🏽", "👍"),
        ("🤷🏽‍♀️", "🤷"),
        ("don’t", "don't"),
        ("ahahaha", "haha"),
    ],
)
def test_variants_share_one_key(text, key):
    assert keys(text) == [key]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("happy", Kind.WORD),
        (":)", Kind.SIGN),
        ("😂", Kind.SIGN),
        ("table", Kind.FILLER),
        ("not", Kind.NEGATOR),
        ("couldn't", Kind.NEGATOR),
        ("NEVER", Kind.NEGATOR),
        ("very", Kind.MODIFIER),
        ("a little bit", Kind.MODIFIER),
        ("Kind  of", Kind.MODIFIER),
        ("however", Kind.CONTRAST),
        ("?!", Kind.STOP),
        ("Not only", Kind.SKIP),
        ("https://good.example/:)", Kind.SKIP),
        ("www.happy.example", Kind.SKIP),
        ("@sad", Kind.SKIP),
        ("r/angry", Kind.SKIP),
        ("[NAME]", Kind.SKIP),
    ],
)
def test_token_is_of_its_kind(text, kind):
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    ("text", "gain"),
    [("GOOD", 1.2), ("goood", 1.2), ("GOOOD", 1.44), ("A", 1.0), (":))", 1.2), (":)", 1.0)],
)
def test_spelling_adds_emphasis(text, gain):
    assert TOKENISER.tokenise(text)[0].gain == pytest.approx(gain)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#SoHappy", "So Happy"),
        ("#happy_sad", "happy sad"),
        ("#iamnotsad", "i am not sad"),
        ("#Happy2day", "Happy 2 day"),
        ("#qwrtz", "qwrtz"),
        ("#HAPPY", "HAPPY"),
        ("#", "#"),
    ],
)
def test_hashtag_is_spelt_out(text, words):
    assert " ".join(spell_out_hashtags(text, VOCABULARY).split()) == words


def test_negation_ends_with_its_clause():
    assert claims("not happy, sad") == {"not happy": 1, "sad": 1}


def test_negation_reaches_so_many_words():
    words = "one " + "filler " * (NEGATION_REACH - 2)

    assert claims(f"not {words} happy sad") == {"not one": 1, "not happy": 1, "sad": 1}


def test_sign_is_never_negated():
    assert claims("not one :) 😂") == {"not one": 1, ":)": 1, "😂": 1}


def test_what_stands_before_a_contrast_weighs_less():
    assert claims("happy but sad") == {"happy": BEFORE_CONTRAST, "sad": 1}


def test_repeated_word_counts_once():
    assert claims("sad sad sad") == {"sad": 1}


def test_question_is_a_claim():
    assert claims("one?") == {"one": 1, "?": 1}


def test_modifiers_in_a_row_multiply_within_bounds():
    reading = read_claims(TOKENISER.tokenise("so very really extremely happy"))

    assert reading.claims["happy"].gain == 2.0


def test_exclamation_marks_add_emphasis_up_to_a_bound():
    emphases = [read_claims(TOKENISER.tokenise("sad" + "!" * n)).emphasis for n in (0, 1, 3, 9)]

    assert emphases == pytest.approx([1.0, 1.1, 1.3, 1.3])


@pytest.mark.parametrize("seed", [seed for seed, _ in read_seeds()])
def test_seed_is_its_own_key(seed):
    written = {"d:": "D:", "^": "^^"}.get(seed, seed)
    tokens = Tokeniser(frozenset({seed})).tokenise(written)

    assert [(token.kind, token.key) for token in tokens] in (
        [(Kind.WORD, seed)],
        [(Kind.SIGN, seed)],
    )


def test_no_seed_has_two_labels():
    seeds = [seed for seed, _ in read_seeds()]

    assert len(seeds) == len(set(seeds))


@given(st.text())
def test_any_text_can_be_cut(text):
    assert all(0 <= token.gain <= max(3, len(text)) for token in TOKENISER.tokenise(text))
