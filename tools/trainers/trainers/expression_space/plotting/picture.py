"""The plane as a PNG."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from trainers.expression_space.plotting.colours import COLOURS, NAMES, Emotions

SIZE = (9.0, 7.5)
"""Inches, at 150 dots each: 1350 x 1125 pixels."""
_FOLDER = "MPLCONFIGDIR"
"""The environment variable that matplotlib reads."""
_DOTS = 150
_AREA = 14.0
"""Of a mark, square points."""


def draw_plane(places: NDArray[np.float64], emotions: Emotions, title: str) -> bytes:
    """Draw sentences as circles and faces as triangles, coloured by emotion.

    Args:
        places: (2 n, 2) of `project`.
        emotions: of the n records.
        title: above the picture.

    Returns:
        A PNG; the same input gives the same bytes.
    """
    with _no_home():
        return _draw(places, emotions, title)


@contextmanager
def _no_home() -> Iterator[None]:
    """Give matplotlib a folder for its list of fonts, unless the user has: not one at home."""
    with tempfile.TemporaryDirectory(prefix="matplotlib-") as folder:
        os.environ.setdefault(_FOLDER, folder)
        try:
            yield
        finally:
            if os.environ[_FOLDER] == folder:
                del os.environ[_FOLDER]


def _draw(places: NDArray[np.float64], emotions: Emotions, title: str) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=_DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    n = len(emotions.classes)
    sides = (("o", "sentence", places[:n]), ("^", "face", places[n:]))
    for number, name in enumerate(NAMES):
        rows = emotions.classes == number
        for marker, kind, side in sides if rows.any() else ():
            label = f"{name}, {kind}"
            x, y = side[rows].T
            colour = COLOURS[name]
            axes.scatter(x, y, s=_AREA, c=colour, marker=marker, label=label, linewidths=0)
    axes.set(title=title, xticks=[], yticks=[])
    axes.legend(title=emotions.origin, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()
