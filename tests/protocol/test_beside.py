"""Files that a sink writes beside its output, which a finished run must have."""

import pytest
from affectory_protocol.errors import TooManyRejectsError, UsageError
from affectory_protocol.job import Job, UpToDate
from affectory_protocol.receipt import OptionRecords
from affectory_protocol.records import Text
from affectory_protocol.run import Run
from affectory_protocol.settings import Restart, Settings, Tolerance
from affectory_protocol.verb import Kind, Verb

LINE = '{"id": "a", "text": {"content": "one"}}\n'


@pytest.fixture
def write(tmp_path):
    """Writes the ids of records, and how many they are into a file beside."""

    def write(*, beside="plane.png", lines=LINE, **options):
        (tmp_path / "in.jsonl").write_text(lines)
        job = Job(
            verb=Verb("tool", "write", Kind.SINK, 1, "0", "tool", needs=(Text,)),
            settings=Settings(
                input=str(tmp_path / "in.jsonl"), output=str(tmp_path / "out"), **options
            ),
            options=OptionRecords(),
            fingerprint={},
            files=(),
            paths=(),
            protocol_version="0",
            wire=1,
        )
        run = Run(job)
        if beside is not None:
            run.expect_beside({"--picture": tmp_path / beside})

        def work(records):
            ids = [record.id for record in records]
            if beside is not None:
                (tmp_path / beside).write_text(str(len(ids)))
            return " ".join(ids).encode()

        run.sink(work)

    return write


def test_run_with_all_of_its_files_is_up_to_date(write):
    write()
    with pytest.raises(UpToDate):
        write()


@pytest.mark.parametrize("first", ["plane.png", None])
def test_run_without_one_is_refused_or_begun_again(write, tmp_path, first):
    write(beside=first)
    (tmp_path / "plane.png").unlink(missing_ok=True)
    with pytest.raises(UsageError, match="differs in: the --picture it left"):
        write()
    write(restart=Restart.IF_CHANGED)

    assert (tmp_path / "plane.png").read_text() == "1"
    with pytest.raises(UpToDate):
        write()


def test_output_that_was_held_back_is_not_published_without_one(write, tmp_path):
    lines = f"{LINE}no record\n"
    with pytest.raises(TooManyRejectsError):
        write(lines=lines)
    (tmp_path / "plane.png").unlink()
    tolerant = {"lines": lines, "max_rejects": Tolerance.parse("1")}
    with pytest.raises(UsageError, match="differs in: the --picture it left"):
        write(**tolerant)
    write(**tolerant, restart=Restart.IF_CHANGED)

    assert (tmp_path / "plane.png").read_text() == "1"
    assert (tmp_path / "out").read_bytes() == b"a"
