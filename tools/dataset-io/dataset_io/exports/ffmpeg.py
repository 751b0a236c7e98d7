"""Frames to film by the program ffmpeg.

Equal frames give equal bytes: one thread, no dates, no versions of programs, and no
arithmetic that depends on the processor. Another build of ffmpeg may give others.

Sources: ffmpeg 5.1, documentation of the options -bitexact, -threads, of the formats rawvideo, mp4
and gif and of the bitstream filter filter_units; FFmpeg Wiki, Encode/H.264, for the quality.
"""

import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from typing import IO

from affectory_protocol.command import Missing
from affectory_protocol.errors import AffectoryError, TemporaryError, UnavailableError

from dataset_io.exports.frames import Frames

PROGRAM = "ffmpeg"
PACKAGE = "imageio_ffmpeg"
"""Of the extra `full`: a wheel around one build of the program, the same on every machine."""
_INSTALL = (
    "install it, with apt-get install ffmpeg for example, or with the extra: uv pip install "
    "'affectory-dataset-io[full]', make setup-full TOOL=dataset-io, make images EXTRAS=full"
)
_QUIET = ("-hide_banner", "-nostdin", "-loglevel", "error", "-y")
_EXACT = ("-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact")
_SCALE = "flags=accurate_rnd+full_chroma_int+bitexact"
_EVEN = "pad=ceil(iw/2)*2:ceil(ih/2)*2"
"""A film of this kind has an even width and height; an odd one gets a black line."""
_MP4 = (
    *("-vf", f"{_EVEN},scale=in_range=full:out_range=tv:out_color_matrix=bt709:{_SCALE}"),
    *("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "medium", "-crf", "18"),
    *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
    *("-color_range", "tv", "-movflags", "+faststart", "-f", "mp4"),
    *("-bsf:v", "filter_units=remove_types=6"),
)
"""H.264 as every player and browser shows it; quality 18 is one at which no loss is seen.

The last is a filter that leaves out units of type 6, supplemental enhancement information: there
the encoder writes its version and options, and nothing else.
"""
_PALETTE = ("-vf", "palettegen", "-frames:v", "1", "-c:v", "png", "-f", "image2pipe")
_GIF = ("-lavfi", "[0:v][1:v]paletteuse", "-loop", "0", "-c:v", "gif", "-f", "gif")
_PIECE_BYTES = 2**20
_DISK_FULL = b"No space left on device"


def write_mp4(frames: Frames) -> Iterator[bytes]:
    """A film in H.264, in pieces.

    Raises:
        AffectoryError: ffmpeg failed, or the disk of temporary files is full.
    """
    with _open_temporary() as film:
        _run(frames, (), (*_MP4, *_EXACT), film)
        yield from _read_pieces(film)


def write_gif(frames: Frames) -> Iterator[bytes]:
    """A film with a palette of its own, in pieces, that begins again when it is over.

    The palette is made in a run before, so that no run has to hold the pictures.

    Raises:
        AffectoryError: ffmpeg failed, or the disk of temporary files is full.
    """
    with ExitStack() as files:
        palette, film = (files.enter_context(_open_temporary()) for _ in range(2))
        _run(frames, (), (*_PALETTE, *_EXACT), palette)
        _run(frames, ("-f", "png_pipe", "-i", _name(palette)), (*_GIF, *_EXACT), film, palette)
        yield from _read_pieces(film)


@dataclass(frozen=True, slots=True)
class FilmFormat:
    """A kind of film.

    Attributes:
        encoder: that ffmpeg has to have.
        media_type: of the file.
        max_fps: of what is shown, frames a second.
        write: makes the file of such frames, in pieces.
    """

    encoder: str
    media_type: str
    max_fps: float
    write: Callable[[Frames], Iterator[bytes]]


FORMATS = {
    "mp4": FilmFormat("libx264", "video/mp4", math.inf, write_mp4),
    # It tells time in hundredths of a second, and browsers slow down what is faster than this.
    "gif": FilmFormat("gif", "image/gif", 50.0, write_gif),
}
"""Films by the ending of their names."""


def find_program() -> str | None:
    """Path of ffmpeg: the build that the extra brings, where that is installed, else by PATH."""
    if find_spec(PACKAGE) is None:
        return shutil.which(PROGRAM)
    from imageio_ffmpeg import get_ffmpeg_exe

    return str(get_ffmpeg_exe())


def find_missing(kind: str) -> list[Missing]:
    """What a film of this format, mp4 or gif, lacks on this machine."""
    program = find_program()
    if program is None:
        return [Missing(f"the program {PROGRAM}", _INSTALL)]
    encoder = FORMATS[kind].encoder
    asked = [program, "-hide_banner", "-h", f"encoder={encoder}"]
    known = subprocess.run(  # noqa: S603 - words of this module
        asked, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    if known.stdout.startswith(b"Encoder "):
        return []
    return [Missing(f"the encoder {encoder} of {PROGRAM}", "install a build of ffmpeg that has it")]


def _run(
    frames: Frames,
    inputs: Sequence[str],
    arguments: Sequence[str],
    target: IO[bytes],
    *read: IO[bytes],
) -> None:
    width, height = frames.size
    pictures = (
        *("-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{width}x{height}"),
        *("-framerate", str(Fraction(frames.fps).limit_denominator(10**6)), "-i", "pipe:0"),
    )
    command = [find_program() or PROGRAM, *_QUIET, *pictures, *inputs, *arguments, _name(target)]
    with _open_temporary() as said:
        process = subprocess.Popen(  # noqa: S603 - words of this module, and numbers
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            pass_fds=[file.fileno() for file in (target, *read)],
        )
        try:
            _feed(process, frames)
            status = process.wait()
        except BaseException:
            process.kill()
            process.communicate()
            raise
        if status:
            said.seek(0)
            raise _explain(status, said.read())


def _feed(process: "subprocess.Popen[bytes]", frames: Frames) -> None:
    if process.stdin is None:
        raise RuntimeError("ffmpeg was started without its standard input")
    # Where it ended early its status says why; the pipe of its input is none of ours.
    with suppress(BrokenPipeError):
        for picture in frames:
            process.stdin.write(picture.tobytes())
    with suppress(BrokenPipeError):
        process.stdin.close()


def _explain(status: int, said: bytes) -> AffectoryError:
    if _DISK_FULL in said:
        return TemporaryError(
            "no room to write temporary files",
            hint="Make room, or name another folder by TMPDIR, and repeat the same command.",
        )
    return UnavailableError(
        f"{PROGRAM} ended with status {status}", hint="Look whether it works: ffmpeg -version."
    )


def _open_temporary() -> IO[bytes]:
    """A file without a name: gone with the process, however it ends."""
    try:
        return tempfile.TemporaryFile()
    except FileNotFoundError:
        raise TemporaryError(
            "there is no folder for temporary files", hint="Name one by TMPDIR."
        ) from None


def _name(file: IO[bytes]) -> str:
    return f"/dev/fd/{file.fileno()}"


def _read_pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        yield piece
