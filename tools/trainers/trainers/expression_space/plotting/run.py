"""From records to a picture and a page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affectory_protocol.errors import ManifestError
from affectory_protocol.places import Places
from affectory_protocol.record import Record

from trainers.expression_space.examples import Examples, read_examples
from trainers.expression_space.features import Features
from trainers.expression_space.judging.ranks import find_identical
from trainers.expression_space.plotting.colours import find_emotions
from trainers.expression_space.plotting.document import Contents, Shown, render_page
from trainers.expression_space.plotting.picture import draw_plane
from trainers.expression_space.plotting.portraits import Portrait, read_portraits
from trainers.expression_space.plotting.projection import project
from trainers.expression_space.plotting.retrieval import Lookup, choose_asked, look_up, tell_face
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
    records: Iterable[Record],
    *,
    space: Space,
    features: Features,
    plan: Plan,
    places: Places,
    say: Callable[[str], None],
) -> Iterator[bytes]:
    """Show where sentences and faces lie in a space.

    Args:
        records: that passed `check_example`.
        space: where they are laid.
        features: by the encoder that the space was trained with.
        plan: what is to be shown.
        places: where pictures lie.
        say: is told how many faces have no picture.

    Yields:
        The page.

    Raises:
        ManifestError: the split has no records.
        UsageError: a drawn face cannot be read.
    """
    examples = read_examples(records)
    shown = _choose(examples, plan)
    texts = space.embed_texts(features.encode(shown.texts))
    faces = space.embed_faces(shown.faces)
    emotions = find_emotions(shown.emotions, shown.faces)
    plane = project(texts, faces, plan.seed)
    asked = choose_asked(emotions.classes, plan.lookups, plan.seed)
    lookups = look_up(texts, faces, shown.faces, asked, plan.found)
    contents = Contents(
        title=plan.title,
        summary=f"{len(shown)} records of the split {plan.split}; sentences and faces laid out by "
        "one t-SNE.",
        records=_tell(shown),
        places=plane,
        emotions=emotions,
        lookups=lookups,
        portraits=_find_portraits(examples, shown, lookups, plan, places),
    )
    if contents.pictures:
        say(contents.pictures)
    if plan.picture is not None:
        write_file(plan.picture, draw_plane(plane, emotions, plan.title))
    yield render_page(contents)


def _choose(examples: Examples, plan: Plan) -> Examples:
    part = examples.part(plan.split)
    if not len(part):
        raise ManifestError(
            f"no record is in the split: {plan.split}",
            hint="Show another with --split, or divide the manifest: manifest split.",
        )
    drawn = np.random.default_rng(plan.seed).permutation(len(part))[: plan.points]
    return part.take(np.sort(drawn))


def _find_portraits(
    examples: Examples, shown: Examples, lookups: Sequence[Lookup], plan: Plan, places: Places
) -> dict[str, Portrait] | None:
    """The pictures of the faces that sentences find; of any record that has the identical face."""
    if plan.faces is None:
        return None
    found = {shown.ids[found.record] for one in lookups for found in one.found}
    numbers = find_identical(examples.faces).tolist()
    shows = {n: one for n, one in zip(numbers, examples.ids, strict=True) if one in found}
    owners = zip(numbers, examples.ids, strict=True)
    return read_portraits(plan.faces, {one: shows[n] for n, one in owners if n in shows}, places)


def _tell(shown: Examples) -> list[Shown]:
    told = map(tell_face, shown.faces)
    return [Shown(*each) for each in zip(shown.ids, shown.texts, told, strict=True)]
