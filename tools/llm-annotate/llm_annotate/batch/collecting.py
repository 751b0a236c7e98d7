"""From output and error files into the store, and what that leaves without an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.outcomes import Dropped, Imported, Row
from affectory_protocol.reading import LineReader, clean_line, is_blank
from affectory_protocol.reasons import DropReason, Reason
from affectory_protocol.records import Verdict, Verdicts
from affectory_protocol.seen_ids import SeenIds
from affectory_protocol.settings import DEFAULT_MAX_LINE_BYTES

from llm_annotate.batch.answers import AnswerIntake, KnownAnswers
from llm_annotate.batch.choice import Choice, find_fault
from llm_annotate.batch.line import Attempt, read_attempt, read_request_id
from llm_annotate.batch.request_files import NAMES
from llm_annotate.chat import read_completion

ANSWER = "answer"
"""Name of the verdict about an answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of several files.

    Attributes:
        offset: bytes before it, over all files.
        content: the line; of one that is too long its beginning.
        whole: False for one that is too long.
    """

    offset: int
    content: bytes
    whole: bool = True

    def whole_content(self) -> bytes:
        """The line.

        Raises:
            RecordError: line-too-long.
        """
        if not self.whole:
            raise RecordError(
                Reason.LINE_TOO_LONG, f"the line is over {DEFAULT_MAX_LINE_BYTES} bytes"
            )
        return self.content


def collect(attempts: Sequence[Path], folders: Sequence[Path], store: Path) -> Iterator[Row]:
    """Put answers into the store, and tell of every request what became of it.

    Lines that are of no use come first, as rejects; then a row for each request, in the order they
    were written. Everything has gone into the store before the first of these; and all attempts
    were looked at before the first went into it, so that neither the order of the files nor an
    interruption changes a row.

    Args:
        attempts: output and error files, in any order.
        folders: of request files.
        store: of the answers.

    Raises:
        UsageError: a folder holds no request files.
    """
    requests = [path for folder in folders for path in list_request_files(folder)]
    before = sum(path.stat().st_size for path in attempts)
    with SeenIds() as known:
        for line in read_lines(requests):
            if (fault := _note(line, known)) is not None:
                yield Row(before + line.offset, line.content, fault)
        with Choice() as choice, AnswerIntake(store) as intake:
            for line in read_lines(attempts):
                _compare(line, known, choice)
            for line in read_lines(attempts):
                if (fault := _take(line, known, choice, intake)) is not None:
                    yield Row(line.offset, line.content, fault)
    with KnownAnswers(store) as answers, SeenIds() as told:
        for line in read_lines(requests):
            request = _read_good_id(line)
            if request is not None and told.add(request):
                yield Row(before + line.offset, line.content, _tell(request, answers))


def list_request_files(folder: Path) -> list[Path]:
    """The request files of a folder, by their names.

    Raises:
        UsageError: there are none.
    """
    files = sorted(folder.glob(NAMES))
    if not files:
        raise UsageError(
            f"--requests holds no request files: {folder}",
            hint="Name the folder that batch write made: OUTPUT.requests.",
        )
    return files


def read_lines(paths: Sequence[Path]) -> Iterator[Line]:
    """Lines of files that are not blank, offsets counted over all of them."""
    before = 0
    for path in paths:
        with path.open("rb") as file:
            reader = LineReader(
                file.fileno(), max_line_bytes=DEFAULT_MAX_LINE_BYTES, absorb=lambda _: None
            )
            for chunk in reader.chunks():
                if chunk.long_line is not None:
                    yield Line(before + chunk.offset, chunk.long_line.head, whole=False)
                offset = before + chunk.offset
                for line in chunk.lines:
                    content = clean_line(line, offset - before)
                    if not is_blank(content):
                        yield Line(offset, content)
                    offset += len(line) + 1
        before += path.stat().st_size


def _note(line: Line, known: SeenIds) -> RecordError | None:
    """Remember a request; a fault when the line is none."""
    try:
        known.add(read_request_id(line.whole_content()))
    except RecordError as fault:
        return fault.bare()
    return None


def _read_good_id(line: Line) -> str | None:
    try:
        return read_request_id(line.whole_content())
    except RecordError:  # it was told when requests were noted
        return None


def _compare(line: Line, known: SeenIds, choice: Choice) -> None:
    """Look at what a line brings."""
    try:
        choice.note(_read_known(line, known))
    except RecordError:  # it is told when answers are taken
        return


def _take(line: Line, known: SeenIds, choice: Choice, intake: AnswerIntake) -> RecordError | None:
    """Put what a line brings into the store, if no other is better; a fault when it is no use."""
    try:
        attempt = _read_known(line, known)
    except RecordError as fault:
        return fault.bare()
    if choice.is_best(attempt):
        intake.take(attempt)
    return None


def _read_known(line: Line, known: SeenIds) -> Attempt:
    """An attempt at one of the requests.

    Raises:
        RecordError: it is none, or nobody asked.
    """
    attempt = read_attempt(line.whole_content())
    if attempt.request not in known:
        raise RecordError(
            Reason.UNKNOWN_REQUEST, "the custom_id is that of no request in --requests"
        )
    return attempt


def _tell(request: str, answers: KnownAnswers) -> Imported | Dropped | RecordError:
    """What became of a request."""
    body = answers.get(request)
    if body is not None:
        return Imported(request, (Verdicts({ANSWER: _judge(body)}),))
    return answers.find_refusal(request) or Dropped(request, (), DropReason.UNANSWERED)


def _judge(body: bytes) -> Verdict:
    """Whether an answer holds an expression, and what it cost in tokens."""
    completion = read_completion(body)
    tokens = {"tokens_in": completion.tokens_in, "tokens_out": completion.tokens_out}
    measures = {name: float(n) if isinstance(n, int) else None for name, n in tokens.items()}
    fault = find_fault(completion)
    return Verdict(passed=fault is None, reason=fault and fault.value, measures=measures)


def check_store(output: Path, store: Path) -> None:
    """Refuse to call an output up to date whose answers went into another store.

    Args:
        output: of an earlier run.
        store: that is named now.

    Raises:
        UsageError: an answer that the output speaks of is not in the store.
    """
    with KnownAnswers(store if store.exists() else None) as answers, output.open("rb") as file:
        try:
            missing = any(answers.get(orjson.loads(line)["id"]) is None for line in file)
        except (orjson.JSONDecodeError, LookupError, TypeError):
            return  # not of this verb: the run itself refuses to replace it
    if missing:
        raise UsageError(
            f"the answers of this output were put into another store: {output.name}",
            hint="Name that store, or another --output, or --restart always.",
        )
