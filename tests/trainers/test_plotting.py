"""A space to be looked at: the plane, what sentences find, the page and the picture."""

import io
import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.facs import parse_facs, to_blendshapes
from affectory_protocol.places import Places
from affectory_protocol.records import EmotionLabel
from PIL import Image
from sections import encode_png
from trainers.backends.hashed import HashedEncoder
from trainers.expression_space.features import Features
from trainers.expression_space.judging.read_back import show_emotion
from trainers.expression_space.plotting.colours import NAMES, NO_LABEL, find_emotions
from trainers.expression_space.plotting.projection import project
from trainers.expression_space.plotting.retrieval import choose_asked, look_up, tell_face
from trainers.expression_space.plotting.run import Plan, plot
from trainers.expression_space.space import Space
from trainers.expression_space.split import Split

HOSTILE = '</script><img src=x onerror="document.title=1"> & @title@ "quoted"'
RECORDS = 12


@pytest.fixture(scope="module")
def space(tmp_path_factory, random_space):
    path = tmp_path_factory.mktemp("space") / "space"
    path.write_bytes(random_space())
    return Space.load(path)


@pytest.fixture
def show(space, record, tmp_path):
    """Plots records, the first of which has a sentence that would break a page."""

    def show(**changes):
        told = {
            "split": Split.TEST,
            "points": 100,
            "lookups": 4,
            "found": 3,
            "seed": 0,
            "title": "A & B",
            "picture": tmp_path / "plane.png",
            "faces": None,
        }
        told |= changes
        texts, face, say = {0: HOSTILE}, told.pop("weights", None), told.pop("say", print)
        records = [record(n, "test", text=texts.get(n), weights=face) for n in range(RECORDS)]
        (page,) = plot(
            records,
            space=space,
            features=Features(HashedEncoder()),
            plan=Plan(**told),
            places=Places({"": tmp_path}),
            say=say,
        )
        return page.decode()

    return show


@pytest.fixture
def faces(tmp_path):
    """A manifest of drawn faces, derived from the records."""
    (tmp_path / "face.png").write_bytes(encode_png(200))
    asset = {"image": {"uri": "face.png", "media_type": "image/png"}}
    lines = [
        json.dumps({"id": f"r{n}/face", "parent": f"r{n}", "assets": asset}) for n in range(RECORDS)
    ]
    path = tmp_path / "faces.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def unit_vectors(n, seed):
    rows = np.random.default_rng(seed).normal(size=(n, 6))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_sentence_and_face_in_one_place_are_side_by_side_in_the_plane():
    centres = np.eye(6, dtype=np.float32)[np.arange(60) % 6]
    rows = centres + 0.05 * unit_vectors(60, 1)
    places = project(rows, rows + 0.01 * unit_vectors(60, 2), 0)
    distances = np.linalg.norm(places[:60, None] - places[None, 60:], axis=2)
    own = np.diag(distances)
    other = distances[np.arange(60), (np.arange(60) + 1) % 60]
    assert own.mean() < 0.2 * other.mean()
    assert (places.min(), places.max()) == (0.0, 1.0)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_records_have_places_too(n):
    places = project(unit_vectors(n, 0), unit_vectors(n, 1), 0)
    assert places.shape == (2 * n, 2)
    assert np.isfinite(places).all()


def test_a_sentence_finds_different_faces_the_nearest_first():
    places = np.array([[1, 0], [1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    faces = np.repeat(np.array([[0.1], [0.1], [0.5], [0.9]], dtype=np.float32), 52, axis=1)
    (lookup,) = look_up(np.flip(places, axis=0), places, faces, np.array([1]), 2)
    assert [(one.record, one.is_own) for one in lookup.found] == [(2, False), (0, True)]
    assert (lookup.place, lookup.faces) == (2, 3)
    assert lookup.found[0].cosine == pytest.approx(1.0)


def test_each_class_has_its_turn():
    classes = np.array([0] * 10 + [3] * 5 + [6])
    assert sorted(classes[choose_asked(classes, 6, 0)].tolist()) == [0, 0, 0, 3, 3, 6]
    assert len(choose_asked(classes, 99, 0)) == 16


def test_a_face_is_told_by_its_strongest_units():
    face = np.array(to_blendshapes(parse_facs("6B+12E+25A+1D")), dtype=np.float32)
    assert tell_face(face) == "lip corner puller 1.0, inner brow raiser 0.8, cheek raiser 0.4"
    assert tell_face(np.zeros(52, dtype=np.float32)) == "at rest"


def test_colours_are_those_of_people_and_else_those_of_the_faces():
    faces = np.stack([show_emotion("joy", "ekman", 1.0), show_emotion("anger", "ekman", 1.0)])
    said = [[], []]
    read = find_emotions(said, faces)
    assert [NAMES[one] for one in read.classes] == ["joy", "anger"]
    said[0].append(EmotionLabel(vocabulary="ekman", label="fear"))
    told = find_emotions(said, faces)
    assert [NAMES[one] for one in told.classes] == ["fear", NO_LABEL]
    assert read.origin != told.origin


def test_a_sentence_has_the_colour_of_the_emotion_with_most_votes():
    said = [
        [
            EmotionLabel(vocabulary="ekman", label="anger", votes=2),
            EmotionLabel(vocabulary="ekman", label="joy", votes=5),
        ],
        [
            EmotionLabel(vocabulary="goemotions", label="gratitude", score=0.9),
            EmotionLabel(vocabulary="ekman", label="anger", score=0.2),
        ],
    ]
    classes = find_emotions(said, np.zeros((2, 52), dtype=np.float32)).classes
    assert [NAMES[one] for one in classes] == ["joy", "joy"]


def test_the_page_has_a_mark_for_each_sentence_and_each_face(show):
    page = show()
    assert len(re.findall("<circle data-record", page)) == RECORDS
    assert len(re.findall("<polygon data-record", page)) == RECORDS
    assert page.count("<article>") == 4
    assert "A &amp; B" in page


def test_the_page_names_no_other_place(show):
    assert not re.search(r"(https?:)?//[a-z]|url\(|@import", show())


def test_what_a_record_says_never_becomes_part_of_the_page(show):
    page = show(lookups=RECORDS)
    assert "<img src=x" not in page
    assert page.count("</script>") == 2
    assert "&lt;/script&gt;&lt;img src=x" in page
    (told,) = re.findall(r'id="records">(.*?)</script>', page)
    assert json.loads(told)[0]["text"] == HOSTILE


def test_drawn_faces_come_from_the_manifest(show, faces):
    page = show(faces=faces)
    assert page.count('<img src="data:image/jpeg;base64,') == page.count("<li") == 12
    assert "<img" not in show()


def test_a_drawn_face_that_cannot_be_read_is_told_by_its_line(show, faces, tmp_path):
    (tmp_path / "face.png").write_bytes(b"no picture")
    with pytest.raises(UsageError, match="--faces cannot be used, at byte 0"):
        show(faces=faces, lookups=RECORDS, found=RECORDS)
    faces.write_text("{\n", "utf-8")
    with pytest.raises(UsageError, match="no valid record at byte 0"):
        show(faces=faces)


def test_manifest_of_faces_is_read_as_every_manifest_is(show, faces):
    faces.write_bytes(b"\xef\xbb\xbf" + faces.read_bytes().replace(b"\n", b"\r\n\r\n")[:-4])

    assert show(faces=faces).count('<img src="data:image/jpeg;base64,') == 12


def test_faces_without_a_picture_are_counted(show, faces):
    said = []
    lines = [json.loads(line) for line in faces.read_text().splitlines()]
    del lines[1]["assets"]
    faces.write_text("".join(f"{json.dumps(line)}\n" for line in lines[:2]))
    page = show(faces=faces, lookups=RECORDS, found=RECORDS, say=said.append)
    shown = page.count("<li") // RECORDS  # every sentence finds all of the different faces

    assert said == [f"{shown - 1} of the {shown} faces shown have no picture in --faces."]
    assert said[0] in page
    assert page.count("<small>no picture</small>") == RECORDS * (shown - 1)


def test_picture_of_an_identical_face_is_shown_and_says_whose_it_is(show, faces):
    said, lines = [], faces.read_text().splitlines(keepends=True)
    faces.write_text(lines[7] + lines[5])
    other = show(faces=faces, weights=[0.25] * 52, say=said.append)
    faces.write_text(lines[7] + lines[0])
    own = show(faces=faces, weights=[0.25] * 52, say=said.append)

    assert other.count("<small>drawn for r7</small>") == other.count("<img") == 4
    assert (own.count("drawn for"), own.count("<img"), said) == (0, 4, [])


def test_a_split_without_records_is_refused(show):
    with pytest.raises(ManifestError, match="no record is in the split: train"):
        show(split=Split.TRAIN)


def test_page_and_picture_are_the_same_each_time(show, tmp_path):
    first = show(), (tmp_path / "plane.png").read_bytes()
    assert (show(), (tmp_path / "plane.png").read_bytes()) == first


def test_the_picture_has_the_colours_of_the_emotions(show, tmp_path):
    show()
    picture = Image.open(io.BytesIO((tmp_path / "plane.png").read_bytes())).convert("RGB")
    colours = {colour for _, colour in picture.getcolors(maxcolors=2**24)}
    assert {(0xE6, 0x9F, 0x00), (0xD5, 0x5E, 0x00)} <= colours


@pytest.mark.slow
def test_a_browser_shows_the_page_and_tells_a_mark_that_is_pointed_at(show, faces, tmp_path):
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    assert browser is not None, "no browser on this machine: make browser"
    point = """
      const mark = document.querySelector('circle[data-record="0"]');
      mark.dispatchEvent(new Event('pointerover', {bubbles: true}));
      const box = document.querySelector('input[value="faces"]');
      box.click();
    """
    page = re.sub(r"<meta http-equiv[^>]*>", "", show(faces=faces))
    path = tmp_path / "page.html"
    path.write_text(page.replace("</body>", f"<script>{point}</script></body>"), "utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]
    command = [browser, *flags, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run([*command, path.as_uri()], capture_output=True, timeout=120, check=True)
    document = done.stdout.decode()

    assert "CONSOLE" not in done.stderr.decode()
    assert "Its face: " in re.search(r'id="told"[^>]*>(.*?)</p>', document, re.DOTALL)[1]
    assert len(re.findall('class="near"', document)) == 2
    assert 'class="faces off"' in document
    assert "<title>A &amp; B</title>" in document
