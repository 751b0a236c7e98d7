"""From records to a picture and a page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affectory_protocol.errors import UsageError
from affectory_protocol.places import Places
from affectory_protocol.record import Record

from trainers.expression_space.examples import Examples, read_examples
from trainers.expression_space.features import Features
from trainers.expression_space.judging.said import mark_said
from trainers.expression_space.plotting.colours import find_emotions
from trainers.expression_space.plotting.document import Contents, Shown, render_page
from trainers.expression_space.plotting.picture import draw_plane
from trainers.expression_space.plotting.portraits import read_portraits
from trainers.expression_space.plotting.projection import project
from trainers.expression_space.plotting.retrieval import choose_asked, look_up, tell_face
from trainers.expression_space.space import Space
from trainers.expression_space.split import Split
from trainers.further_file import write_file


@dataclass(frozen=True)
class Plan:
    """What is to be shown.

    Attributes:
        split: whose records.
        points: records at most, drawn by the seed.
        lookups: sentences that are looked up.
        found: faces shown for each.
        seed: of the layout and of what is drawn.
        title: heading.
        picture: file for the plane as a PNG; None makes none.
        faces: manifest of drawn faces, where there is one.
    """

    split: Split
    points: int
    lookups: int
    found: int
    seed: int
    title: str
    picture: Path | None
    faces: Path | None


def plot(
    records: Iterable[Record], *, space: Space, features: Features, plan: Plan, places: Places
) -> Iterator[bytes]:
    """Show where sentences and faces lie in a space.

    Args:
        records: that passed `check_example`.
        space: where they are laid.
        features: by the encoder that the space was trained with.
        plan: what is to be shown.
        places: where pictures lie.

    Yields:
        The page.

    Raises:
        UsageError: the split has no records, or a drawn face cannot be read.
    """
    shown = _choose(read_examples(records), plan)
    texts = space.embed_texts(features.encode(shown.texts))
    faces = space.embed_faces(shown.faces)
    emotions = find_emotions(mark_said(shown.emotions), shown.faces)
    plane = project(texts, faces, plan.seed)
    asked = choose_asked(emotions.classes, plan.lookups, plan.seed)
    lookups = look_up(texts, faces, shown.faces, asked, plan.found)
    wanted = {shown.ids[found.record] for one in lookups for found in one.found}
    contents = Contents(
        title=plan.title,
        summary=f"{len(shown)} records of the split {plan.split}; sentences and faces laid out by "
        "one t-SNE.",
        records=_tell(shown),
        places=plane,
        emotions=emotions,
        lookups=lookups,
        portraits={} if plan.faces is None else read_portraits(plan.faces, wanted, places),
    )
    if plan.picture is not None:
        write_file(plan.picture, draw_plane(plane, emotions, plan.title))
    yield render_page(contents)


def _choose(examples: Examples, plan: Plan) -> Examples:
    part = examples.part(plan.split)
    if not len(part):
        raise UsageError(
            f"no record is in the split: {plan.split}",
            hint="Show another with --split, or divide the manifest: manifest split.",
        )
    drawn = np.random.default_rng(plan.seed).permutation(len(part))[: plan.points]
    return part.take(np.sort(drawn))


def _tell(shown: Examples) -> list[Shown]:
    told = map(tell_face, shown.faces)
    return [Shown(*each) for each in zip(shown.ids, shown.texts, told, strict=True)]
