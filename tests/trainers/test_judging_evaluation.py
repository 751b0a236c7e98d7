"""Figures of a space: all from the predictions file, beside baselines."""

import json
from functools import partial

import numpy as np
import pytest
from affectory_protocol.errors import ManifestError, UsageError
from trainers.backends.hashed import HashedEncoder
from trainers.expression_space.features import Features
from trainers.expression_space.judging.evaluation import (
    evaluate_predictions,
    render_evaluation,
    say_winners,
)
from trainers.expression_space.judging.predicting import Manner
from trainers.expression_space.judging.predictions import (
    THIS,
    Answer,
    Meaning,
    Predictions,
    parse_predictions,
    write_predictions,
)
from trainers.expression_space.judging.ranks import score_cosine
from trainers.expression_space.judging.run import Spaces, evaluate
from trainers.expression_space.recipe import Preset
from trainers.expression_space.space import Space

SIDES = ("train", "train", "train", "validation", "test", "test")
BASELINES = ["mean", "median", "nearest", "prototype", "ridge"]


@pytest.fixture(scope="module")
def spaces(tmp_path_factory, random_space):
    folder = tmp_path_factory.mktemp("spaces")
    (folder / "this").write_bytes(random_space())
    (folder / "original").write_bytes(random_space(Preset.ORIGINAL, seed=4, dimension=16))
    return Spaces(Space.load(folder / "this"), Space.load(folder / "original"))


def run(record, spaces, folder, *more, number=60, any_data=True):
    """Judge the random spaces on records: evaluation, predictions file, what was said."""
    records = [record(n, SIDES[n % len(SIDES)]) for n in range(number)]
    said = []
    (content,) = evaluate(
        [*records, *more],
        spaces=spaces,
        features=Features(HashedEncoder()),
        manner=Manner(pool=8, seed=5, any_data=any_data),
        predictions=folder / "predictions",
        say=said.append,
    )
    return json.loads(content), (folder / "predictions").read_bytes(), said[0]


@pytest.fixture
def judge(record, spaces, tmp_path):
    """Judges them anew."""
    return partial(run, record, spaces, tmp_path)


@pytest.fixture(scope="module")
def judged(record, spaces, tmp_path_factory):
    """One evaluation for those who only look at it."""
    return run(record, spaces, tmp_path_factory.mktemp("judged"))


def test_every_figure_follows_from_the_predictions_file_alone(judged):
    evaluation, content, _ = judged
    again = evaluate_predictions(parse_predictions(content))
    assert json.loads(again.model_dump_json()) == evaluation


def test_figures_are_those_that_numpy_computes_from_the_file(judged):
    evaluation, content, _ = judged
    given = parse_predictions(content)
    values = {metric["name"]: metric for metric in evaluation["metrics"]}
    errors = {name: np.abs(one.faces - given.target).mean() for name, one in given.answers.items()}
    assert values["mae-all"]["value"] == pytest.approx(errors.pop(THIS), abs=1e-4)
    assert values["mae-all"]["baselines"] == pytest.approx(errors, abs=1e-4)
    this = given.answers[THIS]
    cosines = this.text_latents @ this.face_latents.T
    assert cosines == pytest.approx(
        score_cosine(this.text_latents, this.face_latents)(np.arange(20), np.arange(20)), abs=1e-6
    )
    # no two faces of these records are the same within four numbers that follow one another
    same = (given.target[:, None] == given.target[None]).all(axis=2)
    better = (cosines > np.diag(cosines)[:, None] + 1e-7).sum(axis=1)
    places = better + (same.sum(axis=1) + 1) / 2
    assert values["text-to-face-all-r5"]["value"] == pytest.approx((places <= 5).mean(), abs=1e-4)


def test_all_baselines_stand_beside_the_space(judged):
    evaluation, _, _ = judged
    values = {metric["name"]: sorted(metric["baselines"]) for metric in evaluation["metrics"]}
    assert values["mae-all"] == values["text-to-face-pool-r1"] == sorted([*BASELINES, "original"])
    assert values["text-cosine"] == ["original"]
    told = {*BASELINES, "original", "annotator", "majority"} - {"prototype"}
    assert values["emotion-f1"] == sorted(told)
    assert evaluation["chosen"].keys() == {"prototype", "ridge"}


def test_the_annotator_is_named_and_the_sides_are_counted(judged):
    evaluation, _, said = judged
    assert evaluation["annotators"] == ["elsewhere guess"]
    assert evaluation["groups"] == {"train": 30, "validation": 10, "test": 20, "overlap": 0}
    assert "faces by elsewhere guess" in said


def test_bounded_outputs_are_never_outside_and_those_of_the_original_are(judged):
    evaluation, _, _ = judged
    (outside,) = (metric for metric in evaluation["metrics"] if metric["name"] == "outside")
    assert outside["value"] == 0.0
    assert outside["baselines"]["original"] > 0.0


def test_an_interval_holds_its_value(judged):
    evaluation, _, _ = judged
    loose = [m for m in evaluation["metrics"] if not m["ci95"][0] <= m["value"] <= m["ci95"][1]]
    assert loose == []
    assert {m["n"] for m in evaluation["metrics"] if m["name"].startswith("mae")} == {20}


def test_two_runs_give_the_same_bytes(judge, judged):
    assert judge() == judged


@pytest.mark.parametrize(
    "planted",
    [{"groups": {"speaker": "s4"}}, {"text": "  NOBODY told me, and I am furious about it!   1"}],
    ids=["group", "text"],
)
def test_a_planted_leak_fails_the_run_and_names_records(judge, record, planted):
    planted = {"groups": {"speaker": "own"}, **planted}
    with pytest.raises(ManifestError, match="more than one split") as caught:
        judge(record(900, "test" if "text" in planted else "train", **planted), number=14)
    assert "r900" in caught.value.message
    assert "furious" not in f"{caught.value.message}{caught.value.hint}"


def test_a_space_that_was_trained_among_other_records_is_not_judged_unasked(judge):
    with pytest.raises(ManifestError, match="trained among other records"):
        judge(any_data=False)


def test_a_side_without_records_is_refused(judge):
    with pytest.raises(UsageError, match="no record is in the split: validation"):
        judge(number=3)


def test_spaces_that_were_trained_on_other_records_are_not_compared(spaces):
    data = spaces.original.config.data.model_copy(update={"digest": "1" * 16})
    config = spaces.original.config.model_copy(update={"data": data})
    other = Space(config, spaces.original.tensors, spaces.original.name)
    with pytest.raises(UsageError, match="different records"):
        Spaces(spaces.this, other).check()
    with pytest.raises(UsageError, match="another preset"):
        Spaces(spaces.this, spaces.this).check()


def perfect(n=40, *, collapsed=False):
    """Predictions of a space that knows every face."""
    random = np.random.default_rng(0)
    faces = random.random((n, 52)).astype(np.float32)
    latents = random.normal(size=(n, 16)) * (0.01 if collapsed else 1.0) + 5.0 * collapsed
    latents = (latents / np.linalg.norm(latents, axis=1, keepdims=True)).astype(np.float32)
    constant = Answer(np.repeat(faces.mean(axis=0)[None], n, axis=0))
    meaning = Meaning(
        ids=tuple(f"r{i}" for i in range(n)),
        annotators=("people",),
        pool=8,
        seed=0,
        train=1,
        validation=1,
        chosen={},
    )
    said = np.zeros((n, 7), dtype=np.bool_)
    answers = {THIS: Answer(faces, latents, latents), "mean": constant}
    return Predictions(meaning, faces, np.arange(n), said, answers)


def test_who_knows_every_face_has_every_figure():
    evaluation = evaluate_predictions(perfect())
    values = {metric.name: metric.value for metric in evaluation.metrics}
    assert {v for name, v in values.items() if "-to-" in name} == {1.0}
    assert {v for name, v in values.items() if name.startswith("mae")} == {0.0}
    assert values["au-f1"] == 1.0
    assert "emotion-f1" not in values
    assert set(evaluation.ceilings.values()) == {1.0}
    assert render_evaluation(evaluation).startswith("ahead of the space: no baseline\n")


def test_a_baseline_that_wins_stands_in_the_first_line():
    given = perfect()
    swapped = {THIS: Answer(given.answers["mean"].faces, *[given.answers[THIS].text_latents] * 2)}
    worse = Predictions(
        given.meaning,
        given.target,
        given.group,
        given.said,
        {**swapped, "ridge": Answer(given.target)},
    )
    evaluation = evaluate_predictions(worse)
    first = render_evaluation(evaluation).splitlines()[0]
    assert first == say_winners(evaluation.metrics)
    assert first.startswith("ahead of the space: ridge in mae-all (0.000 against 0.")


def test_a_collapsed_space_is_told_from_one_that_is_not():
    assert evaluate_predictions(perfect()).collapsed == {THIS: False}
    collapsed = evaluate_predictions(perfect(collapsed=True))
    assert collapsed.collapsed == {THIS: True}
    assert "collapsed: this" in render_evaluation(collapsed)


def test_predictions_come_back_from_their_file():
    given = perfect()
    read = parse_predictions(write_predictions(given))
    assert read.meaning == given.meaning
    assert read.target.tolist() == given.target.tolist()
    assert list(read.answers) == [THIS, "mean"]
    assert read.answers["mean"].text_latents is None


@pytest.mark.parametrize(
    "content", [b"", b"no file of ours", bytes(100), b"\x08" + bytes(7) + b"{}      "]
)
def test_a_file_that_holds_no_predictions_is_refused(content):
    with pytest.raises(UsageError, match="holds no predictions"):
        parse_predictions(content)


def test_a_file_of_another_number_of_records_is_refused():
    given = perfect()
    shorter = Predictions(given.meaning, given.target[:-1], given.group, given.said, given.answers)
    with pytest.raises(UsageError, match="holds no predictions"):
        parse_predictions(write_predictions(shorter))


def test_predictions_hold_no_text(judged):
    _, content, _ = judged
    assert b"r4" in content
    assert b"furious" not in content
