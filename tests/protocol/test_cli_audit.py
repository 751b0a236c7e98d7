"""`manifest audit`: whatever was changed since the receipts is found and named."""

import json
from pathlib import Path

import orjson
import pytest
from affectory_protocol.cli.audit import Finding, audit_manifests
from affectory_protocol.outcomes import NewAsset
from affectory_protocol.places import AssetStore, Places
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RECORDS = 6
BAD = 2


@pytest.fixture(scope="module")
def finished(zygote, tmp_path_factory):
    """A finished run with rejects and assets; its files by name."""
    from commands import MANIFEST

    folder = tmp_path_factory.mktemp("finished")
    store = AssetStore(folder / "assets", "key")
    lines = []
    for number in range(RECORDS):
        asset = store.put(NewAsset(b"png %d" % number, "image/png", "png"))
        described = asset.model_dump(exclude_unset=True)
        lines.append(orjson.dumps({"id": f"r{number}", "assets": {"image": described}}))
    lines += [b'{"id":"bad%d","text":5}' % number for number in range(BAD)]
    (folder / "in.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    words = ("validate", "-i", "in.jsonl", "-o", "out.jsonl", "--max-rejects", BAD)
    zygote.run(MANIFEST, *words, folder=folder).ok()
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def folder(finished, tmp_path):
    """The files of the finished run, to be spoilt."""
    for name, content in finished.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def _audit(folder: Path, *names: str) -> list[Finding]:
    places = Places({"": folder, "assets": folder / "assets"})
    return audit_manifests([folder / name for name in names or ("out.jsonl",)], places)


def _errors(folder: Path, *names: str) -> list[str]:
    return [str(finding) for finding in _audit(folder, *names) if finding.is_error]


def _edit(path: Path, change) -> None:
    """Change the lines of a file."""
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


# nothing changed ------------------------------------------------------------------------------


def test_files_as_they_were_written_have_no_error(folder):
    assert _errors(folder, "in.jsonl", "out.jsonl") == []


def test_input_that_is_given_is_known(folder):
    said = [str(finding) for finding in _audit(folder, "in.jsonl", "out.jsonl")]
    assert not [one for one in said if "its input is none" in one]


def test_input_that_is_not_given_is_noted(folder):
    (note,) = _audit(folder)
    assert not note.is_error
    assert "its input is none of the manifests given" in note.what


def test_input_that_was_edited_since_is_noted(folder):
    _edit(folder / "in.jsonl", lambda lines: lines[:-1])
    said = [str(finding) for finding in _audit(folder, "in.jsonl", "out.jsonl")]
    assert [one for one in said if "its input is none" in one]


# something changed ----------------------------------------------------------------------------

FILES = [("out.jsonl", "record r{0}"), ("out.jsonl.rejects.jsonl", "the reject of byte {1}")]


def _offset(finished: dict[str, bytes], number: int) -> int:
    rejects = finished["out.jsonl.rejects.jsonl"].splitlines()
    return json.loads(rejects[number])["offset"] if number < len(rejects) else 0


@pytest.mark.parametrize(("name", "said"), FILES)
def test_changed_line_is_named(folder, finished, name, said):
    number = 1
    _edit(
        folder / name,
        lambda lines: [
            *lines[:number],
            lines[number].replace(b"{", b"{ ", 1),
            *lines[number + 1 :],
        ],
    )
    where = said.format(number, _offset(finished, number))
    assert f"error: {name}: line 2, {where}: not as it was written" in _errors(folder)


@pytest.mark.parametrize(("name", "said"), FILES)
def test_removed_line_is_found_where_the_next_one_stands(folder, finished, name, said):
    _edit(folder / name, lambda lines: lines[1:])
    where = said.format(1, _offset(finished, 1))
    assert f"error: {name}: line 1, {where}: not as it was written" in _errors(folder)


@pytest.mark.parametrize(("name", "said"), FILES)
def test_doubled_line_is_named(folder, finished, name, said):
    _edit(folder / name, lambda lines: [lines[0], *lines])
    where = said.format(0, _offset(finished, 0))
    assert f"error: {name}: line 2, {where}: not as it was written" in _errors(folder)


def test_doubled_record_is_said_to_stand_twice(folder):
    _edit(folder / "out.jsonl", lambda lines: [lines[0], *lines])
    assert "error: out.jsonl: record r0: the id stands twice" in _errors(folder)


@pytest.mark.parametrize(("name", "said"), FILES)
def test_swapped_lines_are_named(folder, finished, name, said):
    _edit(folder / name, lambda lines: [lines[1], lines[0], *lines[2:]])
    where = said.format(1, _offset(finished, 1))
    assert f"error: {name}: line 1, {where}: not as it was written" in _errors(folder)


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.rejects.jsonl"])
def test_added_line_is_said_to_be_added(folder, finished, name):
    _edit(folder / name, lambda lines: [*lines, b'{"id":"new"}\n'])
    number = len(finished[name].splitlines()) + 1
    assert f"error: {name}: line {number}, which was added: not as it was written" in (
        _errors(folder)
    )


def test_last_line_that_is_gone_is_said_to_be_gone(folder):
    _edit(folder / "out.jsonl", lambda lines: lines[:-1])
    where = f"line {RECORDS}, which is gone"
    assert f"error: out.jsonl: {where}: not as it was written" in _errors(folder)


def test_missing_last_newline_is_found(folder, finished):
    (folder / "out.jsonl").write_bytes(finished["out.jsonl"][:-1])
    assert _errors(folder) == ["error: out.jsonl: behind the last line: not as it was written"]


def test_missing_file_is_named(folder):
    (folder / "out.jsonl").unlink()
    assert "error: out.jsonl: the file is gone" in _errors(folder)


def test_missing_side_is_noted_since_it_may_lie_elsewhere(folder):
    (folder / "out.jsonl.rejects.jsonl").unlink()
    assert _errors(folder) == []
    assert [one for one in _audit(folder) if str(one).startswith("note: out.jsonl.rejects.jsonl: ")]


def test_missing_receipt_is_noted_since_it_may_lie_elsewhere(folder):
    (folder / "out.jsonl.run.json").unlink()
    (note,) = _audit(folder)
    assert str(note).startswith("note: out.jsonl: its receipt is not beside it")


# files elsewhere ------------------------------------------------------------------------------

SIDE = {"rejects": "out.jsonl.rejects.jsonl", "receipt": "out.jsonl.run.json"}


def _said(folder: Path, *given: Path) -> list[str]:
    places = Places({"": folder, "assets": folder / "assets"})
    manifests = [folder / "in.jsonl", folder / "out.jsonl"]
    return [str(one) for one in audit_manifests(manifests, places, given) if one.file != "in.jsonl"]


@pytest.mark.parametrize("side", SIDE)
def test_side_of_another_name_beside_its_manifest_is_found_by_what_it_holds(folder, side):
    (folder / SIDE[side]).rename(folder / "other.json")
    assert _said(folder) == []


@pytest.mark.parametrize("side", SIDE)
def test_side_in_another_folder_is_found_when_it_is_named(folder, side):
    (folder / "far").mkdir()
    moved = (folder / SIDE[side]).rename(folder / "far/other")
    assert _said(folder) != []
    assert _said(folder, moved) == []


def test_side_that_is_named_and_was_changed_is_not_taken_for_it(folder):
    moved = (folder / SIDE["rejects"]).rename(folder / "other")
    moved.write_bytes(moved.read_bytes() + b"{}\n")
    assert [one for one in _said(folder, moved) if "the file is not there" in one]


def test_receipt_of_another_manifest_of_the_same_content_is_not_taken(folder, finished):
    (folder / "copy.jsonl").write_bytes(finished["out.jsonl"])
    (folder / "copy.jsonl.rejects.jsonl").touch()
    said = [str(finding) for finding in _audit(folder, "copy.jsonl")]
    assert [one for one in said if "its receipt is not beside it" in one]


def test_empty_side_is_not_found_in_any_empty_file(manifest, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b'{"id":"a"}\n')
    manifest("validate", "-i", "in.jsonl", "-o", "out.jsonl", "--rejects", "none").ok()
    assert b"the file is not there" in manifest("audit", "out.jsonl").ok().stdout
    assert b"the file is not there" not in manifest("audit", "out.jsonl", "--side", "none").stdout


def test_command_takes_files_from_elsewhere(manifest, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b'{"id":"a"}\n{\n')
    (tmp_path / "far").mkdir()
    sides = ("--rejects", "far/rejects", "--receipt", "far/receipt")
    manifest("validate", "-i", "in.jsonl", "-o", "out.jsonl", "--max-rejects", 1, *sides).ok()
    audit = ("audit", "in.jsonl", "out.jsonl")
    assert manifest(*audit, "--strict").status == 1
    done = manifest(*audit, "--side", "far/rejects", "--side", "far/receipt").ok()
    assert b"out.jsonl" not in done.stdout


# assets of runs that were told no folder ------------------------------------------------------


def test_assets_are_looked_up_beside_their_manifest(manifest, folder):
    (folder / "assets").rename(folder / "out.jsonl.assets")
    assert b"2 manifests are" in manifest("audit", "in.jsonl", "out.jsonl").ok().stdout


def test_assets_of_the_one_manifest_that_has_some_are_those_of_the_others(manifest, folder):
    (folder / "assets").rename(folder / "in.jsonl.assets")
    assert manifest("audit", "in.jsonl", "out.jsonl").status == 0
    (folder / "out.jsonl.assets").mkdir()
    assert b"there is no file at the uri" in manifest("audit", "in.jsonl", "out.jsonl").stdout


def test_root_that_is_given_goes_before_the_folder_beside(manifest, folder):
    (folder / "out.jsonl.assets").mkdir()
    assert manifest("audit", "out.jsonl", "--root", "assets=assets").status == 0


def test_links_out_of_a_root_are_followed_when_asked_for(manifest, folder):
    (folder / "assets").rename(folder.parent / "elsewhere")
    (folder / "assets").mkdir()
    for stored in (folder.parent / "elsewhere").glob("*/*"):
        (folder / "assets" / stored.parent.name).mkdir(exist_ok=True)
        (folder / "assets" / stored.parent.name / stored.name).symlink_to(stored)
    audit = ("audit", "out.jsonl", "--root", "assets=assets")
    assert b"a link leads out" in manifest(*audit).stdout
    assert manifest(*audit, "--follow-symlinks").status == 0


def test_folder_in_the_place_of_a_manifest_is_a_mistake_of_usage(manifest):
    assert manifest("audit", ".").status == 2


@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_byte_of_any_stream_or_asset_is_an_error(folder, finished, data):
    names = sorted(n for n in finished if n.startswith(("out.jsonl", "assets/")) and "run" not in n)
    name = data.draw(st.sampled_from(names))
    content = bytearray(finished[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    (folder / name).write_bytes(content)
    try:
        assert _errors(folder)
    finally:
        (folder / name).write_bytes(finished[name])


def test_line_that_is_no_record_any_more_is_named(folder):
    _edit(folder / "out.jsonl", lambda lines: [b"[]\n", *lines[1:]])
    errors = _errors(folder)
    assert "error: out.jsonl: line 1, which is no record: not as it was written" in errors
    assert "error: out.jsonl: line 1: no valid record: not-an-object" in errors


@pytest.mark.parametrize("line", [b'"id"\n', b"5\n", b"{}\n", b"\xff\n", b"\n", b'{"id":[]}\n'])
def test_any_line_in_the_place_of_a_record_is_an_error(folder, line):
    _edit(folder / "out.jsonl", lambda lines: [line, *lines[1:]])
    assert _errors(folder)


# assets ---------------------------------------------------------------------------------------


def _asset(folder: Path, number: int) -> Path:
    line = (folder / "out.jsonl").read_bytes().splitlines()[number]
    uri = json.loads(line)["assets"]["image"]["uri"]
    return folder / uri.replace(":", "/", 1)


def test_changed_asset_is_named_by_its_record(folder):
    _asset(folder, 2).write_bytes(b"PNG 2")
    assert _errors(folder) == [
        "error: out.jsonl: record r2: the file has another SHA-256: /assets/image"
    ]


def test_missing_asset_is_named_by_its_record(folder):
    _asset(folder, 3).unlink()
    assert _errors(folder) == [
        "error: out.jsonl: record r3: there is no file at the uri: /assets/image"
    ]


def test_swapped_assets_are_both_named(folder):
    first, second = _asset(folder, 0), _asset(folder, 1)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    assert [error.split(": ")[2] for error in _errors(folder)] == ["record r0", "record r1"]


# receipts -------------------------------------------------------------------------------------


def _spoil_receipt(folder: Path, change) -> None:
    path = folder / "out.jsonl.run.json"
    receipt = json.loads(path.read_bytes())
    change(receipt)
    path.write_text(json.dumps(receipt))


def test_sums_that_do_not_hold_are_an_error(folder):
    _spoil_receipt(folder, lambda receipt: receipt["counts"].update(read=99))
    assert [error for error in _errors(folder) if "the sums do not hold" in error]


def test_reasons_that_do_not_add_up_are_an_error(folder):
    _spoil_receipt(folder, lambda receipt: receipt["rejected_by_reason"].update(timeout=1))
    assert [error for error in _errors(folder) if "the reasons do not add up" in error]


def test_lines_that_are_not_as_many_as_records_are_an_error(folder):
    _spoil_receipt(folder, lambda receipt: receipt["outputs"][0].update(lines=99))
    assert [error for error in _errors(folder) if "99 lines for 6 records" in error]


def test_stream_that_nobody_knows_is_an_error(folder):
    _spoil_receipt(folder, lambda receipt: receipt["outputs"][0].update(name="elsewhere"))
    assert _errors(folder)


@pytest.mark.parametrize("sums", [{"every": 0}, {"values": "A"}, {"values": "é"}, {"every": "x"}])
def test_receipt_whose_checksums_are_broken_cannot_be_read(folder, sums):
    _spoil_receipt(folder, lambda receipt: receipt["outputs"][0]["line_sums"].update(sums))
    assert _errors(folder) == ["error: out.jsonl: there is no receipt that can be read"]


@given(at=st.integers(0, 3000), bit=st.integers(0, 7))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flipped_bit_of_a_receipt_is_no_crash(folder, finished, at, bit):
    path = folder / "out.jsonl.run.json"
    content = bytearray(finished[path.name])
    content[at % len(content)] ^= 1 << bit
    path.write_bytes(content)
    _audit(folder)


# command --------------------------------------------------------------------------------------


def test_command_says_that_all_is_well(manifest, folder):
    done = manifest("audit", "in.jsonl", "out.jsonl", "--root", ".", "--root", "assets=assets").ok()
    assert b"2 manifests are what their receipts say" in done.stdout


def test_command_fails_and_names_file_and_record(manifest, folder):
    _edit(folder / "out.jsonl", lambda lines: [lines[0].replace(b"r0", b"rX"), *lines[1:]])
    done = manifest("audit", "out.jsonl", "--root", "assets=assets")
    assert done.status == 1
    assert b"out.jsonl: line 1, record rX: not as it was written" in done.stdout


def test_strict_command_fails_by_a_note(manifest, folder):
    assert manifest("audit", "out.jsonl", "--root", "assets=assets").status == 0
    assert manifest("audit", "out.jsonl", "--root", "assets=assets", "--strict").status == 1


def test_missing_manifest_is_an_expected_error(manifest):
    done = manifest("audit", "absent.jsonl")
    assert done.status in {1, 2}
    assert "Traceback" not in done.stderr
