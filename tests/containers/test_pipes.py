"""Images in a pipe, as a person types them into a shell."""

import json
import subprocess

import pytest
from commands import ROOT
from containers import image_of

HARDENED = (
    "--rm --interactive --network none --read-only --tmpfs /tmp --cap-drop ALL"
    " --security-opt no-new-privileges"
)
SENTENCES = b"".join(
    b'{"id":"s%d","text":{"content":"I am %s to see you!"},"x":%d}\n' % (n, word, n)
    for n, word in enumerate([b"so happy", b"not happy", b"afraid", b"so happy"] * 5)
)
ANNOTATE = ("llm-annotate", "expression --backend lexicon")
THRESHOLD = ("filters", "threshold --field /x --min 5")
VALIDATE = ("manifest", "validate")


def _in_images(*steps):
    """A pipe of containers."""
    calls = []
    for tool, words in steps:
        lent = tool == "manifest"
        entrypoint = "--entrypoint manifest" if lent else ""
        image = image_of("dataset-io" if lent else tool)
        calls.append(f"docker run {HARDENED} {entrypoint} {image} {words} --quiet")
    return " | ".join(calls)


def _locally(*steps):
    """The same without images."""
    return " | ".join(f"RUN=local {ROOT}/bin/affectory {tool} {w} --quiet" for tool, w in steps)


def _shell(line, stdin, folder):
    words = ["bash", "-o", "pipefail", "-c", line]
    return subprocess.run(words, cwd=folder, input=stdin, capture_output=True, check=False)


@pytest.mark.parametrize(
    "steps",
    [(ANNOTATE, THRESHOLD), (ANNOTATE, THRESHOLD, VALIDATE)],
    ids=["two images", "three images"],
)
def test_pipe_of_images_gives_the_bytes_of_a_pipe_without(steps, tmp_path):
    ours = _shell(_in_images(*steps), SENTENCES, tmp_path)
    theirs = _shell(_locally(*steps), SENTENCES, tmp_path)

    assert theirs.returncode == 0, theirs.stderr
    assert (ours.returncode, ours.stderr) == (0, b"")
    assert ours.stdout == theirs.stdout
    assert [json.loads(line)["id"] for line in ours.stdout.splitlines()] == [
        f"s{n}" for n in range(5, 20)
    ]


def test_failure_in_the_middle_is_that_of_the_pipe(tmp_path):
    bad = (ANNOTATE, ("filters", "threshold --field /x"), VALIDATE)
    done = _shell(_in_images(*bad), SENTENCES, tmp_path)

    assert (done.returncode, done.stdout) == (2, b"")


def test_record_that_is_broken_stops_a_pipe_that_tolerates_none(tmp_path):
    done = _shell(_in_images(ANNOTATE, THRESHOLD), SENTENCES + b"{\n", tmp_path)

    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 15
