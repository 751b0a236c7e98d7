"""What becomes of a batch: nothing of it stays behind."""

import gc
import weakref
from dataclasses import replace

import pytest
from affectory_protocol.errors import RecordError, TemporaryError
from affectory_protocol.processing import BatchWork, Processor
from affectory_protocol.reading import Chunk
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Labels, Text
from affectory_protocol.settings import Settings
from affectory_protocol.validation import Validation
from affectory_protocol.verb import Kind, Verb
from affectory_protocol.writing import Signature

VERB = Verb("toy", "try", Kind.MAP, 1, "0", "toy", needs=(Text,), writes=(Labels,))
GOOD = b'{"id":"a","text":{"content":"words"}}'
DEEP = b'{"id":"a","text":{"content":"words"},"deep":%s1%s}' % (b"[" * 600, b"]" * 600)
LACKING = b'{"id":"a"}'
BAD = [b'{"id":"a"', b"[]", b'{"id":""}', LACKING, b'{"id":"a","text":{"content":1}}']


@pytest.fixture(autouse=True)
def _no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def errors(monkeypatch):
    """Weak references to every error of a record that is made."""
    made = []
    init = RecordError.__init__

    def remember(error, reason, message):
        init(error, reason, message)
        made.append(weakref.ref(error))

    monkeypatch.setattr(RecordError, "__init__", remember)
    return made


def _chunk(lines):
    return Chunk(1, lines, b"".join(line + b"\n" for line in lines))


def _refuse(records):
    made = []
    for record in records:
        try:
            record.digest_of(["deep"])
        except RecordError as error:
            made.append(error)
    return made


def _fail(records):
    raise RecordError(Reason.BACKEND_FAILED, "no")


def _raise(record, outcome, result):
    raise RecordError(Reason.SECTION_EXISTS, "no")


@pytest.mark.parametrize(
    ("work", "line"),
    [*(("map", line) for line in BAD), *(("validate", line) for line in BAD if line != LACKING)],
)
def test_rejected_line_leaves_no_cycle_behind(errors, work, line):
    processor = Processor(VERB, Settings(), Signature(b""))
    chunk = _chunk([GOOD, line, line])
    if work == "map":
        result = BatchWork(processor, lambda records: [None] * len(records), _raise)(chunk)
    else:
        result = Validation(processor, []).handle(chunk)

    assert result.rejects
    assert errors
    assert not any(ref() for ref in errors)


@pytest.mark.parametrize("function", [_refuse, _fail])
def test_refused_record_leaves_no_cycle_behind(errors, function):
    processor = Processor(VERB, Settings(), Signature(b""))
    result = BatchWork(processor, function, _raise)(_chunk([DEEP, DEEP]))

    assert len(result.rejects) == 2
    assert errors
    assert not any(ref() for ref in errors)


def test_batch_of_a_verb_that_remembers_is_never_tried_again():
    tried = []

    def gorge(records):
        tried.append(len(records))
        raise MemoryError

    processor = Processor(replace(VERB, stateful=True), Settings(), Signature(b""))

    with pytest.raises(TemporaryError):
        BatchWork(processor, gorge, _raise)(_chunk([GOOD, GOOD]))

    assert tried == [2]


def test_verb_that_remembers_may_not_fail_on_a_whole_batch():
    processor = Processor(replace(VERB, stateful=True), Settings(), Signature(b""))

    with pytest.raises(RuntimeError, match="failed on a whole batch"):
        BatchWork(processor, _fail, _raise)(_chunk([GOOD]))
