"""The documents: generated parts are current, every option is there, every link leads somewhere."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from affectory_protocol.spec import describe_tool
from commands import MANIFEST, find_tools
from pages import without_generated

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMANDS = [*find_tools(), MANIFEST]


def _pages() -> list[Path]:
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(ROOT / name for name in done.stdout.split("\0") if name)


def _generate(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, root / "docs/generate.py", *words],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What is generated and what generates it, in a folder of its own."""
    for name in ("README.md", "docs", "protocol/README.md", "protocol/schemas", "tests/support"):
        _copy(name, tmp_path)
    for tool in find_tools():
        for name in ("README.md", "pyproject.toml"):
            _copy(f"tools/{tool.name}/{name}", tmp_path)
    _generate(tmp_path)
    return tmp_path


def _copy(name: str, target: Path) -> None:
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    if (ROOT / name).is_dir():
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(ROOT / name, target / name)


def test_generated_parts_are_current():
    done = _generate(ROOT, "--check")

    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_check_names_the_part_that_is_stale_and_writes_nothing(copy):
    page = copy / "docs/protocol.md"
    stale = page.read_text("utf-8").replace("| `duplicate-id` |", "| `double-id` |")
    page.write_text(stale, "utf-8")
    done = _generate(copy, "--check")

    assert (done.returncode, done.stdout) == (1, "docs/protocol.md: reasons\n")
    assert page.read_text("utf-8") == stale


def test_writing_repairs_what_check_complains_of(copy):
    page = copy / "tools/filters/README.md"
    good = page.read_text("utf-8")
    page.write_text(good.replace("| result |", "| execution |"), "utf-8")

    assert _generate(copy).stdout == "tools/filters/README.md: options\n"
    assert page.read_text("utf-8") == good


def test_page_without_its_markers_is_refused(copy):
    page = copy / "docs/options.md"
    page.write_text(page.read_text("utf-8").replace("<!-- /shared options -->", ""), "utf-8")
    done = _generate(copy, "--check")

    assert done.returncode == 1
    assert "docs/options.md needs the lines" in done.stderr


def test_schema_that_is_gone_is_written_again(copy):
    schema = copy / "protocol/schemas/text.json"
    schema.unlink()
    done = _generate(copy, "schemas")

    assert done.stdout == "protocol/schemas/text.json\n"
    assert json.loads(schema.read_bytes())["title"] == "Text"


def test_no_schema_lies_there_that_nothing_generates(copy):
    before = {path.name for path in (copy / "protocol/schemas").iterdir()}
    shutil.rmtree(copy / "protocol/schemas")
    _generate(copy, "schemas")

    assert {path.name for path in (copy / "protocol/schemas").iterdir()} == before


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_option_is_in_the_documents(command):
    readme = "protocol/README.md" if command is MANIFEST else f"tools/{command.name}/README.md"
    pages = [ROOT / readme, ROOT / "docs/options.md"]
    described = "".join(_in_tables(page.read_text("utf-8")) for page in pages)
    flags = {
        flag
        for verb in describe_tool(command.tool)["verbs"].values()
        for option in verb["options"]
        for flag in option["flags"]
    }

    assert flags
    assert {flag for flag in flags if f"`{flag}`" not in described} == set()


def _in_tables(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.startswith("|"))


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_link_is_dead(page):
    links = LINK.findall(FENCE.sub("", page.read_text("utf-8")))
    here = [link for link in links if not re.match(r"[a-z]+:", link)]
    dead = [link for link in here if not _leads_somewhere(page, link)]

    assert dead == []


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / unquote(path)) if path else page
    if not target.exists() or not target.resolve().is_relative_to(ROOT):
        return False
    return not anchor or anchor in _anchors(target.read_text("utf-8"))


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ +(.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize(("page", "most"), [("README.md", 120), ("CONTRIBUTING.md", 150)])
def test_page_keeps_its_budget_of_lines(page, most):
    assert len(without_generated((ROOT / page).read_text("utf-8")).splitlines()) <= most


def test_decisions_are_numbered_without_a_gap():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("*.md"))

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda page: page.stem
)
def test_decision_has_the_four_headings(page):
    headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)

    assert headings == ["Context", "Options", "Outcome", "Consequences"]
