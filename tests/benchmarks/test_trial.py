import sys
import time

import pytest

from benchmarks.peers.trial import FailedError, Stage, TooSlowError, adopting_orphans, run_stages

SPIN = "import time; end = time.process_time() + {0}\nwhile time.process_time() < end: pass"


def _python(code):
    return (sys.executable, "-c", code)


def test_processor_time_of_a_child_counts(tmp_path):
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SPIN.format(0.3)!r}])"
    trial = run_stages([Stage((_python(child),))], tmp_path / "log", 30)

    assert trial.cpu >= 0.3
    assert trial.wall >= 0.3


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans on")
def test_processor_time_of_an_orphan_counts(tmp_path):
    orphan = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SPIN.format(0.3)!r}])"
    )
    with adopting_orphans():
        trial = run_stages([Stage((_python(orphan),))], tmp_path / "log", 30)

    assert trial.cpu >= 0.3


def test_memory_is_that_of_the_run(tmp_path):
    trial = run_stages([Stage((_python("x = b'x' * 400_000_000"),))], tmp_path / "log", 30)

    assert 400e6 < trial.peak < 440e6


def test_commands_of_a_stage_are_a_pipe_and_stages_follow_each_other(tmp_path):
    source, log = tmp_path / "in", tmp_path / "log"
    source.write_text("a\nb\n")
    stage = Stage((("cat",), ("wc", "-l")), stdin=source)
    run_stages([stage, stage], log, 30)

    assert log.read_text().split() == ["2", "2"]


def test_failure_of_any_command_is_a_failure(tmp_path):
    with pytest.raises(FailedError):
        run_stages([Stage((_python("raise SystemExit(3)"), ("cat",)))], tmp_path / "log", 30)


def test_command_that_takes_too_long_is_stopped(tmp_path):
    begun = time.monotonic()
    with pytest.raises(TooSlowError):
        run_stages([Stage((("sleep", "20"),))], tmp_path / "log", 0.2)

    assert time.monotonic() - begun < 10
