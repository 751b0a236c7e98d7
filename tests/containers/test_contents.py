"""What an image holds and says of itself: the tool, the protocol, what they rest on, no more."""

import json
import re
import tomllib

import pytest
from commands import ROOT, Command, find_tools
from containers import image_of
from packaging.requirements import Requirement

TOOLS = [tool.name for tool in find_tools()]
MAX_BYTES_OVER_BASE = 400 * 1000**2
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
ENVIRONMENT = {".gitignore", ".lock", "CACHEDIR.TAG", "bin", "lib", "lib64", "pyvenv.cfg"}
"""What a virtual environment consists of, as uv makes it."""
BROUGHT = {
    "filters": {"images"},  # the logo of imagehash
    "trainers": {"share"},  # manual pages of the fonts that matplotlib draws with
}
"""What packages put beside it, by tool."""
LOOK = """
import json, os, sysconfig
from importlib.metadata import distributions
site = sysconfig.get_path("purelib")
owned = {path.parts[0] for d in distributions(path=[site]) for path in d.files}
print(json.dumps({
    "names": sorted(d.name for d in distributions()),
    "versions": {d.name.lower().replace("_", "-"): d.version for d in distributions()},
    "of nobody": sorted(set(os.listdir(site)) - owned),
    "environment": os.listdir("/opt/affectory"),
    "opt": os.listdir("/opt"), "data": os.listdir("/data"),
    "python": sysconfig.get_python_version(),
}))
"""


@pytest.fixture(scope="module")
def inside(containers, tmp_path_factory):
    """Gives what the image of a tool holds."""
    folder = tmp_path_factory.mktemp("inside") / "cwd"
    folder.mkdir()
    seen = {}

    def look(tool):
        if tool not in seen:
            python = {
                "entrypoint": "/opt/affectory/bin/python",
                "volumes": {},
                "working_dir": "/data",
            }
            done = containers.run(Command(tool, "", ""), "-c", LOOK, folder=folder, **python).ok()
            seen[tool] = json.loads(done.stdout)
        return seen[tool]

    return look


def _project(tool):
    return tomllib.loads((ROOT / f"tools/{tool}/pyproject.toml").read_text("utf-8"))["project"]


def _locked(tool, python):
    """Versions by name, of what the lock asks for in an image."""
    text = (ROOT / f"tools/{tool}/requirements.lock").read_text("utf-8")
    lines = re.findall(r"^([a-z0-9][^#\\\n]*)", text, re.MULTILINE)
    where = {**LINUX, "python_version": python, "python_full_version": f"{python}.0"}
    asked = [Requirement(line) for line in lines]
    wanted = [one for one in asked if one.marker is None or one.marker.evaluate(where)]
    return {one.name: str(one.specifier).removeprefix("==") for one in wanted}


@pytest.mark.parametrize("tool", TOOLS)
def test_distributions_are_the_lock_the_protocol_and_the_tool(inside, tool):
    protocol = tomllib.loads((ROOT / "protocol/pyproject.toml").read_text("utf-8"))["project"]
    locked = _locked(tool, inside(tool)["python"])
    ours = {p["name"]: p["version"] for p in (protocol, _project(tool))}

    assert locked
    assert inside(tool)["versions"] == {**locked, **ours}
    assert len(inside(tool)["names"]) == len(inside(tool)["versions"])


@pytest.mark.parametrize("tool", TOOLS)
def test_every_package_belongs_to_a_distribution(inside, tool):
    assert set(inside(tool)["of nobody"]) <= {"__pycache__"}


@pytest.mark.parametrize("tool", TOOLS)
def test_environment_is_all_there_is(inside, tool):
    assert set(inside(tool)["environment"]) == ENVIRONMENT | BROUGHT.get(tool, set())
    assert (inside(tool)["opt"], inside(tool)["data"]) == (["affectory"], [])


def _own_layers(client, tool):
    """Bytes of the layers that are not the base's, without those of words only."""
    sizes = []
    for step in client.images.get(image_of(tool)).history():  # the newest first
        sizes.append(step["Size"])
        if "/opt/affectory" in step["CreatedBy"] and "COPY" in step["CreatedBy"]:
            return [size for size in sizes if size]
    raise AssertionError(sizes)


@pytest.mark.parametrize("tool", TOOLS)
def test_light_image_adds_one_small_layer_to_its_base(client, tool):
    layers = _own_layers(client, tool)

    assert len(layers) == 1
    assert sum(layers) < MAX_BYTES_OVER_BASE


@pytest.mark.parametrize("tool", TOOLS)
def test_image_is_labelled(client, tool):
    labels = client.images.get(image_of(tool)).labels
    prefix = "org.opencontainers.image."
    ours = {n.removeprefix(prefix): v for n, v in labels.items() if n.startswith(prefix)}
    project = _project(tool)

    assert {n: ours[n] for n in ("title", "description", "version", "licenses", "vendor")} == {
        "title": f"affectory/{tool}",
        "description": project["description"],
        "version": project["version"],
        "licenses": project["license"],
        "vendor": "Affectory",
    }
    assert re.fullmatch(r"([0-9a-f]{40}(-dirty)?)?", ours["revision"])


@pytest.mark.parametrize("tool", TOOLS)
def test_image_runs_as_nobody_special_in_the_folder_of_data(client, tool):
    settings = client.images.get(image_of(tool)).attrs["Config"]

    assert (settings["User"], settings["WorkingDir"]) == ("10001:10001", "/data")
    assert (settings["Entrypoint"], settings["Cmd"]) == ([tool], ["--help"])


@pytest.mark.parametrize("tool", TOOLS)
def test_image_keeps_nothing_of_its_build(client, tool):
    variables = client.images.get(image_of(tool)).attrs["Config"]["Env"]

    assert [v for v in variables if v.startswith(("UV_", "PIP_INDEX", "PIP_FIND"))] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_every_image_has_the_manifest_command(containers, tool, tmp_path):
    record = b'{"id": "one", "unheard": [1,  2]}\n'
    done = containers.run(
        Command(tool, "", ""), "validate", folder=tmp_path, stdin=record, entrypoint="manifest"
    ).ok()

    assert done.stdout == record
