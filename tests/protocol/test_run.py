"""A run that learns which weights it uses."""

import json

import pytest
from affectory_protocol.job import Job
from affectory_protocol.receipt import OptionRecords
from affectory_protocol.run import Run
from affectory_protocol.settings import Settings
from affectory_protocol.verb import Kind, Verb


@pytest.fixture
def run_of():
    """Makes runs of a model, by what the command line called it."""

    def run_of(model):
        job = Job(
            verb=Verb("tool", "write", Kind.MAP, 1, "0", "tool"),
            settings=Settings(),
            options=OptionRecords(result={"model": model, "length": "3"}),
            fingerprint={"--model": model, "--length": "3"},
            files=(),
            paths=(),
            protocol_version="0",
            wire=1,
            model=model,
        )
        return Run(job)

    return run_of


def _made_by(run):
    return json.loads(run._signature.sign("0" * 16))


def test_weights_have_one_name_whatever_the_command_line_called_them(run_of):
    one, other = run_of("/somewhere/model"), run_of("owner/name")
    for run in (one, other):
        run.use_model("owner/name@c0ffee", "MIT")

    assert _made_by(one) == _made_by(other)
    assert _made_by(one)["model"] == "owner/name@c0ffee"
    assert one._job.fingerprint == other._job.fingerprint
    assert (one._job.model, one._job.licence) == ("owner/name@c0ffee", "MIT")
    assert "/somewhere" not in one._job.options.model_dump_json()


def test_other_weights_are_another_run(run_of):
    one, other = run_of("main"), run_of("main")
    one.use_model("owner/name@1", None)
    other.use_model("owner/name@2", None)

    assert one._job.fingerprint != other._job.fingerprint
    assert _made_by(one)["options"] != _made_by(other)["options"]


def test_long_name_still_tells_models_apart_in_the_journal(run_of):
    one, other = run_of("main"), run_of("main")
    one.use_model("owner/" + "n" * 80 + "@1", None)
    other.use_model("owner/" + "n" * 80 + "@2", None)

    assert one._job.fingerprint["--model"] != other._job.fingerprint["--model"]
    assert len(one._job.fingerprint["--model"]) <= 64
