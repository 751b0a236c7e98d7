"""What a command says before it works: help, version, spec, check, and what it misses."""

import json

import pytest
from cases import cases, describe, find_cases, prepare
from commands import find_commands

HEAVY = ("PIL", "cv2", "jinja2", "numpy", "pandas", "scipy", "skimage", "torch", "transformers")
COMMANDS = find_commands()
WIDE = {"COLUMNS": "250", "NO_COLOR": "1"}
VERBS = list({(c.command.name, c.verb): c for c in find_cases()}.values())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_help_is_given_without_heavy_imports(zygote, command, tmp_path):
    done = zygote.cold_run(command, "--help", folder=tmp_path, options=("-X", "importtime")).ok()
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert b"Usage" in done.stdout
    assert imported & set(HEAVY) == set()
    assert command.cli in imported


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_version_is_that_of_the_distribution(zygote, command, tmp_path):
    done = zygote.run(command, "--version", folder=tmp_path).ok()

    assert done.stdout.decode() == f"{command.name} {command.tool.version}\n"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_spec_is_what_the_code_declares(zygote, command, tmp_path):
    done = zygote.run(command, "spec", folder=tmp_path).ok()

    assert json.loads(done.stdout) == describe(command)
    assert done.stderr == ""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_no_words_is_help_and_a_mistake_of_usage(zygote, command, tmp_path):
    done = zygote.run(command, folder=tmp_path)

    assert done.status == 2
    assert "Usage" in done.stderr + done.stdout.decode()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_unknown_verb_is_a_mistake_of_usage(zygote, command, tmp_path):
    done = zygote.run(command, "no-such-verb", folder=tmp_path)

    assert (done.status, done.stdout) == (2, b"")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", VERBS, ids=str)
def test_help_of_a_verb_names_every_option_of_its_spec(zygote, case, tmp_path):
    words = [*case.verb.split(), "--help"]
    said = zygote.run(case.command, *words, folder=tmp_path, variables=WIDE).ok().stdout.decode()
    flags = [flag for option in case.spec["options"] for flag in option["flags"]]

    assert [f for f in flags if f.partition("/")[0] not in said] == []
    assert case.spec["summary"]


@pytest.mark.parametrize("case", VERBS, ids=str)
def test_every_option_is_explained_and_only_execution_has_a_variable(case):
    for option in case.spec["options"]:
        assert option["help"], option["name"]
        if option["environment"] is not None:
            assert option["class"] == "execution", option["name"]
            assert option["environment"].startswith("AFFECTORY_"), option["name"]


@pytest.mark.parametrize("case", VERBS, ids=str)
def test_check_finds_everything_there(zygote, case, tmp_path):
    zygote.run(case.command, "check", *case.verb.split(), folder=tmp_path).ok()

    assert list(tmp_path.iterdir()) == []


def test_check_says_what_is_missing_and_what_to_do(zygote, tmp_path):
    toy = COMMANDS[0]
    gone = {"TOY_VOICE_IS_GONE": "1"}
    done = zygote.run(toy, "check", "sing", folder=tmp_path, variables=gone)

    assert (done.status, done.stdout) == (4, b"")
    assert (
        done.stderr == "error: missing: the voice\nhint: find it with `unset TOY_VOICE_IS_GONE`\n"
    )


@pytest.mark.parametrize("case", cases(lambda c: c.backend), ids=str)
@pytest.mark.parametrize("words", [[], ["--backend", "no-such-backend"]], ids=["none", "unknown"])
def test_backend_has_no_default_and_all_are_listed(zygote, case, words, tmp_path):
    given = [*case.verb.split(), *prepare(case, tmp_path), *words]
    done = zygote.run(case.command, *given, folder=tmp_path, stdin=b"")

    assert (done.status, done.stdout) == (2, b"")
    assert "--backend" in done.stderr
    assert [name for name in case.spec["backends"] if name not in done.stderr] == []
