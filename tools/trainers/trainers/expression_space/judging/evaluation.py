"""The evaluation of a space as it is written down and shown."""

from collections.abc import Sequence

from affectory_protocol.evaluation import DIGITS, Evaluation, Groups, Metric, render_metrics
from pydantic import Field

from trainers.expression_space.collapse import MAX_COSINE, MIN_RANK
from trainers.expression_space.judging.budget import Training
from trainers.expression_space.judging.figures import Judge, find_collapsed
from trainers.expression_space.judging.predictions import Meaning, Predictions

COMMAND = "trainers expression-space evaluate"
MAIN = ("text-to-face-pool-r1", "face-to-text-pool-r1", "mae-all", "au-f1", "emotion-f1")
"""Figures that are named before the table where a baseline is ahead in them."""
_WIDTH = 24
"""Of the column of names, characters."""


class SpaceEvaluation(Evaluation[Groups]):
    """All figures of one space."""

    annotators: tuple[str, ...] = Field(
        description="What gave the faces that are the targets: those of the scored records."
    )
    any_data: bool = Field(
        description="Whether spaces were judged whatever records they were trained among."
    )
    training: dict[str, Training] = Field(description="By space, what went into it.")
    pool: int = Field(description="Records that a lookup is among, at most.")
    seed: int = Field(description="Of pools and intervals.")
    ceilings: dict[str, float] = Field(
        description="What a perfect lookup would reach: identical faces cannot be told apart."
    )
    collapsed: dict[str, bool] = Field(
        description="By space, whether all lies in one direction: the mean cosine of its texts or "
        f"its faces is above {MAX_COSINE}, or their effective rank below {MIN_RANK}."
    )


def evaluate_predictions(predictions: Predictions) -> SpaceEvaluation:
    """Compute every figure from predictions, and from nothing else."""
    meaning = predictions.meaning
    judge = Judge(predictions)
    metrics = judge.state_metrics()
    return SpaceEvaluation(
        command=COMMAND,
        groups=Groups(
            train=meaning.train,
            validation=meaning.validation,
            test=len(meaning.ids),
            overlap=meaning.overlap,
        ),
        chosen=_tell_chosen(meaning),
        metrics=metrics,
        annotators=meaning.annotators,
        any_data=meaning.any_data,
        training=meaning.training,
        pool=meaning.pool,
        seed=meaning.seed,
        ceilings=judge.find_ceilings(),
        collapsed=find_collapsed(metrics),
    )


def _tell_chosen(meaning: Meaning) -> dict[str, dict[str, float]]:
    """Add the way of looking up, `lookup-WAY`, with what it was chosen for."""
    chosen = {name: dict(choices) for name, choices in meaning.chosen.items()}
    for name, lookup in meaning.lookups.items():
        chosen.setdefault(name, {})[f"lookup-{lookup.way}"] = round(lookup.r1, DIGITS)
    return chosen


def render_evaluation(evaluation: SpaceEvaluation) -> str:
    """Say an evaluation in lines of text: who is ahead of the space, figures, what they are of."""
    groups = evaluation.groups
    fallen = [name for name, is_so in evaluation.collapsed.items() if is_so]
    return "\n".join(
        [
            say_winners(evaluation.metrics),
            render_metrics(evaluation.metrics, width=_WIDTH),
            f"collapsed: {', '.join(fallen) or 'no space'}; at best, with identical faces: "
            + ", ".join(f"{name} {value:.3f}" for name, value in evaluation.ceilings.items()),
            f"{groups.test} test records, of {groups.train} trained on and {groups.validation} "
            f"chosen on; overlap {'not known' if groups.overlap is None else groups.overlap}; "
            f"faces by {', '.join(evaluation.annotators)}",
            *(_say_training(name, one) for name, one in evaluation.training.items()),
        ]
    )


def _say_training(name: str, training: Training) -> str:
    return (
        f"{name}: preset {training.preset}, {training.parameters:,} parameters, {training.steps:,} "
        f"steps of {training.examples:,} examples in {training.epochs} epochs, the best of them "
        f"{training.best_epoch}"
    )


def say_winners(metrics: Sequence[Metric]) -> str:
    """Name the baselines that are ahead of the space: in the main figures, and in how many more."""
    told: list[str] = []
    names = dict.fromkeys(name for metric in metrics for name in metric.winners)
    for name in names:
        ahead = [metric for metric in metrics if name in metric.winners]
        main = [
            f"{metric.name} ({metric.baselines[name]:.3f} against {metric.value:.3f})"
            for metric in ahead
            if metric.name in MAIN
        ]
        more = f"{len(ahead) - len(main)} more" if len(ahead) > len(main) else ""
        told.append(f"{name} in {', '.join(filter(None, [*main, more]))}")
    return f"ahead of the space: {'; '.join(told) or 'no baseline'}"
