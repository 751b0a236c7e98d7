"""Live Link Face: the csv that the app records beside a video, a row a frame."""

from dataset_io.formats.livelink_csv.reader import read_recordings

__all__ = ["read_recordings"]
