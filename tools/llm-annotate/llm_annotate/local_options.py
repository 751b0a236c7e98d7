"""Options of the backend that runs a language model on this machine."""

from typing import Annotated

import typer
from affectory_protocol.command import Execution, OnlyFor

from llm_annotate.local_config import Quantisation

LOADED = OnlyFor("transformers")

LOCAL = "Model on this machine"
"""Panel of --help that these options stand in."""

Quantised = Annotated[
    Quantisation,
    typer.Option(
        "--quantisation",
        help="Keep the weights in 4 bits (NF4): a quarter of the memory of bfloat16. On a GPU.",
        rich_help_panel=LOCAL,
    ),
    LOADED,
]
MaxSequences = Annotated[
    int,
    typer.Option(
        "--max-sequences",
        help="Answers written at once; halved when memory runs out.",
        min=1,
        envvar="AFFECTORY_MAX_SEQUENCES",
        show_envvar=False,
        rich_help_panel=LOCAL,
    ),
    Execution,
    LOADED,
]
Continuous = Annotated[
    bool,
    typer.Option(
        "--continuous-batching/--no-continuous-batching",
        help="Begin the next answer as soon as one is finished, not when all of a batch are.",
        envvar="AFFECTORY_CONTINUOUS_BATCHING",
        show_envvar=False,
        rich_help_panel=LOCAL,
    ),
    Execution,
    LOADED,
]
