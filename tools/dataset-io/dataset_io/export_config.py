"""What each verb of `export` can be told."""

from typing import Annotated

from affectory_protocol.choices import Choices
from affectory_protocol.errors import UsageError
from affectory_protocol.records.assets import Role
from affectory_protocol.records.tracks import Name
from pydantic import Field, model_validator

from dataset_io.exports.columns import parse_column


class CsvConfig(Choices):
    """How a table is written."""

    columns: str | None = Field(
        default=None, description="Names of columns, a comma between them; None: all there are."
    )
    escape_formulas: bool = Field(
        default=False, description="Whether a cell that begins like a formula gets a ' before it."
    )

    @property
    def paths(self) -> list[tuple[str, ...]] | None:
        """Where the columns lie in a record; None for all there are."""
        return None if self.columns is None else [parse_column(n) for n in self.columns.split(",")]

    @model_validator(mode="after")
    def _names_columns(self) -> "CsvConfig":
        try:
            paths = self.paths or []
        except ValueError as error:
            raise UsageError(f"--columns holds no name of a column: {error}") from None
        if len(set(paths)) < len(paths):
            raise UsageError(f"--columns names a column twice: {self.columns}")
        return self


class HfConfig(Choices):
    """How a dataset is written."""

    title: Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x1f\x7f]*$")] = Field(
        default="Dataset", description="Name of the dataset, for its card; one line."
    )


class TrackConfig(Choices):
    """Which track of a record is written."""

    track: Name = Field(default="face", description="Name of the track.")


class FilmConfig(TrackConfig):
    """Which frames of a record are written."""

    role: Role = Field(default="frames", description="Role of the asset that holds the frames.")
