"""What faces made of action units must hold, still and in motion.

Items 5 to 7 that were set for the pipeline of facial expressions, and of item 14 what it says of
key frames, by their numbers.
"""

import json
from itertools import pairwise, permutations

import numpy as np
import pytest
from affectory_protocol.facs import parse_facs, to_action_units, to_blendshapes
from affectory_protocol.records import ActionUnit, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, convert
from commands import Command, Zygote

DATASET_IO = Command("dataset-io", "dataset_io", "dataset_io.cli")
LLM_ANNOTATE = Command("llm-annotate", "llm_annotate", "llm_annotate.cli")
PHOTOMAKER_GEN = Command("photomaker-gen", "photomaker_gen", "photomaker_gen.cli")
ARKIT = LAYOUTS["arkit-52"]
LETTERS = {"A": 0.2, "B": 0.4, "C": 0.6, "D": 0.8, "E": 1.0}
PROTOTYPES = {
    "happiness": "6+12",
    "sadness": "1+4+15",
    "surprise": "1+2+5B+26",
    "fear": "1+2+4+5+7+20+26",
    "anger": "4+5+7+23",
    "disgust": "9+15+16",
}
SHAPES = {
    1: "browInnerUp",
    2: "browOuterUp",
    4: "browDown",
    5: "eyeWide",
    6: "cheekSquint",
    7: "eyeSquint",
    9: "noseSneer",
    12: "mouthSmile",
    14: "mouthDimple",
    15: "mouthFrown",
    16: "mouthLowerDown",
    17: "mouthShrugLower",
    18: "mouthPucker",
    20: "mouthStretch",
    22: "mouthFunnel",
    23: "mouthPress",
    26: "jawOpen",
    34: "cheekPuff",
    43: "eyeBlink",
}
"""Units with a shape of their own, or a pair of them; typed from the published table."""


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    tools = (DATASET_IO, LLM_ANNOTATE, PHOTOMAKER_GEN)
    made = Zygote(tmp_path_factory.mktemp("z"), [*(tool.cli for tool in tools), "numpy"])
    yield made
    made.close()


@pytest.fixture
def run(zygote, tmp_path):
    """Runs a command in the folder to its good end."""

    def run(command, *words):
        return zygote.start(command, *map(str, words), folder=tmp_path).wait().ok()

    return run


def _read(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _shown(code):
    """The shapes that are not 0, with their weights."""
    weights = zip(ARKIT, to_blendshapes(parse_facs(code)), strict=True)
    return {name: weight for name, weight in weights if weight}


def _own(au):
    return {name for name in ARKIT if name.removesuffix("Left").removesuffix("Right") == SHAPES[au]}


# --- 5: action units to blendshapes -------------------------------------------------------------


def test_5_full_lip_corner_puller_is_both_smiles_at_1_and_nothing_else():
    assert _shown("12E") == {"mouthSmileLeft": 1, "mouthSmileRight": 1}
    assert to_blendshapes(parse_facs("12E")) == to_blendshapes(parse_facs("12E"))


@pytest.mark.parametrize("letter", LETTERS)
def test_5_intensities_are_honoured(letter):
    assert set(_shown(f"12{letter}").values()) == {LETTERS[letter]}


def test_5_all_units_at_once_stay_within_0_and_1():
    units = "+".join(f"{au}E" for au in SHAPES)
    assert all(0 <= weight <= 1 for weight in to_blendshapes(parse_facs(units)))


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize("au", [2, 4, 6, 7, 9, 12, 14, 15, 20])
def test_5_one_sided_units_touch_one_side_only(au, side):
    end = {"L": "Left", "R": "Right"}[side]
    assert set(_shown(f"{side}{au}")) == {f"{SHAPES[au]}{end}"}


def test_5_unknown_unit_is_a_reject_that_names_its_row(run, tmp_path):
    rows = ["It works.,joy,lip corner puller,A smile.", "It broke.,anger,brow wiggler,A frown."]
    header = "Sentence,Emotions,Action Units,Description"
    (tmp_path / "told.csv").write_text("\n".join([header, *rows, ""]), "utf-8")
    words = ["import", "table", "told.csv", "--known", "animation", "-o", "told.jsonl"]
    run(DATASET_IO, *words, "--max-rejects", "1")
    (reject,) = _read(tmp_path / "told.jsonl.rejects.jsonl")

    assert len(_read(tmp_path / "told.jsonl")) == 1
    assert reject["reason"] == "unknown-label"
    assert reject["offset"] == len(f"{header}\n{rows[0]}\n")
    assert reject["line"] == rows[1]


# --- 6: prototypes and the way back -------------------------------------------------------------


@pytest.mark.parametrize("code", PROTOTYPES.values(), ids=PROTOTYPES)
def test_6_prototypes_activate_exactly_the_shapes_of_their_units(code):
    units = [int(part.rstrip("ABCDE")) for part in code.split("+")]
    assert set(_shown(code)) == set().union(*map(_own, units))


@pytest.mark.parametrize("au", SHAPES)
def test_6_units_with_a_shape_of_their_own_are_read_back(au):
    units = [ActionUnit(au=au, side=Side.BOTH, intensity=1.0)]
    assert au in ACTION_UNITS
    assert to_action_units(to_blendshapes(units)) == units


# --- 7: the four layouts ------------------------------------------------------------------------


def _named(layout):
    """A different weight for each name, the same in every layout."""
    every = sorted(set().union(*LAYOUTS.values()))
    return [(every.index(name) + 1) / 128 for name in LAYOUTS[layout]]


@pytest.mark.parametrize(("source", "target"), [*permutations(LAYOUTS, 2)])
def test_7_layouts_convert_by_name_without_loss_of_what_they_share(source, target):
    found = dict(zip(LAYOUTS[target], convert(_named(source), source, target), strict=True))
    expected = dict(zip(LAYOUTS[target], _named(target), strict=True))
    shared = set(LAYOUTS[source]) & set(LAYOUTS[target])

    assert {name: found[name] for name in shared} == {name: expected[name] for name in shared}
    assert {value for name, value in found.items() if name not in shared} <= {0}
    assert len(shared) >= 51


@pytest.mark.parametrize("source", LAYOUTS)
def test_7_jaw_and_mouth_to_the_left_and_right_are_not_swapped(source):
    """By position, as those files have it that are not ours to define."""
    packet = convert(_named(source), source, "livelink-61")
    recording = convert(_named(source), source, "livelink-csv-61")
    by_name = dict(zip(LAYOUTS[source], _named(source), strict=True))

    for left, right, first in (("jawLeft", "jawRight", 15), ("mouthLeft", "mouthRight", 21)):
        assert packet[first : first + 2] == [by_name[left], by_name[right]]
        assert recording[first : first + 2] == [by_name[right], by_name[left]]


@pytest.mark.parametrize("target", ["arkit-52", "livelink-61", "livelink-csv-61"])
def test_7_tongue_is_0_where_it_is_absent(target):
    found = convert([1.0] * 51, "mediapipe-51", target)
    assert found[LAYOUTS[target].index("tongueOut")] == 0


# --- 14: key frames -----------------------------------------------------------------------------


SENTENCES = ["I am so happy that you came!", "How disgusting!", "The train leaves at nine."]


@pytest.fixture
def faces(run, tmp_path):
    """Expressions of sentences, and one of a face that does all it can."""
    (tmp_path / "told.txt").write_text("\n".join(SENTENCES) + "\n", "utf-8")
    run(DATASET_IO, "import", "text", "told.txt", "-o", "told.jsonl")
    run(LLM_ANNOTATE, "expression", "--backend", "lexicon", "-i", "told.jsonl", "-o", "faces.jsonl")
    full = {"blendshapes": {"layout": "arkit-52", "weights": [1.0] * len(ARKIT)}}
    with (tmp_path / "faces.jsonl").open("a") as file:
        file.write(json.dumps({"id": "full", "expression": full}) + "\n")
    return tmp_path / "faces.jsonl"


@pytest.fixture(params=[["--onset", "0.3125", "--hold", "0", "--offset", "0.3125"], []])
def animate(run, faces, request):
    """Lets the faces move, as fast as they may and as they do by default; gives (record, array)."""

    def animate(fps):
        folder = faces.parent
        words = ["--fps", fps, *request.param, "-i", faces, "-o", "moving.jsonl"]
        run(PHOTOMAKER_GEN, "animate", *words, "--assets", "assets")
        for record in _read(folder / "moving.jsonl"):
            uri = record["assets"][record["tracks"]["face"]["role"]]["uri"]
            yield record, np.load(folder / uri.replace("assets:", "assets/"))

    return animate


@pytest.mark.parametrize("fps", [30, 60])
def test_14_track_of_a_static_pose_is_smooth(animate, fps):
    most = 0
    for _, series in animate(fps):
        steps = np.diff(series, axis=0, prepend=series[:1], append=series[-1:])
        assert (np.abs(steps) <= 0.2 * 30 / fps + 1e-6).all()
        assert (np.abs(np.diff(steps, axis=0)) <= 0.07 * (30 / fps) ** 2).all()  # no jolt either
        most = max(most, steps.max())
    assert most > 0


def test_14_track_has_an_onset_an_apex_and_an_offset(animate):
    moved = 0
    for record, series in animate(240):
        track = record["tracks"]["face"]
        names = [key["name"] for key in track["key_frames"]]
        assert names == ["onset", "apex", "offset", "neutral"]
        onset, apex, offset, end = (round(key["time"] * 240) for key in track["key_frames"])
        pose = record["expression"]["blendshapes"]["weights"]
        assert series[onset:apex].any(axis=1).sum() == (apex - 1 if any(pose) else 0)
        assert series[apex] == pytest.approx(pose, abs=1e-6)
        assert series[offset] == pytest.approx(pose, abs=1e-6)
        assert not series[0].any()
        assert not series[-1].any()
        assert len(series) == track["frames"] == end + 1
        rising, falling = series[onset : apex + 1], series[offset : end + 1]
        assert all((later >= earlier).all() for earlier, later in pairwise(rising))
        assert all((later <= earlier).all() for earlier, later in pairwise(falling))
        moved += any(pose)
    assert moved >= 3
