"""The prompt that comes with the tool keeps the rules it states."""

import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from llm_annotate.answer import read_answer
from llm_annotate.prompt import VOCABULARY, load_prompt

PROMPT = load_prompt()
EXAMPLES = [content for role, content in PROMPT.turns if role == "assistant"]
SYSTEM = PROMPT.turns[0][1]


@pytest.mark.parametrize("answer", EXAMPLES)
def test_worked_examples_are_valid_answers_without_conflicts(answer):
    assert not read_answer(answer).conflicts


def test_there_are_three_worked_examples():
    assert len(EXAMPLES) == 3


def test_lists_of_the_prompt_are_those_of_the_vocabularies():
    assert ", ".join(VOCABULARIES[VOCABULARY]) in SYSTEM
    assert ", ".join(facs.name for facs in ACTION_UNITS.values()) in SYSTEM


def test_forbidden_pairs_are_told():
    assert "upper lid raiser and lid droop" in SYSTEM
    assert "{" not in SYSTEM.replace("{text}", "")


def test_sentence_takes_its_place_in_the_last_turn_alone():
    messages = PROMPT.fill("It says {emotions}.")

    assert messages[-1] == {"role": "user", "content": "It says {emotions}."}
    assert [m["role"] for m in messages] == [role for role, _ in PROMPT.turns]


def test_prompt_may_be_written_by_another_system(tmp_path):
    path = tmp_path / "mine.md"
    path.write_bytes(b"\xef\xbb\xbf<!-- system -->\r\nBe kind.\r\n<!-- user -->\r\nOf {text}?\r\n")

    assert load_prompt(path).turns == (("system", "Be kind."), ("user", "Of {text}?"))


def test_prompt_of_ones_own_is_told_apart_by_its_bytes(tmp_path):
    path = tmp_path / "mine.md"
    path.write_text("<!-- user -->\nHow does this look? {text}\n")

    assert load_prompt(path).turns == (("user", "How does this look? {text}"),)
    assert load_prompt(path).digest != PROMPT.digest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"How does this look? {text}",
        b"<!-- user -->\nno place",
        b"<!-- user -->\n{text}\n<!-- assistant -->\nsure",
        b"before\n<!-- user -->\n{text}",
        b"<!-- user -->\n{text}\xff",
    ],
)
def test_file_that_is_no_prompt_is_a_mistake_of_usage(tmp_path, content):
    path = tmp_path / "mine.md"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="prompt"):
        load_prompt(path)
