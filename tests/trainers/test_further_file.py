"""Where further files of a verb may lie."""

import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.settings import Settings
from trainers.further_file import check_places, write_file


@pytest.fixture
def check(tmp_path):
    """Checks places, by their names in the folder of a run from `in.jsonl` to `out`."""

    def check(files, read=(), **options):
        named = {"input": str(tmp_path / "in.jsonl"), "output": str(tmp_path / "out")}
        places = {option: tmp_path / name for option, name in files.items()}
        check_places(Settings(**{**named, **options}), places, [tmp_path / name for name in read])

    return check


def test_places_of_their_own_are_taken(check, tmp_path):
    check({"--picture": "a.png", "--cache": "b"}, ["c"])
    check({"--picture": "a.png"}, input="-", output="-")
    check_places(Settings(), {"--cache": None}, [None])
    write_file(tmp_path / "a.png", b"content")
    check({"--picture": "a.png"})

    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_folder_that_is_not_there_is_told(check):
    with pytest.raises(UsageError, match="--picture is in a folder that is not there"):
        check({"--picture": "no/a.png"})


def test_a_folder_is_no_file(check, tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(UsageError, match="--picture is no file"):
        check({"--picture": "a.png"})


@pytest.mark.parametrize(
    "name",
    [
        "in.jsonl",
        "out",
        "out.part",
        "out.rejects.jsonl",
        "out.rejects.jsonl.part",
        "out.run.json",
        "out.journal",
        "out.lock",
        "link",
    ],
)
def test_what_the_run_reads_or_writes_is_not_overwritten(check, tmp_path, name):
    (tmp_path / "link").symlink_to(tmp_path / "space")
    with pytest.raises(UsageError, match="--cache is a file that the run reads or writes itself"):
        check({"--picture": "a.png", "--cache": name}, ["space"])


def test_sides_of_a_pipe_are_not_overwritten(check, tmp_path):
    with pytest.raises(UsageError, match="reads or writes itself"):
        check({"--picture": "side"}, output="-", rejects=str(tmp_path / "side"))


@pytest.mark.parametrize(
    ("files", "read", "said"),
    [
        ({"--picture": "a.png", "--cache": "a.png.part"}, [], "--cache is a file"),
        ({"--cache": "a.png.part", "--picture": "a.png"}, [], "--picture is written by way of"),
        ({"--picture": "a.png"}, ["a.png.part"], "--picture is written by way of"),
    ],
)
def test_what_a_file_is_written_by_way_of_is_taken(check, files, read, said):
    with pytest.raises(UsageError, match=said):
        check(files, read)


def test_two_files_in_one_place_are_refused(check):
    with pytest.raises(UsageError, match="--cache is a file that the run reads or writes itself"):
        check({"--picture": "a.png", "--cache": "a.png"})
