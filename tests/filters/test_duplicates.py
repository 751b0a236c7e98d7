"""The first is kept; what repeats it names it."""

import json

import pytest
from affectory_protocol.errors import ManifestError, RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Text
from affectory_protocol.settling import judge_in_turn, recall_written
from filters.duplicates import Duplicates
from filters.exact import ExactAssets, ExactTexts
from filters.normal_text import normalise_text


def _text(identity, content, **more):
    members = {"id": identity, "text": {"content": content}, **more}
    return Record.parse(json.dumps(members).encode(), (Text,))


@pytest.fixture
def texts():
    return Duplicates(ExactTexts(), "same")


@pytest.fixture
def assets(places):
    return Duplicates(ExactAssets(places, "image"), "same")


@pytest.fixture
def file_of(tmp_path):
    """A record with a file of this content."""

    def make(identity, content, **said):
        (tmp_path / identity).write_bytes(content)
        asset = {"uri": identity, "media_type": "image/png", **said}
        members = {"id": identity, "assets": {"image": asset}}
        return Record.parse(json.dumps(members).encode(), (Assets,))

    return make


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Well done!", "  well   DONE! "),
        ("don't", "don\u2019t"),
        ("\u201cyes\u201d", '"yes"'),
        ("Straße", "STRASSE"),
        ("ﬁne", "fine"),
        ("é", "e\u0301"),
        ("", " \t"),
    ],
)
def test_texts_that_differ_in_typing_are_the_same(texts, one, other):
    first, second = texts.judge([_text("a", one), _text("b", other)])

    assert first.passed
    assert (second.passed, second.reason, second.duplicate_of) == (False, "exact-duplicate", "a")


@pytest.mark.parametrize(("one", "other"), [("well", "well."), ("no", "on"), ("a b", "ab")])
def test_texts_that_differ_in_letters_are_not(texts, one, other):
    assert all(v.passed for v in texts.judge([_text("a", one), _text("b", other)]))


def test_normal_form_is_its_own():
    text = normalise_text("ﬃ ´ ½ İ \u00a0x")

    assert normalise_text(text) == text


def test_third_names_the_first_and_not_the_second(texts):
    texts.judge([_text("a", "x"), _text("b", "x")])
    [third] = texts.judge([_text("c", "x")])

    assert third.duplicate_of == "a"


def test_record_that_was_kept_is_recalled(texts):
    texts.recall([b'{"id":"a","text":{"content":"X"},"verdicts":{"same":{"passed":true}}}'])

    assert texts.judge([_text("b", "x")])[0].duplicate_of == "a"


@pytest.mark.parametrize(
    "members",
    [
        '"text":{"content":"x"},"verdicts":{"same":{"passed":false}}',
        '"text":{"content":"x"},"verdicts":{"other":{"passed":true}}',
        '"text":{"content":"x"}',
        '"text":null',
        '"text":null,"verdicts":{"same":{"passed":true}}',
        '"verdicts":{"same":{"passed":true}}',
    ],
)
def test_record_that_was_not_is_not(texts, members):
    texts.recall([b'{"id":"a",%s}' % members.encode()])

    assert texts.judge([_text("b", "x")])[0].passed


def test_files_of_equal_bytes_are_the_same(assets, file_of):
    verdicts = assets.judge([file_of("a", b"1"), file_of("b", b"2"), file_of("c", b"1")])

    assert [v.duplicate_of for v in verdicts] == [None, None, "a"]
    assert {v.of for v in verdicts} == {"image"}


def test_digest_that_the_record_tells_is_taken_for_that_of_the_file(assets, file_of):
    stored = file_of("a", b"1")
    digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"  # of the byte "1"
    told = file_of("b", b"other", sha256=digest)

    assert assets.judge([stored, told])[1].duplicate_of == "a"


def test_slices_of_one_file_are_the_same_when_their_rows_are(assets, file_of):
    rows = [[0, 2], [2, 4], None, [0, 2]]
    slices = [file_of("a", b"1", rows=pair) for pair in rows]

    assert [v.passed for v in assets.judge(slices)] == [True, True, True, False]


def test_digest_told_of_a_slice_is_that_of_the_slice(assets, file_of):
    slices = [file_of("a", b"1", rows=[n, n + 1], sha256="0" * 64) for n in range(2)]

    assert assets.judge(slices)[1].reason == "exact-duplicate"


def test_slice_of_no_rows_is_a_reject(assets, file_of):
    [outcome] = assets.judge([file_of("a", b"1", rows=[2, 2])])

    assert isinstance(outcome, RecordError)
    assert outcome.reason is Reason.INVALID_SECTION


def test_file_that_is_not_there_is_a_reject(assets, file_of, tmp_path):
    gone = file_of("a", b"1")
    (tmp_path / "a").unlink()
    [outcome] = assets.judge([gone])

    assert isinstance(outcome, RecordError)
    assert outcome.reason is Reason.ASSET_MISSING


GONE = (
    b'{"id":"a","assets":{"image":{"uri":"gone","media_type":"image/png"}},'
    b'"verdicts":{"same":{"passed":true}}}'
)


def test_kept_file_that_is_gone_when_a_run_goes_on_stops_it(assets):
    with pytest.raises(ManifestError) as raised:
        recall_written(assets.recall, [GONE])

    assert "--restart always" in (raised.value.hint or "")


def test_judged_record_whose_file_is_gone_is_a_reject_and_those_behind_it_are_judged(
    assets, file_of
):
    judge = judge_in_turn(assets.judge, "same", assets.recall)
    gone, kept = judge([Record.parse(GONE, (Assets,)), file_of("b", b"1")])

    assert isinstance(gone, RecordError)
    assert gone.reason is Reason.ASSET_MISSING
    assert kept.passed
