"""What is on the disk when: data before names, side streams before FILE, folders after names."""

import os
from pathlib import Path

import pytest
from affectory_protocol.errors import TooManyRejectsError
from affectory_protocol.settings import Restart
from inside import run_verb

VERBS = ["shout", "short", "draw", "import lines", "sum-up", "etch", "import carvings"]


class Disk:
    """Writes down every change to the disk, in order: what, which path, and where a rename led."""

    def __init__(self, monkeypatch, folder):
        self.events = []
        self._folder = str(folder)
        for name in ("write", "pwrite", "ftruncate", "fsync"):
            monkeypatch.setattr(os, name, self._watched(name, getattr(os, name)))
        for name in ("replace", "rename", "unlink"):
            monkeypatch.setattr(os, name, self._watched_name(name, getattr(os, name)))

    def _watched(self, name, call):
        def watch(fd, *more):
            self._note(name, str(Path(f"/proc/self/fd/{fd}").readlink()))
            return call(fd, *more)

        return watch

    def _watched_name(self, name, call):
        def watch(path, *more, **settings):
            self._note(name, os.fspath(path), *map(os.fspath, more))
            return call(path, *more, **settings)

        return watch

    def _note(self, name, *paths):
        if paths[0].startswith(self._folder):
            self.events.append((name, *(path.removeprefix(self._folder) or "/" for path in paths)))

    def at(self, name, path, *, last=True):
        """The place of an event in the order."""
        places = [n for n, event in enumerate(self.events) if event[:2] == (name, path)]
        assert places, (name, path, self.events)
        return places[-1 if last else 0]

    def renames(self):
        """Where each rename came from and led to, with its place in the order."""
        return [
            (n, event[1], event[2])
            for n, event in enumerate(self.events)
            if event[0] in {"replace", "rename"}
        ]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a verb over a few records and watch the disk."""
    for name in ("data", "out"):
        (tmp_path / name).mkdir()
    lines = (
        '{"id":"a","text":{"content":"one"}}\n{"id":"b","text":{"content":"a long, long text"}}\n'
    )
    (tmp_path / "data/input.jsonl").write_text(lines * 3 + "{\n", "utf-8")
    (tmp_path / "data/rows.txt").write_text("one\n\nnothing\ntwo\n", "utf-8")
    disk = Disk(monkeypatch, tmp_path / "out")

    def run(verb, **settings):
        own = {"paths": [tmp_path / "data/rows.txt"]} if verb.startswith("import") else {}
        shared = {"output": str(tmp_path / "out/f"), "max_rejects": "9", "checkpoint_seconds": 0.0}
        if not verb.startswith("import"):
            shared |= {"input": str(tmp_path / "data/input.jsonl"), "batch_size": 2}
        if verb in {"draw", "etch", "import carvings"}:
            shared |= {"assets": tmp_path / "out/assets"}
        run_verb(verb, own, **{**shared, **settings})
        return disk

    return run


@pytest.mark.parametrize("verb", VERBS)
def test_content_is_on_the_disk_before_it_gets_its_name(run, verb):
    disk = run(verb)

    assert disk.renames()
    for place, origin, _ in disk.renames():
        before = [event[0] for event in disk.events[:place] if event[1] == origin]
        assert before[-1] == "fsync", (origin, before)


@pytest.mark.parametrize("verb", VERBS)
def test_output_is_named_last(run, verb):
    disk = run(verb)
    named = [target for _, _, target in disk.renames() if not target.startswith("/assets/")]
    sides = {"/f.rejects.jsonl", "/f.run.json"}
    sides |= {"/f.dropped.jsonl"} if verb in {"short", "import lines", "import carvings"} else set()

    assert named[-1] == "/f"
    assert set(named[:-1]) == sides
    assert len(named) == len(sides) + 1


@pytest.mark.parametrize("verb", VERBS)
def test_names_of_the_others_are_on_the_disk_before_that_of_the_output(run, verb):
    disk = run(verb)
    renamed = {target: place for place, _, target in disk.renames()}
    others = max(place for target, place in renamed.items() if target != "/f")
    folders = [n for n, event in enumerate(disk.events) if event == ("fsync", "/")]

    assert any(others < place < renamed["/f"] for place in folders)
    assert any(renamed["/f"] < place for place in folders)


@pytest.mark.parametrize("verb", VERBS)
def test_journal_is_removed_only_when_the_commit_is_on_the_disk(run, verb):
    disk = run(verb)
    committed = {target: place for place, _, target in disk.renames()}["/f"]
    folder = disk.at("fsync", "/")

    assert committed < folder < disk.at("unlink", "/f.journal")


@pytest.mark.parametrize("verb", VERBS)
def test_point_of_the_journal_speaks_of_nothing_that_is_not_on_the_disk(run, verb):
    disk = run(verb)
    points = [n for n, event in enumerate(disk.events) if event == ("pwrite", "/f.journal")]

    assert len(points) > 1
    for point in points[1:]:
        dirty = set()
        for name, path, *_ in disk.events[:point]:
            if path.endswith(".part"):
                (dirty.add if name in {"write", "ftruncate"} else dirty.discard)(path)
        assert dirty == set()
        assert disk.events[point + 1] == ("fsync", "/f.journal")


@pytest.mark.parametrize("verb", ["draw", "etch", "import carvings"])
def test_names_of_assets_are_on_the_disk_before_the_journal_speaks_of_them(run, verb):
    disk = run(verb)
    points = [n for n, event in enumerate(disk.events) if event == ("pwrite", "/f.journal")]
    assets = [(n, target) for n, _, target in disk.renames() if target.startswith("/assets/")]

    assert len(assets) == (4 if verb == "draw" else 2)
    for place, target in assets:
        point = min(n for n in points if n > place)
        synced = {event[1] for event in disk.events[place:point] if event[0] == "fsync"}
        assert {str(Path(target).parent), "/assets"} <= synced


def test_earlier_output_is_gone_before_anything_new_is_named(run):
    run("shout").events.clear()
    disk = run("shout", restart=Restart.ALWAYS)
    first_name = disk.renames()[0][0]

    assert disk.at("unlink", "/f") < disk.at("fsync", "/", last=False) < first_name


def test_rejects_of_an_output_that_is_held_back_are_on_the_disk(run):
    with pytest.raises(TooManyRejectsError):
        run("shout", max_rejects="0")
    disk = run("shout")
    place = next(n for n, _, target in disk.renames() if target == "/f.rejects.jsonl")

    assert ("fsync", "/") in disk.events[place : place + 2]
    assert ("fsync", "/f.rejects.jsonl.part") in disk.events[:place]
