"""The card of a space tells under which terms its data may be used."""

import pytest
from trainers.expression_space.card import write_card
from trainers.expression_space.space import Space
from trainers.expression_space.terms import Terms


@pytest.fixture
def card(random_space, tmp_path):
    """Writes the card of a space that was trained on data of some terms."""

    def card(*terms, annotators=None):
        (tmp_path / "space").write_bytes(random_space())
        config = Space.load(tmp_path / "space").config
        figures = {"text_mean_cosine": 0.1, "text_effective_rank": 9.0}
        figures |= {"face_mean_cosine": 0.1, "face_effective_rank": 9.0}
        best = config.best.model_copy(update={"validation": figures})
        told = {"terms": terms, "annotators": annotators or {}}
        data = config.data.model_copy(update=told)
        return write_card(config.model_copy(update={"data": data, "curve": (best,)}))

    return card


def test_terms_are_a_table_and_what_is_missing_is_said(card):
    told = card(
        Terms(dataset="d", licence=None, consent=None, citation=None, records=1200),
        Terms(dataset="e", licence="CC0-1.0", consent="research", citation="Doe 2020", records=3),
    )

    assert "| d | not told | not told | not told | 1,200 |\n" in told
    assert "| e | CC0-1.0 | research | Doe 2020 | 3 |\n" in told


def test_words_of_records_are_no_markup(card):
    hostile = Terms(
        dataset="a|b", licence="x\n\n# y", consent="<b>", citation="[z](http://x)", records=1
    )
    told = card(hostile, annotators={"a\n# b": 1})

    assert "| a\\|b | x # y | \\<b\\> | \\[z\\](http://x) | 1 |\n" in told
    assert "- a # b: 1 faces" in told
