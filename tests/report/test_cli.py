import json
import re
import subprocess
import sys

import pytest
from PIL import Image


@pytest.fixture
def run_report(tmp_path):
    def run(*words):
        command = [sys.executable, "-m", "report", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def manifest(tmp_path, record):
    path = tmp_path / "in.jsonl"
    lines = (record(str(n), text={"content": "hello"}).line + b"\n" for n in range(3))
    path.write_bytes(b"".join(lines))
    return path


def test_a_page_is_written_with_its_receipt(run_report, manifest, tmp_path):
    done = run_report("build", "-i", "in.jsonl", "-o", "page.html", "--title", "Three")

    assert done.returncode == 0, done.stderr
    assert "<title>Three</title>" in (tmp_path / "page.html").read_text()
    counts = json.loads((tmp_path / "page.html.run.json").read_text())["counts"]
    assert (counts["read"], counts["consumed"]) == (3, 3)


def test_pictures_are_found_in_the_folder_beside_the_manifest(run_report, tmp_path):
    (tmp_path / "faces.jsonl.assets").mkdir()
    Image.new("RGB", (40, 30)).save(tmp_path / "faces.jsonl.assets/one.png")
    image = {"uri": "assets:one.png", "media_type": "image/png"}
    (tmp_path / "faces.jsonl").write_text(json.dumps({"id": "a", "assets": {"image": image}}))

    done = run_report("build", "-i", "faces.jsonl", "-o", "page.html")
    assert done.returncode == 0, done.stderr
    assert "data:image/jpeg" in (tmp_path / "page.html").read_text()


def test_two_runs_write_the_same_bytes(run_report, manifest, tmp_path):
    for name in ("a.html", "b.html"):
        run_report("build", "-i", "in.jsonl", "-o", name)

    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_file_that_is_no_receipt_is_a_wrong_command(run_report, manifest):
    done = run_report("build", "-i", "in.jsonl", "--receipts", "in.jsonl", "-o", "page.html")

    assert done.returncode == 2
    assert "the file is no receipt" in done.stderr


def test_numbers_and_figures_come_with_options(
    run_report, manifest, tmp_path, metric, evaluation, png
):
    (tmp_path / "evaluation.json").write_text(json.dumps(evaluation(metric())))
    (tmp_path / "loss.png").write_bytes(png())
    words = ("--evaluation", "evaluation.json", "--figure", "loss.png", "--figure", "loss.png")
    done = run_report("build", "-i", "in.jsonl", "-o", "page.html", *words)

    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text()
    assert page.count("What <code>") == 1
    assert page.count("data:image/png") == 2
    assert "loss" not in (tmp_path / "page.html.run.json").read_text()


def test_what_an_evaluation_writes_is_shown_with_every_metric(run_report, tmp_path, labels):
    said = {"joy": "I am so happy.", "anger": "This makes me angry.", "fear": "I am afraid."}
    lines = (
        json.dumps({"id": word, "text": {"content": text}, "labels": labels("ekman", word)}) + "\n"
        for word, text in said.items()
    )
    (tmp_path / "said.jsonl").write_text("".join(lines))
    for words in (
        "expression --backend lexicon -i said.jsonl -o found.jsonl",
        "evaluate -i found.jsonl -o evaluation.json --overlap drop",
    ):
        command = [sys.executable, "-m", "llm_annotate", *words.split()]
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    done = run_report(
        "build", "-i", "found.jsonl", "-o", "p.html", "--evaluation", "evaluation.json"
    )

    assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "evaluation.json").read_text())["metrics"]
    page = (tmp_path / "p.html").read_text()
    rows = re.findall(r'<th scope="row"><bdi>(.*?)</bdi>&nbsp;<span class="quiet">[↑↓]', page)
    assert rows == [metric["name"] for metric in metrics]
    assert len(rows) > 5


@pytest.mark.parametrize("option", ["--evaluation", "--figure"])
def test_a_file_of_another_kind_is_a_wrong_command_and_nothing_is_written(
    run_report, manifest, tmp_path, option
):
    done = run_report("build", "-i", "in.jsonl", option, "in.jsonl", "-o", "page.html")

    assert done.returncode == 2
    assert "in.jsonl" in done.stderr
    assert "hint: " in done.stderr
    assert "hello" not in done.stderr
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("--evaluation", "1.json"), ("--evaluation", "2.json")),
        (("--figure", "3.svg"), ("--figure", "4.svg")),
        (("--figure", "3.svg"), ("--figure", "same_as_3.svg")),
        (("--figure", "3.svg", "--figure", "4.svg"), ("--figure", "4.svg", "--figure", "3.svg")),
    ],
)
def test_another_content_name_or_order_is_another_page(
    run_report, manifest, tmp_path, metric, evaluation, before, after
):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="3"/>'
    for number in (1, 2):
        (tmp_path / f"{number}.json").write_text(json.dumps(evaluation(metric(value=number))))
    for name, width in (("3", 3), ("4", 4), ("same_as_3", 3)):
        (tmp_path / f"{name}.svg").write_text(svg.format(width))
    build = ("build", "-i", "in.jsonl", "-o", "page.html")
    first, same, other = (run_report(*build, *words) for words in (before, before, after))

    assert (first.returncode, same.returncode, other.returncode) == (0, 0, 2), other.stderr
    assert "--restart if-changed" in other.stderr


def test_help_loads_neither_pictures_nor_templates(tmp_path):
    code = (
        "import report.cli, sys; print([m for m in ('PIL', 'numpy', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
