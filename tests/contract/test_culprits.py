"""A record that ends its process, or never lets go of it, is found; no other pays for it."""

import json
import os
import select
import signal
import time
from pathlib import Path

import pytest
from cases import case_named, join

CRASH, HANG = "a crash", "a hang"
LINES = 30
SEGFAULT = 128 + signal.SIGSEGV


def _fill(trial, **texts):
    """Thirty records; by number, some with other texts."""
    contents = [texts.get(f"at{n}", f"text {n}") for n in range(LINES)]
    lines = [
        json.dumps({"id": str(n), "text": {"content": content}}).encode()
        for n, content in enumerate(contents)
    ]
    trial.input.write_bytes(join(lines))
    return lines


def _ids(trial):
    return [json.loads(line)["id"] for line in trial.left().output.splitlines()]


def _rejects(trial):
    rejects = map(json.loads, trial.left().rejects.splitlines())
    return [(json.loads(r["line"])["id"], r["reason"]) for r in rejects]


def _except(*numbers):
    return [str(n) for n in range(LINES) if n not in numbers]


def _wait_for_a_batch(trial):
    until = time.monotonic() + 30
    while not any(mark.stat().st_size for mark in trial.work.glob("*.mark")):
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.fixture
def trip(try_case):
    return try_case(case_named("toy trip"))


@pytest.mark.parametrize("every", ["0", "3600"])
def test_record_that_ends_its_process_is_found_on_the_third_start(trip, every):
    _fill(trip, at17=CRASH)
    words = ["--checkpoint-seconds", every]
    starts = [trip.run_to_file(*words).status for _ in range(2)]

    assert starts == [SEGFAULT] * 2

    trip.run_to_file(*words).ok()

    assert _rejects(trip) == [("17", "crashed")]
    assert _ids(trip) == _except(17)
    assert not list(trip.work.glob("*.mark"))


def test_every_record_that_ends_its_process_is_found(trip):
    _fill(trip, at2=CRASH, at3=CRASH, at21=CRASH)
    starts = 0
    while trip.run_to_file("--checkpoint-seconds", "0").status:
        starts += 1
        assert starts < 6

    assert _rejects(trip) == [(n, "crashed") for n in ("2", "3", "21")]
    assert _ids(trip) == _except(2, 3, 21)


@pytest.mark.parametrize("every", ["0", "3600"])
def test_record_that_ends_the_process_of_a_verb_that_remembers_is_found(try_case, every):
    """Two starts die in its batch, two more in it alone; the record beside it pays the same."""
    trip = try_case(case_named("toy trip-in-turn"))
    _fill(trip, at17=CRASH, at18=CRASH)
    starts = 0
    while (status := trip.run_to_file("--checkpoint-seconds", every).status) == SEGFAULT:
        starts += 1
        assert starts <= 8

    assert status == 0
    assert _rejects(trip) == [("17", "crashed"), ("18", "crashed")]
    assert _ids(trip) == _except(17, 18)


def test_worker_that_dies_costs_one_record_and_no_start(trip):
    _fill(trip, at0=CRASH, at17=CRASH)
    trip.run_to_file("--num-workers", "2").ok()

    assert _rejects(trip) == [("0", "crashed"), ("17", "crashed")]
    assert _ids(trip) == _except(0, 17)


def test_record_that_takes_too_long_is_rejected(trip):
    _fill(trip, at17=HANG, at18=CRASH)
    trip.run_to_file("--record-timeout", "0.3").ok()

    assert _rejects(trip) == [("17", "timeout"), ("18", "crashed")]
    assert _ids(trip) == _except(17, 18)


def test_reject_says_how_the_process_ended(trip):
    _fill(trip, at17=CRASH)
    trip.run_to_file("--num-workers", "1").ok()
    reject = json.loads(trip.left().rejects)

    assert reject["message"] == "its process was ended by SIGSEGV"


@pytest.mark.parametrize("name", ["toy trip", "toy trip-in-turn"])
def test_runs_killed_by_hand_convict_no_record(try_case, name):
    trip = try_case(case_named(name))
    _fill(trip)
    words = ["--checkpoint-seconds", "0", "--delay", "0.15"]
    for _ in range(3):
        running = trip.start("-o", trip.output, *words)
        _wait_for_a_batch(trip)
        time.sleep(0.05)  # in its first batch, each time
        running.kill(signal.SIGKILL)
        running.wait()
    trip.run_to_file(*words).ok()

    assert trip.left().rejects == b""
    assert _ids(trip) == _except()


def test_run_that_was_stopped_is_no_death(trip):
    _fill(trip)
    for _ in range(3):
        running = trip.start("-o", trip.output, "--delay", "3")
        _wait_for_a_batch(trip)
        running.kill(signal.SIGTERM)
        assert running.wait().status == 128 + signal.SIGTERM
        assert not list(trip.work.glob("*.mark"))


def test_hundred_crashes_in_a_row_are_a_fault_of_the_run(trip):
    lines = [b'{"id":"%d","text":{"content":"crash"}}' % n for n in range(110)]
    trip.input.write_bytes(join(lines))
    done = trip.run_to_file("--num-workers", "2")

    assert done.status == 1
    assert "crashed" in done.stderr
    assert not trip.output.exists()


def _children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM], ids=lambda s: s.name)
def test_workers_end_with_their_run(trip, signum):
    _fill(trip, at2=HANG)
    running = trip.start("-o", trip.output, "--num-workers", "2")
    until = time.monotonic() + 30
    while len(children := _children(running.pid)) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)
    running.kill(signum)
    assert running.wait().status == 128 + signum
    until = time.monotonic() + 5
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_workers_hand_on_what_is_done_while_the_writer_waits(trip):
    lines = _fill(trip)
    reader, writer = os.pipe()
    out, into = os.pipe()
    running = trip.start("-i", "-", "--num-workers", "2", stdin=reader, stdout=into)
    os.close(into)
    for line in lines[:3]:
        os.write(writer, line + b"\n")
        assert select.select([out], [], [], 30)[0], "nothing was handed on"
        assert json.loads(os.read(out, 65536))["id"] == json.loads(line)["id"]
    os.close(writer)
    assert running.wait().status == 0
    for fd in (reader, out):
        os.close(fd)


def test_defect_in_a_worker_is_shown_as_one(try_case):
    trial = try_case(case_named("toy count-up"))
    trial.input.write_bytes(b'{"id":"a","text":{"content":"infinity"}}\n')
    alone = trial.run("--num-workers", "0")
    apart = trial.run("--num-workers", "1")

    assert (apart.status, apart.stdout) == (alone.status, alone.stdout)
    assert "NonFiniteError" in apart.stderr
