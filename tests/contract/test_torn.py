"""Part files and a journal that a crash left torn: repaired or refused in words, never a crash."""

import os
import shutil
import tempfile
from pathlib import Path

import orjson
import pytest
from affectory_protocol.errors import AffectoryError, LimitError
from affectory_protocol.settings import Restart
from inside import remove_files, run_verb
from toy import run as toy

TAIL_BYTES = 4096
GAP_BYTES = 32
RECORDS = 40
STOP_AFTER = 24
BATCH = 4
BEGIN_AGAIN_EVERY = 16
"""Of the refusals, this many share one trial of `--restart always`: it is the slower half."""


class Scene:
    """A run that was stopped in the middle, to be put back as often as needed.

    Attributes:
        folder: where it ran.
        whole: what it leaves when nobody stops it.
    """

    def __init__(self, folder, monkeypatch):
        self.folder = folder / "out"
        self.folder.mkdir()
        self._source = folder / "input.jsonl"
        self._source.write_bytes(b"".join(map(_line, range(RECORDS))))
        self._pristine = {}
        self._refusals = -1
        self.run()
        self.whole = self._files()
        remove_files(self.folder)
        self._stop(monkeypatch)
        self._pristine = self._files()

    def run(self, **settings):
        run_verb(
            "short",
            output=str(self.folder / "f"),
            input=str(self._source),
            batch_size=BATCH,
            max_rejects="100%",
            **{"checkpoint_seconds": 3600.0, **settings},
        )

    def _stop(self, monkeypatch):
        judge, seen = toy.judge, []

        def stopping(records, **settings):
            seen.extend(records)
            if len(seen) > STOP_AFTER:
                raise LimitError("enough")
            return judge(records, **settings)

        with monkeypatch.context() as patch:
            patch.setattr(toy, "judge", stopping)
            with pytest.raises(LimitError):
                self.run(checkpoint_seconds=0.0)

    def _files(self):
        return {p.name: p.read_bytes() for p in self.folder.iterdir() if p.suffix != ".json"}

    def put_back(self, **changed):
        """Everything as it was when the run was stopped, but for some files (None: gone)."""
        remove_files(self.folder)
        for name, content in {**self._pristine, **changed}.items():
            if content is not None:
                (self.folder / name).write_bytes(content)

    def content(self, name):
        return self._pristine[name]

    def check(self, what):
        """Go on; where that is refused, begin again."""
        refusal = self._try()
        if refusal is not None:
            assert refusal.exit_status in {1, 2}, what
            assert refusal.hint, what
            self._refusals += 1
            if self._refusals % BEGIN_AGAIN_EVERY:
                return False
            self.run(restart=Restart.ALWAYS)
        assert self._files() == self.whole, what
        return refusal is None

    def _try(self):
        try:
            self.run()
        except AffectoryError as refusal:
            return refusal
        return None


def _line(number):
    if number % 5 == 4:
        return b'{"id":"%d","x":"no text"}\n' % number
    text = "short" if number % 3 else "a text that is too long to be kept"
    return orjson.dumps({"id": str(number), "text": {"content": text}}) + b"\n"


def _do_not_wait(fd):
    pass


@pytest.fixture
def scene(monkeypatch):
    """In memory where there is some, and without waiting for a disk: thousands of runs."""
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    monkeypatch.setattr(os, "fsync", _do_not_wait)
    folder = Path(tempfile.mkdtemp(prefix="torn-", dir=base))
    yield Scene(folder, monkeypatch)
    shutil.rmtree(folder)


PARTS = ["f.part", "f.rejects.jsonl.part", "f.dropped.jsonl.part"]


@pytest.mark.parametrize("name", PARTS)
def test_part_file_cut_off_at_any_byte(scene, name):
    content = scene.content(name)
    for size in range(max(0, len(content) - TAIL_BYTES), len(content) + 1):
        scene.put_back(**{name: content[:size]})
        went_on = scene.check((name, size))

    assert went_on


@pytest.mark.parametrize("name", PARTS)
def test_part_file_with_more_than_the_journal_knows_is_cut_back(scene, name):
    content = scene.content(name)
    for more in (b"\n", b"{", b"\0" * 5000, content):
        scene.put_back(**{name: content + more})

        assert scene.check((name, len(more)))


@pytest.mark.parametrize("name", PARTS)
def test_part_file_with_another_byte_is_never_gone_on_from(scene, name):
    content = scene.content(name)
    for place in range(0, len(content), 97):
        turned = bytearray(content)
        turned[place] ^= 1
        scene.put_back(**{name: bytes(turned)})

        if scene.check((name, place)):  # the older point of the journal does not reach this far
            assert place > len(content) - 4 * BATCH * 300


def test_part_file_that_is_gone(scene):
    for name in PARTS:
        scene.put_back(**{name: None})

        assert not scene.check(name)


def _used(journal):
    """Bytes of a journal up to the end of what its second slot holds."""
    return len(journal.rstrip(b"\0"))


def test_journal_cut_off_at_any_byte(scene):
    journal = scene.content("f.journal")
    used = _used(journal)
    for size in [*range(max(0, used - TAIL_BYTES), used + 1), len(journal) - 1]:
        cut = journal[:size]
        if cut.endswith(bytes(GAP_BYTES)) and size % GAP_BYTES:
            continue  # in the gap between what two slots hold one place is like another
        scene.put_back(**{"f.journal": cut})
        scene.check(size)


def test_slot_of_the_journal_torn_at_any_byte_leaves_the_other(scene):
    """A write of a slot reached the disk in part: behind the tear lies what was there before."""
    journal = scene.content("f.journal")
    half = len(journal) // 2
    slots = [journal[:half], journal[half:]]
    for number, slot in enumerate(slots):
        for size in range(0, _used(slot), 7):
            torn = [*slots]
            torn[number] = slot[:size] + b"\xa5" * (half - size)
            scene.put_back(**{"f.journal": b"".join(torn)})

            assert scene.check((number, size))


def test_journal_with_another_byte_is_never_believed(scene):
    journal = scene.content("f.journal")
    for place in range(0, _used(journal), 13):
        turned = bytearray(journal)
        turned[place] ^= 0x10
        scene.put_back(**{"f.journal": bytes(turned)})
        scene.check(place)


@pytest.mark.parametrize("journal", [b"", b"nonsense", b"\0" * 32768, None])
def test_journal_that_is_none_means_to_begin_again(scene, journal):
    scene.put_back(**{"f.journal": journal})

    assert scene.check(journal)
