"""Read everything once and make the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.places import Places
from affectory_protocol.receipt import Receipt
from affectory_protocol.record import Record
from affectory_protocol.records import Source
from pydantic import ValidationError

from report.config import BuildConfig
from report.distributions import Distributions
from report.evaluation import read_evaluation
from report.figure import read_figure
from report.flow import build_flow
from report.gallery import Card, CardMaker
from report.loss import Drops, Rejects, read_lines
from report.page import Contents, render_page
from report.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Accounts:
    """Files beside the manifest that say what happened on the way, and what came of it.

    Attributes:
        receipts: of the steps, in any order.
        rejected: rejects files.
        dropped: dropped files.
        evaluations: of what was made of the records.
        figures: drawings to be shown.
    """

    receipts: Sequence[Path] = ()
    rejected: Sequence[Path] = ()
    dropped: Sequence[Path] = ()
    evaluations: Sequence[Path] = ()
    figures: Sequence[Path] = ()


def build(
    records: Iterator[Record], *, accounts: Accounts, places: Places, config: BuildConfig
) -> bytes:
    """Make the page of a manifest.

    Memory is that of the cards, whatever the number of records.

    Args:
        records: the manifest, read once.
        accounts: receipts, rejects and dropped records of the steps that made it, evaluations and
            figures.
        places: where pictures lie.
        config: what the page is to show.

    Returns:
        An HTML document, UTF-8.

    Raises:
        UsageError: a receipt, an evaluation or a figure is none, or a file cannot be read.
    """
    flow = build_flow([read_receipt(path) for path in accounts.receipts])
    evaluations = [read_evaluation(path) for path in accounts.evaluations]
    figures = [read_figure(path) for path in accounts.figures]
    distributions, provenance = Distributions(), Provenance()
    maker = CardMaker(places, config)
    cards: list[Card] = []
    for record in records:
        distributions.add(record)
        provenance.add(record.get(Source))
        if len(cards) < config.gallery:
            cards.append(maker.make(record))
    missing_pictures = maker.missing_pictures
    rejects = Rejects()
    for line in read_lines(accounts.rejected):
        rejects.add(line)
    drops = Drops(maker, distributions)
    for line in read_lines(accounts.dropped):
        drops.add(line)
    contents = Contents(
        flow=flow,
        distributions=distributions,
        provenance=provenance,
        cards=cards,
        missing_pictures=missing_pictures,
        rejects=rejects,
        drops=drops,
        evaluations=evaluations,
        figures=figures,
    )
    return render_page(contents, config)


def read_receipt(path: Path) -> Receipt:
    """Read what a run said about itself.

    Raises:
        UsageError: the file is no receipt.
    """
    try:
        return Receipt.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"a receipt cannot be read: {error.strerror}: {path}") from error
    except ValidationError as error:
        raise UsageError(
            f"the file is no receipt: {path}",
            hint="A receipt lies beside each output, with .run.json at the end of its name.",
        ) from error
