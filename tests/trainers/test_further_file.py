"""Where a further file of a verb may lie."""

import pytest
from affectory_protocol.errors import UsageError
from trainers.further_file import check_place, write_file


def test_a_place_of_its_own_is_taken(tmp_path):
    check_place("--picture", tmp_path / "a.png", ["-", None, tmp_path / "b", "c"])
    write_file(tmp_path / "a.png", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="--picture is in a folder that is not there"):
        check_place("--picture", tmp_path / "no" / "a.png", [])


def test_what_the_run_reads_or_writes_is_not_overwritten(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "space")
    with pytest.raises(UsageError, match="reads or writes itself"):
        check_place("--picture", tmp_path / "link", [str(tmp_path / "space")])
