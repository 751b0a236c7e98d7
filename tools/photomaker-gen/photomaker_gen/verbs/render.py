"""The verb `render`."""

from functools import partial

from affectory_protocol.command import Kind, Run
from affectory_protocol.records import Assets, Faces, Generation, Source, Tracks

from photomaker_gen.config import DEFAULT_SIZE, RenderConfig
from photomaker_gen.run import load_backend
from photomaker_gen.tool import SKETCH, Size, find_references, read_asset, tool


@tool.verb(
    kind=Kind.DERIVE,
    behaviour=2,
    needs=(Tracks, Assets),
    reads=(Source,),
    writes=(Assets, Generation),
    backends=(SKETCH,),
    seeded=True,
    references=(Assets, Faces, Source),
    batch_size=1,
)
def render(run: Run, size: Size = DEFAULT_SIZE) -> None:
    """Draw every frame of each record's moving face, on the face of one adult.

    Example: photomaker-gen render --backend sketch --root assets=moving.jsonl.assets
    -i moving.jsonl -o films.jsonl
    """
    config = RenderConfig(size=size)
    from photomaker_gen.film import FilmTask, render_films  # brings numpy

    backend, references = load_backend(run.backend), find_references(run)
    task = FilmTask(backend, config, run.seed, partial(read_asset, run), references)
    run.derive(partial(render_films, task=task))
