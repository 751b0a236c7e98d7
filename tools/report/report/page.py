"""The page: what was counted, put into words, tables and drawings, rendered as one file."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from affectory_protocol.evaluation import EvaluationRecord
from affectory_protocol.reasons import DROP_REASON_TEXTS, REASON_TEXTS
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from report.agreement import Comparison
from report.charts import describe_range, draw_bar, draw_histogram, draw_profile, draw_rate
from report.config import BuildConfig
from report.distributions import Distributions
from report.evaluation import list_counts
from report.figure import Figure
from report.flow import Flow
from report.flow_chart import draw_flow, rank
from report.gallery import Card, name_action_unit
from report.interval_chart import draw_interval
from report.loss import Drops, Rejects
from report.provenance import Provenance
from report.remark import list_remarks
from report.standing import rank_evaluation
from report.tables import (
    count_faces,
    count_labels,
    count_splits,
    list_action_units,
    list_filters,
)
from report.wording import (
    format_count,
    format_intensity,
    format_number,
    format_percent,
    format_share,
    show_controls,
)

TEMPLATES = ("page.html.j2", "parts.html.j2", "agreement.html.j2", "evaluation.html.j2")
MAX_WINS = 12
"""Metrics in which a baseline wins that are told in words; the table marks all of them."""

USE_LABELS = "use_labels"
"""Option of an annotator that lets it see people's labels; comparing with them is then circular."""


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a page tells."""

    flow: Flow
    distributions: Distributions
    provenance: Provenance
    cards: Sequence[Card]
    missing_pictures: int
    rejects: Rejects
    drops: Drops
    evaluations: Sequence[EvaluationRecord] = ()
    figures: Sequence[Figure] = ()


def render_page(contents: Contents, config: BuildConfig) -> bytes:
    """Render the page: the same contents give the same bytes.

    Returns:
        An HTML document, UTF-8, that needs no other file and no network.
    """
    style, script = _read_template("style.css"), _read_template("script.js")
    template = _make_environment().get_template("page.html.j2")
    counted = contents.distributions
    agreements, uncompared = counted.agreements.finish()
    page = template.render(
        config=config,
        style=Markup(style),  # noqa: S704 - the package's own file
        script=Markup(script),  # noqa: S704 - the package's own file
        script_hash=_hash_script(script),
        contents=contents,
        flow=contents.flow,
        counted=counted,
        flow_chart=_draw_flow(contents),
        agreements=agreements,
        uncompared=uncompared,
        saw_labels=_saw_labels(contents.flow),
        labels=count_labels(counted.labels, counted.labelled),
        predictions=count_labels(counted.emotions, counted.predicted),
        units=list_action_units(counted),
        splits=count_splits(counted),
        faces=count_faces(counted),
        filters=list_filters(counted, contents.flow),
        terms=contents.provenance.finish(),
        standings=[rank_evaluation(one) for one in contents.evaluations],
        max_wins=MAX_WINS,
        choices=_list_choices(contents.cards),
    )
    return page.encode()


def _make_environment() -> Environment:
    environment = Environment(
        loader=DictLoader({name: _read_template(name) for name in TEMPLATES}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "count": format_count,
        "number": format_number,
        "percent": format_percent,
        "share": format_share,
        "intensity": format_intensity,
        "ranked": rank,
        "name_action_unit": name_action_unit,
        "describe_range": describe_range,
        "explain": explain_reason,
    }
    environment.globals |= {
        "bar": draw_bar,
        "draw_profile": draw_profile,
        "draw_rate": _draw_comparison,
        "draw_histogram": draw_histogram,
        "draw_interval": draw_interval,
        "list_counts": list_counts,
        "list_remarks": list_remarks,
    }
    return environment


def explain_reason(reason: str) -> str:
    """A reason of the protocol's lists in plain words, "" for a tool's own."""
    known = {code.value: text for code, text in (*REASON_TEXTS.items(), *DROP_REASON_TEXTS.items())}
    return known.get(reason, "")


def _finalize(value: object) -> object:
    """What every value goes through before it is escaped."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return show_controls(value)


def _read_template(name: str) -> str:
    return (resources.files("report") / "templates" / name).read_text(encoding="utf-8")


def _hash_script(script: str) -> str:
    """The digest by which a browser knows the page's own script from any other."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _draw_flow(contents: Contents) -> Markup | None:
    if not contents.flow.steps:
        return None
    return draw_flow(contents.flow, contents.distributions.records)


def _draw_comparison(compared: Comparison) -> Markup:
    label = (
        f"Agreement {format_share(compared.rate.share)} of {format_count(compared.rate.n)} "
        f"records; always guessing {compared.majority}: {format_share(compared.baseline.share)}"
    )
    return draw_rate(compared.rate, compared.baseline, label)


def _saw_labels(flow: Flow) -> bool:
    """Whether a step was told to look at people's labels when it predicted."""
    options = (step.receipt.options.result for step in flow.steps)
    return any(
        re.sub(r"\W", "_", name) == USE_LABELS and value.lower() == "true"
        for given in options
        for name, value in given.items()
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the gallery can be narrowed to; cards name these by their position."""

    emotions: list[str]
    datasets: list[str]


def _list_choices(cards: Sequence[Card]) -> Choices:
    emotions = sorted(set().union(*(card.emotions for card in cards)))
    return Choices(emotions, sorted({card.dataset for card in cards if card.dataset}))
