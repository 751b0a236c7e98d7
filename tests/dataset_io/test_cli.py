"""The commands, as a person runs them."""

import json

import orjson
import pytest

PICTURE = b"P6\n3 2\n255\n" + b"\x80" * 18
ROWS = b"The bus leaves at ten.\t27\tid1\nsecret\tsecret\nWhat a lovely day!\t17\tid2\n"


def _lines(path) -> list[dict]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def photos(write):
    write("photos/one.ppm", PICTURE)
    return write("photos/secret/two.ppm", PICTURE).parents[1]


def test_goemotions_becomes_a_manifest_on_standard_output(dataset_io, write):
    done = dataset_io("import", "goemotions", write("test.tsv", b"It is noon.\t27\tid1\n"))

    record = orjson.loads(done.stdout)
    assert done.returncode == 0
    assert (record["id"], record["source"]["split"]) == ("goemotions:id1", "test")
    assert record["text"]["content"] == "It is noon."


def test_emoint_becomes_a_manifest(dataset_io, write, tmp_path):
    path = write("fear_dev.csv", b"21\tso nervous\tfear\t0.604")

    done = dataset_io("import", "emoint", path, "-o", "out.jsonl")

    (record,) = _lines(tmp_path / "out.jsonl")
    assert done.returncode == 0
    assert record["labels"]["emotions"] == [
        {"vocabulary": "emoint", "label": "fear", "score": 0.604}
    ]


def test_isear_drops_what_is_no_account_with_its_reason(dataset_io, write, tmp_path):
    path = write("isear.csv", b"emo;txt\r\njoy;One day.\r\nfear;Blank.\r\n")

    done = dataset_io("import", "isear", path, "-o", "out.jsonl")

    (dropped,) = _lines(tmp_path / "out.jsonl.dropped.jsonl")
    assert done.returncode == 0
    assert dropped["id"] == "isear:2"
    assert dropped["verdicts"]["import"]["reason"] == "no-response"
    assert [record["id"] for record in _lines(tmp_path / "out.jsonl")] == ["isear:1"]


def test_images_become_records_with_the_terms_given(dataset_io, photos, tmp_path):
    done = dataset_io(
        "import", "images", photos, "--licence", "CC0-1.0", "--role", "reference", "-o", "out.jsonl"
    )

    one, two = _lines(tmp_path / "out.jsonl")
    assert done.returncode == 0
    assert (one["id"], two["id"]) == ("images:one.ppm", "images:secret/two.ppm")
    assert one["source"]["licence"] == "CC0-1.0"
    assert one["assets"]["reference"]["width"] == 3


def test_files_of_the_run_are_no_images_of_the_folder_it_reads(dataset_io, photos):
    (photos / "notes.txt").write_bytes(b"these are no pixels")
    command = ("import", "images", photos, "-o", photos / "photos.jsonl")

    assert dataset_io(*command).returncode == 3
    assert dataset_io(*command, "--max-rejects", "1").returncode == 0
    assert [r["id"] for r in _lines(photos / "photos.jsonl")] == [
        "images:one.ppm",
        "images:secret/two.ppm",
    ]
    assert b"up to date" in dataset_io(*command, "--max-rejects", "1").stderr


def test_files_of_an_earlier_run_are_no_images_either(dataset_io, photos):
    dataset_io("import", "images", photos, "-o", photos / "first.jsonl")

    assert dataset_io("import", "images", photos, "-o", photos / "second.jsonl").returncode == 0
    assert (photos / "first.jsonl").read_bytes() == (photos / "second.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["-o", "photos/out.jsonl", "--receipt", "r.json"], "--receipt"),
        (["-o", "photos/out.jsonl", "--rejects", "photos/r.jsonl"], "--rejects"),
        (["-o", "out.jsonl", "--dropped", "photos/secret/d.jsonl"], "--dropped"),
        (["--rejects", "photos/r.jsonl"], "--rejects"),
    ],
)
def test_file_in_the_folder_that_nobody_could_tell_is_a_mistake(dataset_io, photos, words, named):
    done = dataset_io("import", "images", photos, *words)

    assert done.returncode == 2
    assert named.encode() in done.stderr


@pytest.mark.parametrize("words", [["--receipt", "r.json"], ["--rejects", "r.jsonl"]])
def test_files_outside_the_folder_may_have_any_name(dataset_io, photos, words):
    assert dataset_io("import", "images", photos, "-o", "out.jsonl", *words).returncode == 0


def test_ids_of_images_begin_with_their_dataset(dataset_io, photos):
    made = [
        dataset_io("import", "images", photos, "--dataset", name).stdout.splitlines()
        for name in ("first", "second")
    ]

    ids = [[orjson.loads(line)["id"] for line in lines] for lines in made]
    assert ids[0] == ["first:one.ppm", "first:secret/two.ppm"]
    assert set(ids[0]).isdisjoint(ids[1])


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 101])
def test_name_of_a_dataset_that_can_begin_no_id_is_a_mistake(dataset_io, photos, name):
    done = dataset_io("import", "images", photos, "--dataset", name)

    assert done.returncode == 2
    assert b"--dataset: " in done.stderr


ROW_OF = {
    "goemotions": b"It is noon.\t27\tid1\n",
    "emoint": b"21\tso nervous\tfear\t0.604\n",
    "isear": b"emo;txt\r\njoy;One day.\r\n",
}


@pytest.mark.parametrize("verb", ROW_OF)
@pytest.mark.parametrize("option", ["licence", "citation"])
def test_files_may_have_terms_of_their_own(dataset_io, write, verb, option):
    path = write("rows", ROW_OF[verb])

    own = orjson.loads(dataset_io("import", verb, path, f"--{option}", "of ours").stdout)["source"]
    plain = orjson.loads(dataset_io("import", verb, path).stdout)["source"]
    assert own[option] == "of ours"
    assert {name for name in own if own[name] != plain[name]} == {option, "made_by"}


def test_several_files_become_one_manifest_in_their_order(dataset_io, write, tmp_path):
    first, second = write("b.tsv", b"One.\t27\tid1\n"), write("a.tsv", b"Two.\t27\tid2\n")

    dataset_io("import", "goemotions", first, second, "-o", "out.jsonl")

    assert [r["text"]["content"] for r in _lines(tmp_path / "out.jsonl")] == ["One.", "Two."]


def test_broken_row_holds_the_output_back_and_keeps_its_bytes(dataset_io, write, tmp_path):
    done = dataset_io("import", "goemotions", write("train.tsv", ROWS), "-o", "out.jsonl")

    (reject,) = _lines(tmp_path / "out.jsonl.rejects.jsonl")
    assert done.returncode == 3
    assert not (tmp_path / "out.jsonl").exists()
    assert (reject["reason"], reject["line"]) == ("malformed-row", "secret\tsecret")
    assert (reject["offset"], reject["length"]) == (30, 13)


def test_id_in_two_files_is_one_record_and_one_reject(dataset_io, write, tmp_path):
    first, second = write("a.tsv", b"One.\t27\tid1\n"), write("b.tsv", b"Two.\t27\tid1\n")

    dataset_io("import", "goemotions", first, second, "-o", "out.jsonl", "--max-rejects", "1")

    assert [r["text"]["content"] for r in _lines(tmp_path / "out.jsonl")] == ["One."]
    assert [r["reason"] for r in _lines(tmp_path / "out.jsonl.rejects.jsonl")] == ["duplicate-id"]


def test_counts_of_the_receipt_add_up(dataset_io, write, tmp_path):
    path = write("isear.csv", b"emo;txt\r\njoy;One day.\r\nfear;Blank.\r\nbroken\r\n")

    dataset_io("import", "isear", path, "-o", "out.jsonl", "--max-rejects", "1")

    counts = json.loads((tmp_path / "out.jsonl.run.json").read_bytes())["counts"]
    assert (counts["read"], counts["written"]) == (3, 1)
    assert counts["read"] == sum(counts[n] for n in ("passed", "consumed", "dropped", "rejected"))


@pytest.mark.parametrize("verb", ["goemotions", "images"])
def test_importing_again_gives_the_same_bytes(dataset_io, write, photos, tmp_path, verb):
    source = photos if verb == "images" else write("train.tsv", b"It is noon.\t27\tid1\n")

    dataset_io("import", verb, source, "-o", "one.jsonl")
    dataset_io("import", verb, source, "-o", "two.jsonl")

    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes() != b""


def test_content_is_in_no_message_and_no_receipt(dataset_io, write, tmp_path):
    done = dataset_io(
        "import", "goemotions", write("train.tsv", ROWS), "-o", "out.jsonl", "--verbose",
        "--progress", "json", "--max-rejects", "1",
    )  # fmt: skip

    assert done.returncode == 0
    assert b"secret" not in done.stderr + (tmp_path / "out.jsonl.run.json").read_bytes()


def test_name_of_a_file_is_in_no_message_and_no_receipt(dataset_io, write, photos, tmp_path):
    write("photos/secret.txt", b"no image")

    done = dataset_io("import", "images", photos, "-o", "out.jsonl", "--max-rejects", "1")

    assert done.returncode == 0
    assert b"secret" not in done.stderr + (tmp_path / "out.jsonl.run.json").read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ("goemotions",),
        ("goemotions", "nowhere.tsv"),
        ("goemotions", "train.tsv", "--split", "dev"),
        ("isear", "train.tsv"),
        ("images", "train.tsv"),
        ("goemotions", "photos"),
        ("openface", "photos"),
        ("openface", "train.tsv"),
        ("openface", "nowhere.csv"),
        ("text", "photos"),
        ("text", "train.tsv", "--language", ""),
        ("table", "photos", "--known", "animation"),
        ("table", "train.tsv", "--known", "animation"),
        ("table", "train.tsv", "--known", "excel"),
        ("table", "train.tsv", "--map", "train.tsv"),
        ("table", "train.tsv", "--map", "photos"),
        ("images", "nowhere"),
        ("images", "photos", "--role", "Image"),
        ("images", "photos", "--licence", ""),
    ],
)
def test_mistake_of_usage_is_told_without_a_traceback(dataset_io, write, photos, words):
    write("train.tsv", b"It is noon.\t27\tid1\n")

    done = dataset_io("import", *words, "-o", "out.jsonl")

    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_table_is_read_by_its_map_or_by_a_known_one(dataset_io, write, tmp_path):
    mapping = write("m.toml", b'dataset = "d"\n[text]\ncolumn = "Sentence"\n')
    path = write("a.csv", b"Sentence,Emotions,Action Units,Description\nOh!,awe,12,A smile.\n")

    own = orjson.loads(dataset_io("import", "table", path, "--map", mapping).stdout)
    known = orjson.loads(dataset_io("import", "table", path, "--known", "animation").stdout)
    assert own["text"]["content"] == known["text"]["content"] == "Oh!"
    assert "expression" not in own
    assert known["expression"]["action_units"] == [{"au": 12, "side": "both", "intensity": 1.0}]


@pytest.mark.parametrize("words", [[], ["--map", "m.toml", "--known", "animation"]])
def test_table_has_one_map(dataset_io, write, words):
    write("m.toml", b'dataset = "d"\n[text]\ncolumn = "a"\n')

    done = dataset_io("import", "table", write("a.csv", b"a\n1\n"), *words)

    assert done.returncode == 2
    assert b"a table needs one map" in done.stderr


def test_changed_map_is_another_run(dataset_io, write, tmp_path):
    path = write("a.csv", b"a\n1\n")
    command = ("import", "table", path, "--map", tmp_path / "m.toml", "-o", "out.jsonl")
    write("m.toml", b'dataset = "d"\n[text]\ncolumn = "a"\n')
    assert dataset_io(*command).returncode == 0
    assert b"up to date" in dataset_io(*command).stderr

    write("m.toml", b'dataset = "e"\n[text]\ncolumn = "a"\n')
    assert dataset_io(*command).returncode != 0


@pytest.mark.parametrize("assets", ["elsewhere", ".", "card/../data", "card2"])
def test_files_that_the_card_would_not_find_are_refused(dataset_io, write, tmp_path, assets):
    path = write("m.jsonl", b'{"id":"a"}\n')
    (tmp_path / "card").mkdir()
    done = dataset_io("export", "hf", "-i", path, "-o", "card/README.md", "--assets", assets)

    assert done.returncode == 2
    assert b"not below the folder of the card" in done.stderr
    assert b"card/data" in done.stderr
    assert list((tmp_path / "card").iterdir()) == []


@pytest.mark.parametrize("words", [[], ["--assets", "card/data"], ["--assets", "card"]])
def test_files_below_the_card_are_taken(dataset_io, write, tmp_path, words):
    path = write("m.jsonl", b'{"id":"a"}\n')
    (tmp_path / "card").mkdir()
    done = dataset_io("export", "hf", "-i", path, "-o", "card/README.md", *words)

    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "card").rglob("*.parquet"))) == 1
    assert b"call it README.md" not in done.stderr


def test_card_with_another_name_is_told(dataset_io, write):
    path = write("m.jsonl", b'{"id":"a"}\n')

    assert b"call it README.md" in dataset_io("export", "hf", "-i", path, "-o", "a.md").stderr
    assert dataset_io("export", "hf", "-i", path, "-q", "-o", "b.md").stderr == b""


def test_card_on_a_pipe_may_have_its_files_anywhere(dataset_io, write):
    path = write("m.jsonl", b'{"id":"a"}\n')
    done = dataset_io("export", "hf", "-i", path, "-q", "--assets", "elsewhere")

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"---")
