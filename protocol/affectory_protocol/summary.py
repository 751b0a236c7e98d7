"""What a finished run says of itself: its receipt, and one line for people."""

import logging
from collections.abc import Mapping

from affectory_protocol.fingerprint import PROTOCOL_DISTRIBUTION
from affectory_protocol.job import INPUT, Job
from affectory_protocol.journal import Counts, Progress
from affectory_protocol.receipt import (
    InputRecord,
    OutputRecord,
    Receipt,
    interpreter,
    peak_memory_bytes,
)
from affectory_protocol.streams import NoStream, OutputStream, PartFile

log = logging.getLogger(__name__)


def build_receipt(
    job: Job, point: Progress, streams: Mapping[str, OutputStream], *, first: int, ended: str
) -> Receipt:
    """The receipt of a run.

    Args:
        job: what ran.
        point: where it ended.
        streams: what it wrote.
        first: offset of the slice that was read, bytes.
        ended: finished, or reader-gone.
    """
    verb, backend = job.verb, job.backend
    read = InputRecord(name=INPUT, sha256=point.input.sha256, bytes=point.input.bytes, offset=first)
    return Receipt(
        tool=verb.tool,
        verb=verb.name,
        kind=verb.kind.value,
        behaviour=verb.behaviour,
        backend=backend.name if backend else None,
        model=job.model,
        licence=job.licence or (backend.licence if backend else None),
        versions={
            verb.tool: verb.version,
            PROTOCOL_DISTRIBUTION: job.protocol_version,
            "python": interpreter(),
        },
        fingerprint=dict(job.fingerprint),
        options=job.options,
        counts=point.counts,
        rejected_by_reason=dict(sorted(point.rejected_by_reason.items())),
        dropped_by_reason=dict(sorted(point.dropped_by_reason.items())),
        inputs=[*([read] if verb.has_input else []), *job.files],
        outputs=_describe_outputs(point, streams),
        seconds=round(point.seconds, 3),
        records_per_second=round(point.counts.read / max(point.seconds, 1e-9), 1),
        peak_memory_bytes=peak_memory_bytes(),
        ended=ended,
        resumed=point.resumed,
    )


def _describe_outputs(point: Progress, streams: Mapping[str, OutputStream]) -> list[OutputRecord]:
    return [
        OutputRecord(
            name=name,
            sha256=state.sha256,
            bytes=state.bytes,
            lines=state.lines,
            line_sums=streams[name].sums.record() if isinstance(streams[name], PartFile) else None,
        )
        for name, state in point.outputs.items()
        if not isinstance(streams[name], NoStream)
    ]


def say_counts(
    tool_verb: str, counts: Counts, reasons: Mapping[str, Mapping[str, int]], seconds: float
) -> None:
    """One line on standard error: where the records went, and how fast."""
    parts = [f"read {counts.read}", f"written {counts.written}"]
    parts += [
        f"{what} {sum(given.values())} ({say_reasons(given)})"
        for what, given in reasons.items()
        if given
    ]
    rate = counts.read / max(seconds, 1e-9)
    log.info("%s: %s; %.1f s, %.0f records/s", tool_verb, ", ".join(parts), seconds, rate)


def say_reasons(reasons: Mapping[str, int]) -> str:
    """Reasons with their numbers, in words."""
    return ", ".join(f"{reason} {number}" for reason, number in sorted(reasons.items()))
