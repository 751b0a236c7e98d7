"""The rows of OpenFace as records: one a face in a photograph, one a face in a frame."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Dropped, Imported, Row
from affectory_protocol.reasons import DropReason, Reason
from affectory_protocol.records import (
    ActionUnit,
    AnySection,
    Assets,
    Expression,
    Side,
    Source,
    Span,
)

from dataset_io.config import OpenFaceConfig
from dataset_io.delimited import Dialect, read_cells
from dataset_io.formats.openface.header import Header
from dataset_io.formats.openface.media import Media, find_media
from dataset_io.ids import build_id
from dataset_io.lines import Line, read_lines, refuse_utf_16

_DIALECT = Dialect()
_MAX_INTENSITY = 5.0
"""Of a unit as OpenFace writes it."""
_WHOLE = 1.0
"""Intensity of a unit of which OpenFace tells only that it is there (28)."""
_DECIMALS = 6
_STILL, _MOVING = "image", "video"
_TERMS = {"licence", "consent", "citation"}


def read_openface(paths: Sequence[Path], config: OpenFaceConfig) -> Iterator[Row]:
    """Read files of either program; each header is looked at before the first row is read.

    Raises:
        UsageError: a file is no csv of OpenFace with action units, or two have one name.
    """
    refuse_utf_16(paths)
    media = find_media(paths, config)
    headers = [_read_header(path, number) for number, path in enumerate(paths, start=1)]
    builders = [Builder(*both, config) for both in zip(headers, media, strict=True)]
    return _read_files(paths, builders)


def _read_header(path: Path, number: int) -> Header:
    row = next(read_cells(read_lines([path]), _DIALECT), None)
    cells = [] if row is None or isinstance(row.cells, RecordError) else row.cells
    return Header.parse(cells, number)


def _read_files(paths: Sequence[Path], builders: Sequence["Builder"]) -> Iterator[Row]:
    for file, lines in groupby(read_lines(paths), key=attrgetter("file")):
        yield from _read_rows(lines, builders[file])


def _read_rows(lines: Iterator[Line], builder: "Builder") -> Iterator[Row]:
    rows = read_cells(lines, _DIALECT)
    next(rows)  # the header
    return (row.build(builder.build) for row in rows)


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes records of the rows of one file."""

    header: Header
    media: Media
    config: OpenFaceConfig

    def build(self, cells: list[str]) -> Imported | Dropped:
        """Make a record of a row; one without a face, or an unsure one, is dropped.

        Raises:
            RecordError: malformed-row.
        """
        if len(cells) != self.header.size:
            raise RecordError(
                Reason.MALFORMED_ROW, f"a row has {self.header.size} columns: {len(cells)}"
            )
        face = 0 if self.header.face is None else _read_whole(cells[self.header.face])
        key = f"{self.media.name}/{face}"
        sections = [self._build_source(), *self._build_assets()]
        if self.header.frame is not None:
            number, time, success = (cells[place] for place in self.header.frame)
            frame = _read_whole(number)
            key = f"{key}/{frame}"
            sections.append(self._build_span(frame, _read_number(time, math.inf)))
            if not _read_number(success, 1.0):
                return Dropped(self._build_id(key), tuple(sections), DropReason.NO_FACE)
        confidence = _read_number(cells[self.header.confidence], 1.0)
        if confidence < self.config.min_confidence:
            return Dropped(self._build_id(key), tuple(sections), DropReason.LOW_CONFIDENCE)
        expression = Expression(
            of=self._role, confidence=confidence, action_units=self._read_units(cells)
        )
        return Imported(self._build_id(key), (*sections, expression))

    @property
    def _role(self) -> str:
        return self.config.role or (_MOVING if self.header.frame else _STILL)

    def _build_id(self, key: str) -> str:
        return build_id(self.config.dataset, key)

    def _build_source(self) -> AnySection:
        """All faces of one file are one group: neighbouring frames are all but the same."""
        given = self.config.model_dump(include=_TERMS, exclude_none=True)
        groups = {"media": f"{self.config.dataset}:{self.media.name}"}
        return Source(dataset=self.config.dataset, groups=groups, **given)

    def _build_assets(self) -> list[AnySection]:
        return [] if self.media.asset is None else [Assets({self._role: self.media.asset})]

    def _build_span(self, frame: int, time: float) -> Span:
        """Frames count from 1; with --fps their numbers tell the time, else the file does."""
        fps = self.config.fps
        if fps is None:
            return Span(role=self._role, start=time)
        start = round(max(frame - 1, 0) / fps, _DECIMALS)
        return Span(role=self._role, start=start, duration=round(1 / fps, _DECIMALS))

    def _read_units(self, cells: Sequence[str]) -> list[ActionUnit]:
        """The units that are there by OpenFace's judgement, or, without one, by their intensity."""
        header = self.header
        found: list[ActionUnit] = []
        for number in sorted(header.intensities.keys() | header.presences.keys()):
            strength = _WHOLE
            if number in header.intensities:
                measured = _read_number(cells[header.intensities[number]], _MAX_INTENSITY)
                strength = round(measured / _MAX_INTENSITY, _DECIMALS)
            is_there = strength > 0
            if number in header.presences:
                is_there = _read_number(cells[header.presences[number]], 1.0) > 0
            if is_there:
                found.append(ActionUnit(au=number, side=Side.BOTH, intensity=strength))
        return found


def _read_number(cell: str, largest: float) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not (0 <= number <= largest and math.isfinite(number)):
        raise RecordError(Reason.MALFORMED_ROW, "a measure is no number, or outside its range")
    return number


def _read_whole(cell: str) -> int:
    number = _read_number(cell, 2**53)
    if not number.is_integer():
        raise RecordError(Reason.MALFORMED_ROW, "the number of a frame or a face is not whole")
    return int(number)
