"""Figures of a space: all from the predictions file, beside baselines."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.records import Labels
from trainers.backends.hashed import HashedEncoder
from trainers.cli import tool
from trainers.expression_space.examples import read_examples
from trainers.expression_space.features import Features
from trainers.expression_space.judging.budget import describe_training
from trainers.expression_space.judging.evaluation import (
    evaluate_predictions,
    render_evaluation,
    say_winners,
)
from trainers.expression_space.judging.lookups import Lookup, Way
from trainers.expression_space.judging.predicting import Manner
from trainers.expression_space.judging.predictions import (
    DECODED,
    THIS,
    Answer,
    Meaning,
    Predictions,
    parse_predictions,
    write_predictions,
)
from trainers.expression_space.judging.ranks import score_cosine
from trainers.expression_space.judging.read_back import CLASSES
from trainers.expression_space.judging.run import Spaces, evaluate
from trainers.expression_space.judging.said import mark_said
from trainers.expression_space.recipe import Preset
from trainers.expression_space.space import Space
from trainers.expression_space.training import describe_data

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


@pytest.mark.parametrize(("verb", "expected"), [("evaluate", "tolerance"), ("embed", "bytes")])
def test_figures_promise_a_tolerance_where_vectors_promise_bytes(verb, expected):
    declared, _ = tool.verbs[f"expression-space {verb}"]
    (hashed,) = (one for one in declared.backends if one.name == "hashed")
    assert hashed.determinism == expected


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
    assert values["mae-all"] == sorted([*BASELINES, "original"])
    assert values["text-to-face-pool-r1"] == sorted([*BASELINES, "original", DECODED])
    assert values["text-cosine"] == ["original"]
    told = {*BASELINES, "original", "annotator", "majority"} - {"prototype"}
    assert values["emotion-f1"] == sorted(told)


def test_what_was_chosen_on_validation_records_is_written_down(judged):
    evaluation, content, _ = judged
    chosen = evaluation["chosen"]
    assert chosen.keys() == {*BASELINES, DECODED}
    ways = {
        name: [key for key in one if key in {f"lookup-{way}" for way in Way}]
        for name, one in chosen.items()
    }
    lookups = parse_predictions(content).meaning.lookups
    assert ways == {name: [f"lookup-{lookups[name].way}"] for name in chosen}
    assert {"strength", "lookup-strength"} <= chosen["ridge"].keys()
    assert "intensity" in chosen["prototype"]


def test_what_went_into_each_space_is_written_down(judged):
    evaluation, _, said = judged
    assert evaluation["training"].keys() == {"this", "original"}
    assert evaluation["training"]["this"] == {
        "preset": "compact",
        "parameters": 1_209_652,
        "epochs": 1,
        "best_epoch": 1,
        "steps": 1,
        "examples": 1,
    }
    assert "this: preset compact, 1,209,652 parameters, 1 steps of 1 examples" in said


def test_the_annotator_is_named_and_the_sides_are_counted(judged):
    evaluation, _, said = judged
    assert evaluation["annotators"] == ["elsewhere guess"]
    assert evaluation["groups"] == {"train": 30, "validation": 10, "test": 20, "overlap": None}
    assert "faces by elsewhere guess" in said


def test_a_step_is_a_batch_and_the_last_of_an_epoch_may_be_short(spaces):
    config = spaces.this.config
    learned = config.model_copy(
        update={
            "data": config.data.model_copy(update={"train": 130}),
            "recipe": config.recipe.change(batch_size=64),
            "curve": config.curve * 4,
            "best_epoch": 3,
        }
    )
    told = describe_training(learned)
    assert (told.epochs, told.best_epoch, told.steps, told.examples) == (4, 3, 12, 520)


def test_only_those_who_made_scored_faces_are_named(spaces, record, tmp_path, monkeypatch):
    names = iter(f"annotator {number}" for number in range(99))
    monkeypatch.setattr("trainers.expression_space.examples.name_annotator", lambda _: next(names))
    evaluation, _, _ = run(record, spaces, tmp_path, number=12)
    scored = [n for n in range(12) if SIDES[n % len(SIDES)] == "test"]
    assert len(scored) == 4
    assert evaluation["annotators"] == sorted(f"annotator {number}" for number in scored)


def test_overlap_is_known_only_of_the_records_that_the_space_was_trained_among(
    spaces, record, tmp_path
):
    examples = read_examples(record(n, SIDES[n % len(SIDES)]) for n in range(60))
    config = spaces.this.config.model_copy(update={"data": describe_data(examples)})
    known = Spaces(Space(config, spaces.this.tensors, spaces.this.name))
    evaluation, content, said = run(record, known, tmp_path, any_data=False)
    assert (evaluation["any_data"], evaluation["groups"]["overlap"]) == (False, 0)
    assert parse_predictions(content).meaning.overlap == 0
    assert "overlap 0" in said
    evaluation, content, said = run(record, known, tmp_path, any_data=True)
    assert (evaluation["any_data"], evaluation["groups"]["overlap"]) == (True, None)
    assert parse_predictions(content).meaning.overlap is None
    assert "overlap not known" in said


def test_the_most_frequent_class_is_that_of_training_records(judged, record):
    _, content, _ = judged
    said = [record(n, "train")[Labels].find_said() for n in range(60) if n % len(SIDES) < 3]
    counts = mark_said(said).sum(axis=0)
    assert parse_predictions(content).meaning.majority == CLASSES[counts.argmax()]


def test_the_majority_that_is_judged_has_not_seen_the_test():
    given = perfect()
    said = np.zeros((40, 7), dtype=np.bool_)
    said[:, CLASSES.index("joy")] = True
    for majority, expected in (("fear", 0.0), ("joy", 1.0)):
        meaning = given.meaning.model_copy(update={"majority": majority})
        evaluation = evaluate_predictions(replace(given, meaning=meaning, said=said))
        (emotion,) = (one for one in evaluation.metrics if one.name == "emotion-f1")
        assert emotion.baselines["majority"] == expected


def test_a_figure_with_nothing_to_find_is_left_out():
    given = perfect()
    rest = np.zeros_like(given.target)
    answers = {**given.answers, THIS: replace(given.answers[THIS], faces=rest)}
    evaluation = evaluate_predictions(replace(given, target=rest, answers=answers))
    assert "au-f1" not in {metric.name for metric in evaluation.metrics}


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
    with pytest.raises(ManifestError, match="no record is in the split: validation"):
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
        any_data=False,
        overlap=0,
        training={},
        chosen={},
        lookups={name: Lookup(way=Way.DISTANCE, r1=0.0) for name in ("mean", "ridge")},
        majority=None,
    )
    said = np.zeros((n, 7), dtype=np.bool_)
    answers = {THIS: Answer(faces, latents, latents), "mean": constant}
    return Predictions(meaning, faces, faces.mean(axis=0), np.arange(n), said, answers)


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
    worse = replace(given, answers={**swapped, "ridge": Answer(given.target)})
    evaluation = evaluate_predictions(worse)
    first = render_evaluation(evaluation).splitlines()[0]
    assert first == say_winners(evaluation.metrics)
    assert first.startswith("ahead of the space: ridge in mae-all (0.000 against 0.")


def test_a_baseline_may_look_up_by_another_face_than_it_is_asked_for():
    given = perfect()
    ridge = Answer(given.answers["mean"].faces, looked_up=given.target)
    told = replace(given, answers={**given.answers, "ridge": ridge})
    values = {
        one.name: one.baselines["ridge"]
        for one in evaluate_predictions(parse_predictions(write_predictions(told))).metrics
        if "ridge" in one.baselines
    }
    assert values["text-to-face-pool-r1"] == values["face-to-text-pool-r1"] == 1.0
    assert values["mae-all"] > 0.2


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
    shorter = replace(given, target=given.target[:-1])
    with pytest.raises(UsageError, match="holds no predictions"):
        parse_predictions(write_predictions(shorter))


def test_a_file_that_does_not_say_how_a_method_looks_up_is_refused():
    given = perfect()
    silent = replace(given, meaning=given.meaning.model_copy(update={"lookups": {}}))
    with pytest.raises(UsageError, match="holds no predictions"):
        parse_predictions(write_predictions(silent))


def test_predictions_hold_no_text(judged):
    _, content, _ = judged
    assert b"r4" in content
    assert b"furious" not in content
