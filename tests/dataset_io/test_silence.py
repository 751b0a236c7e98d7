"""Texts that only say that there is no account."""

import pytest
from dataset_io.formats.isear.silence import is_no_response


@pytest.mark.parametrize(
    "text",
    [
        "[ No response.]",
        "NO RESPONSE",
        "[ No reponse.]",
        "No response",
        "Blank.",
        "None.",
        "Nothing.",
        "N/A",
        "n / a.",
        "[ Never.]",
        "Not applicable to myself.",
        "Doesn't apply.",
        "Doesn\u2019t apply.",
        "[ I have never felt this emotion.]",
        "[ Do not remember any incident.]",
        "Can't think of any.",
        "Can't remember any such feelings now.",
        "Haven't felt shame for ages.",
        "[ No answer as both seem one to me, see above.]",
        "Can think of no time that I have felt fear.",
    ],
)
def test_text_that_denies_an_account_is_none(text):
    assert is_no_response(text)


@pytest.mark.parametrize(
    "text",
    [
        "When I could not remember the words of my part.",
        "Nothing was left of the house.",
        "My friend did not answer my letter.",
        "I felt shame.",
        "Joy.",
        "[ Same as in anger.]",
        "Not doing well in the exam.",
        "I was not invited.",
        "No answer from the hospital for three days.",
        "I cannot remember anything before 1950.",
        "",
        "...",
        "I do not know. " * 20,
    ],
)
def test_text_with_a_word_of_a_situation_is_an_account(text):
    assert not is_no_response(text)
