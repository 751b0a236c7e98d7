"""No content of a record and no name of its files is told; nothing is written elsewhere."""

import os
from itertools import islice
from pathlib import Path

import orjson
import pytest
from affectory_protocol import records
from cases import DERIVE, FILTER, MAP, cases, good_lines, join, of_kind
from sections import KEYED, TOKEN, encode_png, example
from trials import tree

SECTIONS = (
    *("source", "assets", "span", "text", "labels", "expression"),
    *("faces", "generation", "tracks", "verdicts"),
)
DRAWING = {
    ("dataset-io", "export gif"),
    ("dataset-io", "export mp4"),
    ("photomaker-gen", "generate"),
    ("photomaker-gen", "render"),
}
"""Verbs that take their time for a record: only what they read or write is broken for them."""


def _good(case):
    """Good records with the token in members, names and texts that verbs look at."""
    for number, line in enumerate(good_lines(case)):
        record = orjson.loads(line)
        record[f"x-{TOKEN}"] = {TOKEN: TOKEN}
        for name in SECTIONS:
            if isinstance(record.get(name), dict):
                record[name][TOKEN if name not in KEYED else TOKEN.lower()] = _filling(name)
        if "text" in record:
            record["text"]["content"] += f" {TOKEN}."
        if "labels" in record:
            record["labels"]["emotions"][0]["rater"] = TOKEN
        record["id"] = f"good-{number}"
        yield orjson.dumps(record)


def _filling(name):
    if name == "assets":
        return {"uri": f"pictures/{TOKEN}.png", "media_type": TOKEN}
    if name == "faces":
        return {"items": []}
    if name == "tracks":
        return orjson.loads(example(name))["face"] | {"role": TOKEN.lower()}
    return {"passed": False, "reason": TOKEN} if name == "verdicts" else TOKEN


def _broken(case):
    """Records that break in every way we know, with the token near the break."""
    yield f'{{"id":"b1","{TOKEN}'.encode()
    yield f'{{"id":"b2","x":"{TOKEN}" {TOKEN}}}'.encode()
    yield f'{{"id":"b3","x":"\\u{TOKEN}"}}'.encode()
    yield f'["{TOKEN}"]'.encode()
    yield f'{{"id":["{TOKEN}"]}}'.encode()
    yield f'{{"id":"\\u0007{TOKEN}"}}'.encode()
    yield f'{{"id":"{TOKEN * 60}"}}'.encode()
    yield TOKEN.encode() + b"\xff"
    yield f'{{"id":"b9","{TOKEN}":1,"{TOKEN}":2,"id":"b9"}}'.encode()
    whole = orjson.loads(good_lines(case)[0])
    for name in _list_breakable(case):
        for number, value in enumerate(_wrong_values(name)):
            yield orjson.dumps({**whole, "id": f"{name}-{number}", name: value})
    for number, uri in enumerate(_wrong_uris()):
        asset = {"uri": uri, "media_type": TOKEN}
        yield orjson.dumps({**whole, "id": f"uri-{number}", "assets": {"image": asset}})


def _list_breakable(case):
    if (case.command.name, case.verb) not in DRAWING:
        return SECTIONS
    touched = {*case.spec["needs"], *case.spec["reads"], *case.spec["writes"]}
    return [name for name in SECTIONS if name in touched]


def _wrong_values(name):
    yield from (TOKEN, [TOKEN], {TOKEN: TOKEN}, 7.5)
    valid = orjson.loads(example(name))
    for key in valid:
        yield {**valid, key: TOKEN}
        yield {**valid, key: {TOKEN: {TOKEN: TOKEN}}}
        yield {**valid, key: [{TOKEN: TOKEN}]}
    for key, value in valid.items():
        if isinstance(value, dict):
            for inner in value:
                yield {**valid, key: {**value, inner: {TOKEN: TOKEN}}}


def _wrong_uris():
    yield from (f"/etc/{TOKEN}", f"../{TOKEN}", f"{TOKEN}.png", f"{TOKEN}:x.png", f"a\0{TOKEN}")
    yield from (f"pictures/{TOKEN}.png", f"pictures/{TOKEN}", f"{TOKEN}/" * 500)


def _sow(trial):
    """Put the token into everything the trial reads."""
    pictures = trial.data / "pictures"
    (pictures / f"{TOKEN}.png").write_bytes(encode_png(16)[:60] + TOKEN.encode())
    (pictures / f"{TOKEN}").mkdir()
    (pictures / f"{TOKEN}/{TOKEN}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + TOKEN.encode())
    (pictures / f"{TOKEN}/good-{TOKEN}.png").write_bytes(encode_png(16))
    for path in trial.data.iterdir():
        if path.suffix in {".tsv", ".csv", ".txt"}:
            _sow_rows(path)
        elif path.match("output-*.jsonl"):
            path.write_bytes(path.read_bytes() + join([b"", *_attempts()]))
        elif path.name == "rejects.jsonl":
            path.write_bytes(path.read_bytes() + f'{{"line":{{"{TOKEN}":1}}}}\n{TOKEN}\n'.encode())
    if (trial.data / "b.jsonl").exists():
        with (trial.data / "b.jsonl").open("ab") as file:
            file.write(join([*_broken(trial.case), *_good(trial.case)]))


def _attempts():
    """Answers to requests that nobody made, and what is no answer."""
    yield f'{{"custom_id":"{TOKEN}","response":{{"status_code":400,"body":"{TOKEN}"}}}}'.encode()
    yield f'{{"custom_id":"{TOKEN}","response":"{TOKEN}","error":"{TOKEN}"}}'.encode()
    yield f'["{TOKEN}"]'.encode()
    yield TOKEN.encode()


def _sow_rows(path):
    rows = path.read_text("utf-8", "surrogateescape").splitlines()
    sown = [*rows, TOKEN, *(f"{row} {TOKEN}" for row in rows[1:4]), f"{TOKEN}\t{TOKEN}\t{TOKEN}"]
    sown += [f"{TOKEN};{TOKEN}", f"1\t{TOKEN}\t{TOKEN}\t0.5"]
    path.write_text("\n".join(sown) + "\n", "utf-8", "surrogateescape")


@pytest.mark.parametrize("case", cases(), ids=str)
@pytest.mark.parametrize("what", ["good records", "broken records"])
def test_planted_token_is_in_no_message_and_no_receipt(trial, case, what):
    _sow(trial)
    lines = _good(case) if what == "good records" else [*_broken(case), *_good(case)]
    trial.input.write_bytes(join(lines))
    done = trial.run_to_file("--progress", "json", "--verbose").ok()
    receipt = trial.work / "out.jsonl.run.json"
    rejects = [orjson.loads(r) for r in trial.left().rejects.splitlines()]

    assert TOKEN not in done.stderr
    assert TOKEN not in receipt.read_text()
    assert [r["message"] for r in rejects if TOKEN.lower() in r["message"].lower()] == []
    assert what == "good records" or len(rejects) > 2


@pytest.mark.parametrize("case", cases(), ids=str)
def test_planted_token_is_in_no_message_of_a_run_that_fails(trial, case):
    _sow(trial)
    trial.input.write_bytes(join([*islice(_broken(case), 20), *_good(case)]))
    held_back = trial.run("-o", trial.output, "--progress", "json", "--verbose")
    changed = trial.run("-o", trial.output, "--limit", "3")

    assert (held_back.status, changed.status) == (3, 2)
    assert TOKEN not in held_back.stderr + changed.stderr


@pytest.mark.parametrize("case", cases(), ids=str)
def test_nothing_is_written_outside_the_paths_that_are_named(trial, zygote, case, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before = tree(trial.data)
    home = zygote.variables()["HOME"]
    trial.run_to_file(variables={"TMPDIR": str(temporary)}).ok()

    assert list(trial.cwd.iterdir()) == []
    assert list(temporary.iterdir()) == []
    assert tree(trial.data) == before
    assert list(Path(home).iterdir()) == []


@pytest.mark.parametrize("case", of_kind(MAP, FILTER, DERIVE), ids=str)
def test_no_path_of_this_machine_is_in_anything_that_is_written(first, case):
    content = b"".join(path.read_bytes() for path in first.trial.work.iterdir() if path.is_file())

    assert str(first.trial.work).encode() not in content
    assert str(first.trial.data).encode() not in content
    assert os.uname().nodename.encode() not in content


@pytest.mark.parametrize("case", cases(lambda c: c.has("--root")), ids=str)
def test_input_may_lie_in_a_folder_that_cannot_be_written(trial, first):
    for path in (trial.data, *trial.data.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    trial.run_to_file().ok()

    assert trial.left() == first.left


def test_sections_of_this_test_are_all_there_are():
    assert set(SECTIONS) == set(records.SECTIONS)
