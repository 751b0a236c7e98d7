"""What is true of every tool's folder, and of every file that is tracked."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from dataset_io import image_header
from filters import image
from pages import without_generated

ROOT = Path(__file__).resolve().parents[2]
TOOLS = sorted(folder.name for folder in (ROOT / "tools").iterdir() if folder.is_dir())
PROJECTS = ["protocol", *(f"tools/{tool}" for tool in TOOLS)]
FILES = {
    "Dockerfile",
    "Dockerfile.dockerignore",
    "README.md",
    "pyproject.toml",
    "requirements.lock",
}
FULL = {"requirements-full.lock", "models.lock"}
MODULES = {"__init__.py", "__main__.py", "cli.py", "config.py", "py.typed", "run.py"}
DRAWERS = {"common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}
LINES = {"README.md": 120, "pyproject.toml": 40, "Dockerfile": 40}
MODULE_LINES = {
    "__init__.py": 15,
    "__main__.py": 6,
    "cli.py": 120,
    "config.py": 80,
    "run.py": 150,
}
"""Longer ones hold what has a name of its own."""
HEADINGS = [
    "What it does",
    "In and out",
    "Use",
    "Options",
    "Model, weights, licence",
    "Limits",
    "Sources",
]


def _package(tool: str) -> str:
    return tool.replace("-", "_")


def _toml(path: str) -> dict:
    return tomllib.loads((ROOT / path).read_text("utf-8"))


def _read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def _git_files() -> list[str]:
    """Everything that is tracked, or would be at the next commit."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(name for name in done.stdout.split("\0") if name and (ROOT / name).is_file())


def _text_files() -> list[str]:
    def is_text(name: str) -> bool:
        return b"\0" not in (ROOT / name).read_bytes()[:8000]

    return [name for name in _git_files() if is_text(name)]


def _pinned(lock: str) -> dict[str, list[str]]:
    """The lines that pin, by name; a name may be pinned once for each Python."""
    pins: dict[str, list[str]] = {}
    for line in _read(lock).splitlines():
        if line and line[0] not in "# ":
            pins.setdefault(re.split(r"[=\[ ;]", line)[0], []).append(line)
    return pins


def _requirement_name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower().replace("_", "-")


# --- A tool's folder -----------------------------------------------------------------------------


@pytest.mark.parametrize("tool", TOOLS)
def test_folder_holds_exactly_the_files_of_a_tool(tool):
    prefix = f"tools/{tool}/"
    names = {
        name.removeprefix(prefix).split("/")[0] for name in _git_files() if name.startswith(prefix)
    }

    assert names - FULL == FILES | {_package(tool)}


@pytest.mark.parametrize("tool", TOOLS)
def test_package_holds_the_modules_of_every_tool(tool):
    package = ROOT / "tools" / tool / _package(tool)

    assert {name for name in MODULES if not (package / name).is_file()} == set()


@pytest.mark.parametrize("tool", TOOLS)
def test_names_agree(tool):
    project = _toml(f"tools/{tool}/pyproject.toml")
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert project["project"]["name"] == f"affectory-{tool}"
    assert project["project"]["scripts"] == {tool: f"{_package(tool)}.cli:main"}
    assert wheel["packages"] == [_package(tool)]


@pytest.mark.parametrize("tool", TOOLS)
def test_project_rests_on_the_protocol_and_on_no_other_tool(tool):
    dependencies = _toml(f"tools/{tool}/pyproject.toml")["project"]["dependencies"]
    ours = [name for name in map(_requirement_name, dependencies) if name.startswith("affectory")]

    assert ours == ["affectory-protocol"]


@pytest.mark.parametrize("project", PROJECTS)
def test_licence_and_python_are_those_of_the_house(project):
    table = _toml(f"{project}/pyproject.toml")["project"]

    assert (table["license"], table["requires-python"]) == ("Apache-2.0", ">=3.11")


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", LINES)
def test_file_keeps_its_budget_of_lines(tool, name):
    written = without_generated(_read(f"tools/{tool}/{name}"))

    assert len(written.splitlines()) <= LINES[name]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", MODULE_LINES)
def test_module_keeps_its_budget_of_lines(tool, name):
    path = f"tools/{tool}/{_package(tool)}/{name}"

    assert len(_read(path).splitlines()) <= MODULE_LINES[name]


@pytest.mark.parametrize("tool", TOOLS)
def test_readme_has_the_seven_headings_in_order(tool):
    assert re.findall(r"^## (.+)$", _read(f"tools/{tool}/README.md"), re.MULTILINE) == HEADINGS


def test_module_is_named_for_what_it_is():
    stems = {name: Path(name).stem for name in _git_files() if name.endswith(".py")}

    assert {name for name, stem in stems.items() if DRAWERS & set(stem.split("_"))} == set()


# --- Decoders of images --------------------------------------------------------------------------

DECODERS = sorted(
    name for name in _git_files() if re.fullmatch(r"tools/[^/]+/[^/]+/image\.py", name)
)


def test_there_are_copies_of_the_decoder():
    assert len(DECODERS) > 1


@pytest.mark.parametrize("name", DECODERS)
def test_decoder_is_the_same_in_every_tool(name):
    assert _read(name) == _read(DECODERS[0])


def test_what_is_imported_as_an_image_can_be_decoded():
    assert image_header.MAX_PIXELS == image.MAX_PIXELS
    assert image_header.MEDIA_TYPES.keys() - {"MPO"} == set(image.FORMATS)


# --- Images --------------------------------------------------------------------------------------


def _without_names(tool: str, name: str) -> str:
    project = _toml(f"tools/{tool}/pyproject.toml")["project"]
    text = _read(f"tools/{tool}/{name}")
    for key in ("version", "description"):
        text = text.replace(f'{key}="{project[key]}"', f'{key}="OWN"')
    return text.replace(tool, "TOOL")


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.dockerignore"])
@pytest.mark.parametrize("tool", TOOLS)
def test_image_is_built_as_all_images_are(tool, name):
    assert _without_names(tool, name) == _without_names(TOOLS[0], name)


@pytest.mark.parametrize("tool", TOOLS)
def test_image_is_called_as_its_tool_is(tool):
    text = _read(f"tools/{tool}/Dockerfile")
    project = _toml(f"tools/{tool}/pyproject.toml")["project"]

    assert f'image.title="affectory/{tool}"' in text
    assert f'image.version="{project["version"]}"' in text
    assert f'image.description="{project["description"]}"' in text
    assert f'ENTRYPOINT ["{tool}"]' in text


@pytest.mark.parametrize("tool", TOOLS)
def test_build_context_admits_the_protocol_and_the_tool_only(tool):
    lines = _read(f"tools/{tool}/Dockerfile.dockerignore").splitlines()

    assert "*" in lines
    assert [line for line in lines if line.startswith("!")] == ["!protocol", f"!tools/{tool}"]


def test_images_and_environments_are_made_with_one_version_of_uv():
    makefile = re.findall(r"^UV_VERSION := (\S+)$", _read("Makefile"), re.MULTILINE)

    assert len(makefile) == 1
    for folder in (f"tools/{TOOLS[0]}", "samples"):
        dockerfile = _read(f"{folder}/Dockerfile")
        assert re.findall(r"^ARG UV_VERSION=(\S+)$", dockerfile, re.MULTILINE) == makefile


# --- Walls ---------------------------------------------------------------------------------------


def test_import_linter_knows_every_package():
    settings = _toml("pyproject.toml")["tool"]["importlinter"]
    packages = [_package(tool) for tool in TOOLS]
    contracts = {contract["id"]: contract for contract in settings["contracts"]}

    assert settings["root_packages"] == ["affectory_protocol", *packages]
    assert contracts["tools"]["layers"] == [" | ".join(packages), "affectory_protocol"]
    assert contracts["inside"]["containers"] == packages


def test_types_are_checked_in_every_package():
    assert _toml("pyproject.toml")["tool"]["mypy"]["mypy_path"] == PROJECTS


# --- Locks ---------------------------------------------------------------------------------------

LOCKS = [*(f"{project}/requirements.lock" for project in PROJECTS), "requirements.lock"]
PEER_LOCKS = sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("benchmarks/*/*/*.lock"))
FULL_LOCKS = sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("tools/*/requirements-full.lock"))
OTHER_LOCKS = ["samples/requirements.lock", "protocol/requirements-build.lock", *FULL_LOCKS]


@pytest.mark.parametrize("lock", [*LOCKS, *OTHER_LOCKS, *PEER_LOCKS])
def test_every_line_of_a_lock_is_pinned_and_hashed(lock):
    blocks = re.findall(r"^[^#\s].*(?:\n +--hash.*)*", _read(lock), re.MULTILINE)

    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==\S+", block), block
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("lock", [*LOCKS, *OTHER_LOCKS])
def test_no_package_of_this_repository_is_in_a_lock(lock):
    assert [name for name in _pinned(lock) if name.startswith("affectory")] == []


@pytest.mark.parametrize("project", PROJECTS)
def test_lock_pins_each_dependency(project):
    wanted = set(
        map(_requirement_name, _toml("protocol/pyproject.toml")["project"]["dependencies"])
    )
    wanted |= set(
        map(_requirement_name, _toml(f"{project}/pyproject.toml")["project"]["dependencies"])
    )

    assert wanted - {"affectory-protocol"} - set(_pinned(f"{project}/requirements.lock")) == set()


@pytest.mark.parametrize(
    "lock", [lock for lock in [*LOCKS, *OTHER_LOCKS[:1]] if lock != "requirements.lock"]
)
def test_lock_agrees_with_the_environment_of_development(lock):
    everything = _pinned("requirements.lock")

    for name, lines in _pinned(lock).items():
        versions = {re.split(r"[ ;]", line)[0] for line in lines}
        assert versions <= {re.split(r"[ ;]", line)[0] for line in everything[name]}


# --- Every tracked file --------------------------------------------------------------------------

# Written in two pieces each, so that this file does not hold what it looks for.
INDEX = ["pypi." + "org", "python" + "hosted", "--index" + "-url", "--find" + "-links"]
MACHINE = ["file:" + "///", "/work" + "/", "/root" + "/", "/home" + "/", "/opt" + "/wheels"]


@pytest.mark.parametrize("piece", [*INDEX, *MACHINE])
def test_no_file_names_an_index_or_a_machine(piece):
    contents = {name: (ROOT / name).read_bytes() for name in _git_files()}

    assert {name for name, content in contents.items() if piece.encode() in content} == set()


def _is_foreign(name: str) -> bool:
    """Whether a file's bytes are those of a foreign format, broken on purpose sometimes."""
    return name.startswith(("samples/", "tests/fixtures/"))


def test_text_ends_with_one_newline():
    texts = {name: _read(name) for name in _text_files() if not _is_foreign(name)}

    assert {n for n, text in texts.items() if text and not re.search(r"[^\n]\n\Z", text)} == set()


def test_text_holds_no_carriage_return():
    texts = [name for name in _text_files() if not _is_foreign(name)]

    assert {name for name in texts if b"\r" in (ROOT / name).read_bytes()} == set()


def test_no_file_is_large():
    def limit(name: str) -> int:  # bytes; a package's own tables may be larger, its weights more so
        if name.endswith(".safetensors"):
            return 3_000_000
        return 500_000 if name.endswith(".lock") or "/data/" in name else 200_000

    assert {name for name in _git_files() if (ROOT / name).stat().st_size > limit(name)} == set()


@pytest.mark.parametrize("changelog", ["CHANGELOG.md", "protocol/CHANGELOG.md"])
def test_changelog_names_the_version(changelog):
    projects = ["protocol"] if changelog.startswith("protocol") else PROJECTS
    versions = {_toml(f"{project}/pyproject.toml")["project"]["version"] for project in projects}

    for version in versions:
        assert f"## [{version}]" in _read(changelog)


def test_citation_names_the_newest_version():
    newest = re.search(r"^## \[(\d\S*)\]", _read("CHANGELOG.md"), re.MULTILINE)
    cited = re.search(r"^version: (\S+)$", _read("CITATION.cff"), re.MULTILINE)

    assert newest is not None
    assert cited is not None
    assert newest[1] == cited[1]


def test_suppression_names_its_code_and_its_reason():
    good = re.compile(
        r"# (noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*|type: ignore\[[a-z, -]+\]) +(# |- )?\S.*"
    )
    marks = {
        (name, mark)
        for name in _git_files()
        if name.endswith(".py") and name != Path(__file__).relative_to(ROOT).as_posix()
        for mark in re.findall(r"# (?:noqa|type: ignore).*", _read(name))
    }

    assert {mark for mark in marks if not good.fullmatch(mark[1])} == set()
