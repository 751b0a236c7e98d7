"""Texts with most of their n-grams in common."""

import json
from random import Random
from string import ascii_lowercase

import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Text
from filters import near_text
from filters.duplicates import Duplicates
from filters.duplicates_config import NearTextConfig
from filters.near_text import MAX_CHARACTERS, MAX_COMPARED, NearTexts, count_rows, cut_ngrams

WORDS = [a + b for a in ("ba", "do", "fi", "gu", "ke", "lo", "mi") for b in ("ral", "sun", "tev")]


def _records(texts):
    return [
        Record.parse(json.dumps({"id": f"r{n}", "text": {"content": text}}).encode(), (Text,))
        for n, text in enumerate(texts)
    ]


def _judge(*texts, **settings):
    return Duplicates(NearTexts(NearTextConfig(**settings)), "near").judge(_records(texts))


def test_ngrams_of_a_text():
    assert cut_ngrams("abcab", 2) == {"ab", "bc", "ca"}
    assert cut_ngrams("ab", 5) == {"ab"}
    assert cut_ngrams("", 5) == {""}


def test_score_is_the_share_in_common():
    _, second = _judge("abcdef", "abcdeg", ngram=1, max_similarity=0.5)

    assert (second.score, second.threshold) == (round(5 / 7, 6), 0.5)
    assert (second.reason, second.duplicate_of) == ("near-duplicate", "r0")


def test_similarity_at_the_bound_passes():
    _, second = _judge("abc", "abd", ngram=1, max_similarity=0.5)

    assert second.passed


def test_most_similar_is_named_and_the_first_of_equals():
    *_, last = _judge("abcdefgh", "abcdef", "abcdeh", "abcdefx", ngram=1, max_similarity=0.8)

    assert (last.duplicate_of, last.score) == ("r1", round(6 / 7, 6))


def test_texts_without_letters_are_near():
    assert _judge("", "  ")[1].duplicate_of == "r0"


def test_dropped_text_draws_no_further_ones_in():
    verdicts = _judge("abcd", "abcde", "abcdef", ngram=1, max_similarity=0.7)

    assert [v.passed for v in verdicts] == [True, False, True]


def test_more_than_the_beginning_of_an_endless_text_is_not_compared():
    same = "x y" * (MAX_CHARACTERS // 3 + 1)

    assert _judge(same + "abcdefgh", same + "ijklmnop")[1].score == 1


@pytest.mark.parametrize("similarity", [0.2, 0.5, 0.7, 0.9, 0.99])
def test_bands_find_pairs_at_the_bound_and_no_longer_with_a_row_more(similarity):
    rows = count_rows(similarity)
    found = 1 - (1 - similarity**rows) ** (128 // rows)

    assert found >= 0.98
    assert 1 - (1 - similarity ** (rows + 1)) ** (128 // (rows + 1)) < 0.98


def test_planted_edits_are_found_and_little_else():
    """Sentences of random words, half of them again with a typing error, a word more, a hashtag."""
    random = Random(5)
    plain = [" ".join(random.choices(WORDS, k=12)) for _ in range(600)]
    edits = [_edit(text, random) for text in plain[:300]]
    verdicts = _judge(*plain, *edits)
    named = {n: v.duplicate_of for n, v in enumerate(verdicts) if not v.passed}
    right = sum(named.get(600 + n) == f"r{n}" for n in range(300))

    assert right / 300 > 0.98
    assert right / len(named) > 0.98


def _edit(text, random):
    cut = random.randrange(len(text))
    return random.choice(
        [text[:cut] + text[cut + 1 :], text + " yes", text.upper() + " #so", "So " + text]
    )


def _crowd(size, random):
    """Texts with one beginning: too different to be near, too similar for the bands."""
    begin = _made_up(22, random)
    return [f"{begin} {_made_up(9, random)}" for _ in range(size)]


def _made_up(words, random):
    return " ".join("".join(random.choices(ascii_lowercase, k=6)) for _ in range(words))


def test_work_for_a_text_does_not_grow_with_those_that_resemble_it(monkeypatch):
    cuts = []
    monkeypatch.setattr(near_text, "cut_ngrams", lambda *args: cuts.append(1) or cut_ngrams(*args))
    verdicts = _judge(*_crowd(200, Random(7)))

    assert all(verdict.passed for verdict in verdicts)
    assert len(cuts) <= len(verdicts) * (1 + MAX_COMPARED)


def test_repeat_is_found_among_texts_of_one_beginning():
    random = Random(7)
    crowd = _crowd(400, random)
    verdicts = _judge(*crowd, *(_edit(text, random) for text in crowd[200:]))
    named = [verdict.duplicate_of for verdict in verdicts[400:]]
    right = sum(name == f"r{200 + n}" for n, name in enumerate(named))

    assert right / len(named) > 0.98


@pytest.mark.parametrize("wrong", [{"max_similarity": 1.0}, {"max_similarity": 0.1}, {"ngram": 0}])
def test_choice_out_of_range_is_a_mistake_of_usage(wrong):
    with pytest.raises(UsageError):
        NearTextConfig(**wrong)
