"""The backend transformers on a tiny model with random weights, in its own environment."""

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from commands import Command, Zygote, python_of
from kills import KILLED, went_on
from sections import SENTENCES
from tiny_models.made import tiny_llama

pytestmark = pytest.mark.full

TOOL = Command("llm-annotate", "llm_annotate", "llm_annotate.cli")
TEXTS = [f"{text} {'really ' * (n % 5)}" for n, text in enumerate(SENTENCES * 3)]


@pytest.fixture(scope="module")
def zygote():
    modules = ["llm_annotate.cli", "llm_annotate.backends.continuous"]
    with tempfile.TemporaryDirectory(prefix="zygote-") as folder:  # short enough for a socket
        made = Zygote(Path(folder), modules, python=python_of("llm-annotate", "full"))
        yield made
        made.close()


@pytest.fixture
def write(zygote, tmp_path):
    """Runs the tool on sentences; `in.jsonl` and the output lie in the folder."""

    def write(*words, model=None, texts=TEXTS, output="out.jsonl", start=False):
        lines = [json.dumps({"id": str(n), "text": {"content": t}}) for n, t in enumerate(texts)]
        (tmp_path / "in.jsonl").write_text("".join(f"{line}\n" for line in lines))
        given = ["expression", "--backend", "transformers", "--model", model or tiny_llama()]
        given += ["--max-tokens", 1500, "-i", "in.jsonl", "-o", output, *words]
        started = zygote.start(TOOL, *given, folder=tmp_path)
        return started if start else started.wait()

    return write


def _faces(folder, name="out.jsonl"):
    return [json.loads(line)["expression"] for line in (folder / name).read_text().splitlines()]


def _rejects(folder):
    return [
        json.loads(line) for line in (folder / "out.jsonl.rejects.jsonl").read_text().splitlines()
    ]


def test_random_weights_write_nothing_but_expressions(write, tmp_path):
    write("--max-retries", 0).ok()
    faces = _faces(tmp_path)

    assert len(faces) == len(TEXTS)
    assert all(3 <= len({e["label"] for e in face["emotions"]}) <= 6 for face in faces)
    assert all(face["action_units"] and face["description"] for face in faces)
    assert not any("conflicts" in face for face in faces)
    assert len({face["description"] for face in faces}) > 3


def test_without_the_constraint_they_write_none(write, tmp_path):
    words = ("--structured", "none", "--max-retries", 1, "--max-tokens", 30)
    done = write(*words, "--max-rejects", "100%", texts=TEXTS[:4])
    rejects = _rejects(tmp_path)

    assert done.status == 0
    assert [reject["reason"] for reject in rejects] == ["invalid-answer"] * 4
    assert rejects[0]["message"].startswith("cut off: ")


def test_answers_depend_neither_on_neighbours_nor_on_how_many_are_written_at_once(write, tmp_path):
    write().ok()
    write("--max-sequences", 1, output="single.jsonl").ok()
    write("--batch-size", 4, "--max-sequences", 3, output="few.jsonl").ok()
    write(texts=TEXTS[::-1], output="reversed.jsonl").ok()
    together = _faces(tmp_path)

    assert _faces(tmp_path, "single.jsonl") == together
    assert _faces(tmp_path, "few.jsonl") == together
    reversed_ = _faces(tmp_path, "reversed.jsonl")[::-1]
    assert [face["description"] for face in reversed_] == [face["description"] for face in together]


def test_continuous_batching_writes_the_same(write, tmp_path):
    write().ok()
    write("--continuous-batching", "--max-sequences", 3, output="continuous.jsonl").ok()

    assert _faces(tmp_path, "continuous.jsonl") == _faces(tmp_path)


def _wait_for_lines(part, count):
    """Wait until a run has written so many records, for a minute at most."""
    latest = time.monotonic() + 60.0
    while not part.exists() or part.read_bytes().count(b"\n") < count:
        assert time.monotonic() < latest, "nothing is written"
        time.sleep(0.005)


@pytest.mark.parametrize("written", [0, 8, 16])  # two batches are there: the first is journalled
def test_killed_run_goes_on_to_the_same_bytes(write, tmp_path, written):
    write("--batch-size", 4, output="whole.jsonl").ok()
    running = write("--batch-size", 4, "--checkpoint-seconds", 0, start=True)
    _wait_for_lines(tmp_path / "out.jsonl.part", written)
    running.kill(signal.SIGKILL)
    killed = running.wait()
    has_output = (tmp_path / "out.jsonl").exists()
    again = write("--batch-size", 4).ok()

    assert (killed.status, has_output) == (KILLED, False)
    assert written == 0 or went_on(again.stderr)
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_processes_beside_this_one_write_the_same(write, tmp_path):
    write("--batch-size", 4, output="whole.jsonl").ok()
    write("--batch-size", 4, "--num-workers", 2).ok()

    assert _faces(tmp_path) == _faces(tmp_path, "whole.jsonl")


def test_model_is_named_by_its_content(write, tmp_path):
    write(texts=TEXTS[:1]).ok()
    (face,) = _faces(tmp_path)
    receipt = json.loads((tmp_path / "out.jsonl.run.json").read_text())

    assert re.fullmatch(r"sha256:[0-9a-f]{16}", face["made_by"]["model"])
    assert receipt["model"] == face["made_by"]["model"]
    assert str(tiny_llama()) not in json.dumps(receipt)


def test_another_model_is_another_run(write, tmp_path):
    write(texts=TEXTS[:1]).ok()
    done = write(texts=TEXTS[:1], model=tiny_llama("--seed", "8"))

    assert done.status == 2
    assert "--model" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--no-chat-template",), "no chat template"),
        (("--pickle",), "pickles"),
        (("--drop", "model.norm.weight"), "not those of the model"),
        (("--model-type", "unheard-of"), "cannot be loaded"),
        (("--short-head",), "cannot be loaded|not those of the model|not the model's"),
        (("--end", "null"), "by which token an answer ends"),
        (("--end", "[99999]"), "by which token an answer ends"),
        (("--end", "[]"), "by which token an answer ends"),
        (("--template-fault", "filter"), "template is broken: TemplateAssertionError"),
        (("--template-fault", "syntax"), "template is broken: TemplateSyntaxError"),
        (("--template-fault", "type"), "template is broken: TypeError"),
    ],
)
def test_folder_that_is_no_chat_model_is_refused(write, options, said):
    done = write(model=tiny_llama(*options), texts=TEXTS[:1])

    assert done.status == 4
    assert re.search(said, done.stderr)
    assert "Traceback" not in done.stderr


def test_template_that_refuses_the_roles_is_told_with_what_to_do(write):
    done = write(model=tiny_llama("--no-system-role"), texts=TEXTS[:1])

    assert done.status == 4
    assert "chat template refuses the turns of the prompt: no\n" in done.stderr
    assert "--prompt FILE" in done.stderr


@pytest.mark.parametrize("fault", ["filter", "type"])
def test_template_that_is_broken_is_not_blamed_on_the_prompt(write, fault):
    assert "--prompt" not in write(model=tiny_llama("--template-fault", fault)).stderr


def test_template_that_quotes_a_turn_is_not_repeated(write):
    done = write(model=tiny_llama("--template-fault", "quoting"), texts=["wombats"])

    assert done.status == 4
    assert "chat template refuses the turns of the prompt\n" in done.stderr
    assert "wombats" not in done.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--device", "cuda"), 4, "no such GPU"),
        (("--device", "auto", "--quantisation", "4bit"), 4, "no such GPU"),
        (("--quantisation", "4bit"), 4, "needs a GPU"),
        (("--device", "tpu"), 2, "--device"),
        (("--dtype", "float8"), 2, "--dtype"),
        (("--temperature", "0.5"), 2, "--temperature"),
        (("--structured", "json-object"), 2, "--structured"),
        (("--base-url", "http://127.0.0.1:1/v1"), 2, "--base-url"),
        (("--max-sequences", "0"), 2, "--max-sequences"),
        (("--model", "nobody/nothing"), 4, "not on this machine"),
    ],
)
def test_wrong_options_are_told(write, words, status, said):
    done = write(*words, texts=TEXTS[:1])

    assert done.status == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_sentence_that_does_not_fit_is_rejected_alone(write, tmp_path):
    texts = [TEXTS[0], "word " * 4000, TEXTS[1]]
    write("--max-rejects", 1, texts=texts).ok()
    (reject,) = _rejects(tmp_path)

    assert len(_faces(tmp_path)) == 2
    assert reject["reason"] == "backend-failed"
    assert "more than the model's 4096" in reject["message"]


def test_dtype_and_device_are_part_of_the_fingerprint_and_not_of_made_by(write, tmp_path):
    write(texts=TEXTS[:1]).ok()
    done = write("--dtype", "bfloat16", texts=TEXTS[:1])
    write("--dtype", "bfloat16", texts=TEXTS[:1], output="other.jsonl").ok()

    assert done.status == 2
    assert "--dtype" in done.stderr
    (one,), (other,) = _faces(tmp_path), _faces(tmp_path, "other.jsonl")
    assert one["made_by"] == other["made_by"]


INSIDE = """
import sys
from pathlib import Path
import torch
from llm_annotate.backends.causal_model import CausalModel
from llm_annotate.halving import Halving
from llm_annotate.local_config import LocalConfig
from llm_annotate.model_folder import ModelFolder

def fail_on_a_card():
    raise torch.OutOfMemoryError("CUDA out of memory")

def fail_on_the_machine():
    torch.empty(2**60)

def fail_in_python():
    raise MemoryError

def fail_otherwise():
    raise RuntimeError("a defect")

model = CausalModel(ModelFolder(Path(sys.argv[1]), "tiny"), LocalConfig())
real, prompts = model.model.generate, [[5] * n for n in range(1, 8)]

def begin():
    begins = model.tokenizer.bos_token_id
    tokens = model.encode([{"role": "user", "content": "hello"}], 10)
    by_tokenizer = model.tokenizer("hello").input_ids.count(begins)
    return by_tokenizer, tokens.count(begins), tokens.index(begins)

def squeeze(fail, room):
    def generate(input_ids, **more):
        if len(input_ids) > room:
            fail()
        return real(input_ids=input_ids, **more)

    model.model.generate, halving = generate, Halving(8)
    write = lambda part: model.generate(part, max_tokens=3, constrained=True)
    try:
        return len(halving.run(write, prompts)), halving.size
    except Exception as error:
        return type(error).__name__

print(begin())
print(*[squeeze(fail, 2) for fail in (fail_on_a_card, fail_on_the_machine, fail_in_python)])
print(squeeze(fail_on_a_card, 0), squeeze(fail_otherwise, 0))
"""


@pytest.fixture(scope="module")
def inside():
    """What a program says that looks inside; one for all tests, as it takes seconds to start."""
    done = subprocess.run(
        [python_of("llm-annotate", "full"), "-c", INSIDE, tiny_llama("--bos-by-tokenizer")],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return done.stdout.splitlines()


def test_text_begins_once_also_when_template_and_tokenizer_both_begin_it(inside):
    assert inside[0] == "(1, 1, 0)"


def test_fewer_are_written_at_once_when_memory_runs_out(inside):
    assert inside[1] == "(7, 1) (7, 1) (7, 1)"


def test_one_that_finds_no_room_ends_the_run_and_a_defect_stays_one(inside):
    assert inside[2] == "TemporaryError RuntimeError"
