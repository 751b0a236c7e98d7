"""Files of runs in a folder, told by what they hold; whatever is only called so stays."""

import os
from pathlib import Path

import pytest
from affectory_protocol.contents import digest_place
from affectory_protocol.journal import Journal, Progress
from affectory_protocol.run_files import SIDES, find_run_files
from affectory_protocol.workplace import Lock

OUTPUT = "out.jsonl"
PUBLISHED = [OUTPUT + side for side in SIDES]
PARTS = [f"{name}.part" for name in PUBLISHED]


def _put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"{}")


def _find(folder: Path) -> set[str]:
    return find_run_files(folder, [path.name for path in folder.iterdir()])


@pytest.fixture
def receipt(manifest, tmp_path) -> bytes:
    """Of a real run."""
    (tmp_path / "in").write_bytes(b'{"id":"a"}\n')
    manifest("validate", "-i", "in", "-o", OUTPUT).ok()
    content = (tmp_path / f"{OUTPUT}.run.json").read_bytes()
    for path in tmp_path.iterdir():
        path.unlink()
    return content


def test_receipt_tells_of_all_that_was_published(tmp_path, receipt):
    _put(tmp_path, *PUBLISHED, *PARTS, "other.jsonl", "out.jsonl.more")
    (tmp_path / f"{OUTPUT}.run.json").write_bytes(receipt)
    assert _find(tmp_path) == {*PUBLISHED, *PARTS}


@pytest.mark.parametrize("writes", [1, 2])
def test_journal_tells_of_all_that_is_worked_on(tmp_path, writes):
    _put(tmp_path, *PUBLISHED, *PARTS, "other.jsonl")
    journal = Journal(tmp_path / f"{OUTPUT}.journal")
    for _ in range(writes):
        journal.write(Progress())
    journal.close()
    assert _find(tmp_path) == {*PUBLISHED, *PARTS, f"{OUTPUT}.journal"}


def test_lock_tells_of_parts_and_of_no_other_file(tmp_path):
    _put(tmp_path, *PUBLISHED, *PARTS)
    (tmp_path / f"{OUTPUT}.journal").touch()
    lock = Lock(tmp_path / f"{OUTPUT}.lock")
    lock.acquire()
    assert _find(tmp_path) == {*PARTS, f"{OUTPUT}.lock", f"{OUTPUT}.journal"}
    lock.release()


def test_mark_of_a_batch_is_a_file_of_the_run(tmp_path):
    _put(tmp_path, f"{OUTPUT}.mark", "other.mark")
    Journal(tmp_path / f"{OUTPUT}.journal").write(Progress())
    assert _find(tmp_path) == {f"{OUTPUT}.journal", f"{OUTPUT}.mark"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".run.json", b'{"tool":"t","verb":"v"}'),
        (".run.json", b"[]"),
        (".run.json", b"\xff"),
        (".journal", b"dear diary"),
        (".lock", b"do not enter"),
        (".lock", b"1" * 30),
    ],
)
def test_file_that_is_only_called_so_tells_nothing(tmp_path, name, content):
    _put(tmp_path, *PUBLISHED[:3])
    (tmp_path / f"{OUTPUT}{name}").write_bytes(content)
    assert _find(tmp_path) == set()


def test_picture_beside_an_empty_lock_stays(tmp_path):
    _put(tmp_path, "cat.jpg")
    (tmp_path / "cat.jpg.lock").touch()
    assert _find(tmp_path) == {"cat.jpg.lock"}


@pytest.mark.parametrize("suffix", [".run.json", ".journal", ".lock"])
def test_what_is_no_file_is_not_waited_for(tmp_path, suffix):
    os.mkfifo(tmp_path / f"a{suffix}")
    (tmp_path / f"b{suffix}").mkdir()
    assert _find(tmp_path) == set()


def test_digest_of_a_folder_is_that_of_what_no_run_put_there(tmp_path, receipt):
    _put(tmp_path, "picture")
    (tmp_path / "below").mkdir()
    before = digest_place(tmp_path)
    for folder in (tmp_path, tmp_path / "below"):
        _put(folder, *PUBLISHED, *PARTS)
        (folder / f"{OUTPUT}.run.json").write_bytes(receipt)
    assert digest_place(tmp_path) == before
    _put(tmp_path / "below", "another")
    assert digest_place(tmp_path) != before
