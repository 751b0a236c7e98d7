"""What `import livelink-csv` can be told."""

from pydantic import Field

from dataset_io.config import DatasetName, Fps, MediaConfig
from dataset_io.livelink.gaps import Gaps


class LiveLinkConfig(MediaConfig):
    """How recordings of Live Link Face are imported."""

    fps: Fps | None = Field(default=None, description="Frames a second, where timecodes are wrong.")
    gaps: Gaps = Field(default=Gaps.REJECT, description="What becomes of frames without a face.")
    dataset: DatasetName = Field(default="livelink", description="With which ids begin.")
