import re
import xml.etree.ElementTree as ET

import pytest
from report.charts import (
    PLOT_HEIGHT,
    Threshold,
    draw_bar,
    draw_histogram,
    draw_profile,
    draw_rate,
)
from report.flow import build_flow
from report.flow_chart import draw_flow
from report.histogram import Histogram
from report.rate import compute_rate


def _parse(svg):
    return ET.fromstring(str(svg))  # noqa: S314 - drawn by the test itself


def _rects(svg, tone=None):
    found = _parse(svg).iter("rect")
    return [r for r in found if tone is None or r.get("class") == tone]


def _spread(*values):
    histogram = Histogram()
    for value, kept in values:
        histogram.add(value, kept=kept)
    return histogram.finish()


@pytest.mark.parametrize(("share", "width"), [(0.5, "50"), (1.0, "100"), (7.0, "100")])
def test_a_bar_is_as_long_as_its_share(share, width):
    assert [r.get("width") for r in _rects(draw_bar(share, "people"), "people")] == [width]


def test_a_share_of_zero_draws_no_bar():
    assert _rects(draw_bar(0.0, "people"), "people") == []


def test_heights_of_a_histogram_are_proportional_to_its_counts():
    spread = _spread(*[(0.0, True)] * 4, *[(1.0, True)] * 2, (2.0, True))
    heights = [float(r.get("height")) for r in _rects(draw_histogram(spread, [], "x"), "plain")]

    assert heights == [PLOT_HEIGHT, PLOT_HEIGHT / 2, PLOT_HEIGHT / 4]


def test_dropped_numbers_stand_on_top_of_those_kept():
    svg = draw_histogram(_spread((0.0, True), (0.0, False)), [], "x")
    (kept,), (dropped,) = _rects(svg, "plain"), _rects(svg, "dropped")

    assert float(dropped.get("y")) + float(dropped.get("height")) == float(kept.get("y"))


def test_every_bar_of_a_histogram_says_its_numbers():
    svg = _parse(draw_histogram(_spread((1.0, True), (1.0, False)), [], "x"))

    assert [title.text for title in svg.iter("title")] == ["1 to 2: 1 kept, 1 dropped"]


def test_a_threshold_outside_the_bars_points_there():
    svg = draw_histogram(_spread((1.0, True), (2.0, True)), [Threshold(40, "at least")], "x")

    assert "→ at least 40" in str(svg)


def test_a_rate_is_drawn_to_scale_beside_its_baseline():
    svg = _parse(draw_rate(compute_rate(3, 4), compute_rate(1, 4), "x"))

    drawn = {one.get("class"): one for one in svg.iter()}
    assert drawn["predicted"].get("width") == "450"
    assert drawn["baseline"].get("d") == "M150 27v31"


def test_a_profile_has_a_bar_for_each_weight_at_its_place():
    rects = _rects(draw_profile([0.0, 0.5, 0.0, 1.0]))

    assert [(r.get("x"), r.get("height")) for r in rects] == [("5", "15"), ("15", "30")]


def test_widths_of_the_flow_are_to_one_scale(receipt):
    source = receipt("t import", "source", 100, passed=60, dropped=40, gives="x")
    quality = receipt("t filter", "filter", 60, passed=30, rejected=30, takes=[("input", "x")])
    svg = draw_flow(build_flow([source, quality]), 30)
    widths = {
        tone: [float(r.get("width")) for r in _rects(svg, tone) if r.get("width") != "1"]
        for tone in ("on", "dropped", "rejected")
    }

    scale = widths["on"][0] / 60
    assert widths["on"] == pytest.approx([60 * scale, 30 * scale, 30 * scale])
    assert widths["dropped"] == pytest.approx([40 * scale])
    assert widths["rejected"] == pytest.approx([30 * scale])


def test_one_lost_record_of_very_many_is_still_seen(receipt):
    source = receipt("t import", "source", 10**6, passed=10**6 - 1, rejected=1)
    (lost,) = _rects(draw_flow(build_flow([source]), 10**6 - 1), "rejected")

    assert float(lost.get("width")) >= 2


@pytest.mark.parametrize("columns", [1, 4, 9])
def test_nothing_of_the_flow_lies_outside_its_drawing(receipt, columns):
    sources = [
        receipt(f"t {n}", "source", 9, passed=9, gives=str(n), size=10) for n in range(columns)
    ]
    joined = receipt(
        "t all", "map", 9 * columns, passed=9 * columns, takes=[("input", "j", 10 * columns)]
    )
    svg = _parse(draw_flow(build_flow([*sources, joined]), 9 * columns))
    _, _, width, height = (float(part) for part in svg.get("viewBox").split())

    for rect in svg.iter("rect"):
        assert float(rect.get("x")) >= 0
        assert float(rect.get("x")) + float(rect.get("width")) <= width
        assert float(rect.get("y")) + float(rect.get("height")) <= height


FONT_SIZES = {"title": 14, "tool": 12}
"""Of the style sheet, units of the drawing; all else has 13."""

WIDTHS = {**dict.fromkeys("0123456789", 0.64), ",": 0.32, " ": 0.32}
"""Of letters, in font sizes, in a font as wide as DejaVu Sans; all else has 0.6 in the mean."""


def _find_ends(text):
    """Left and right end of a text, units of the drawing."""
    tone = text.get("class").split()[0]
    width = sum(WIDTHS.get(letter, 0.6) for letter in text.text) * FONT_SIZES.get(tone, 13)
    left = float(text.get("x")) - (width / 2 if text.get("text-anchor") == "middle" else 0)
    return left, left + width


def _find_unreadable(svg):
    """Texts that reach out of the drawing, or into another one of their row."""
    svg = _parse(svg)
    _, _, width, _ = (float(part) for part in svg.get("viewBox").split())
    rows = {}
    for text in filter(lambda one: one.text, svg.iter("text")):
        rows.setdefault(text.get("y"), []).append((*_find_ends(text), text.text))
    found = []
    for row in map(sorted, rows.values()):
        reached = [0.0, *(right for _, right, _ in row)]
        found += [t for (left, _, t), end in zip(row, reached, strict=False) if left < end]
        found += [t for _, right, t in row if right > width]
    return found


@pytest.mark.parametrize("count", [9, 66_762, 1_234_567, 10**12])
@pytest.mark.parametrize("columns", [1, 5])
def test_no_text_of_the_flow_is_cut_off(receipt, count, columns):
    sources = [
        receipt(f"t {'long-name ' * 9}{n}", "source", count, passed=count, gives=f"{n}")
        for n in range(columns)
    ]
    takes = [("input", f"{n}") for n in range(columns)]
    reasons = {f"{'some-reason-' * 5}{n}": count // 9 for n in range(2)}
    merged = receipt(
        "t merge", "filter", count, passed=count, takes=takes, gives="m", dropped_by_reason=reasons
    )
    photograph = receipt(
        f"t {'photograph ' * 9}",
        "source",
        count,
        passed=count,
        gives="p",
        dropped_by_reason=reasons,
    )
    drawn = receipt("t draw", "map", count, takes=[("input", "m"), ("references", "p")])
    svg = draw_flow(build_flow([*sources, merged, photograph, drawn]), count)

    assert f"{count:,} in, {count:,} out" in str(svg)
    assert _find_unreadable(svg) == []


def test_drawings_with_hostile_names_are_well_formed(receipt):
    hostile = receipt(
        "<t> \"v'&\x00\x1b", "source", 2, passed=1, dropped=1, dropped_by_reason={"</svg>": 1}
    )
    svg = str(draw_flow(build_flow([hostile]), 1))

    _parse(svg)
    assert not re.search(r"[\x00-\x08]", svg)


@pytest.fixture
def with_side_branch(receipt):
    """Three sources merged, and a file that only the step after the merge looks things up in."""
    parts = [receipt(f"t {n}", "source", 9, passed=9, gives=n) for n in "abc"]
    merged = receipt("t merge", "aggregate", 27, takes=[("input", n) for n in "abc"], gives="m")
    photograph = receipt("t photograph", "source", 1, passed=1, gives="p")
    takes = [("input", "m"), ("references", "p")]
    return build_flow([*parts, merged, photograph, receipt("t draw", "derive", 27, takes=takes)])


def _titles(svg):
    return {t.text: t for t in _parse(svg).iter("text") if "title" in t.get("class").split()}


def test_a_file_that_is_only_consulted_stands_beside_the_flow(with_side_branch):
    titles = _titles(draw_flow(with_side_branch, 27))
    others = [float(t.get("x")) for name, t in titles.items() if name != "photograph"]

    assert float(titles["photograph"].get("x")) > max(others)
    assert titles["photograph"].get("y") == titles["merge"].get("y")


def test_a_line_leads_from_a_consulted_file_to_the_end_of_the_bar(with_side_branch):
    svg = draw_flow(with_side_branch, 27)
    (line,) = [p for p in _parse(svg).iter("path") if p.get("class") == "side"]
    widest = max(_rects(svg, "on"), key=lambda r: float(r.get("width")))

    right = float(widest.get("x")) + float(widest.get("width"))
    assert float(line.get("d").rpartition("H")[2]) == pytest.approx(right, abs=0.01)


def test_ribbons_that_arrive_together_fill_the_bar_side_by_side(with_side_branch):
    svg = draw_flow(with_side_branch, 27)
    ribbons = [p.get("d") for p in _parse(svg).iter("path") if p.get("class") == "ribbon"][:3]
    ends = [re.search(r"C\S+ \S+ \S+ \S+ (\S+) \S+V\S+H([\d.]+)", d).groups() for d in ribbons]

    assert [end for _, end in ends[:2]] == [start for start, _ in ends[1:]]


def test_lines_that_arrive_at_one_bar_have_one_label(receipt):
    source = receipt("t texts", "source", 9, passed=9, gives="x")
    looked_up = [receipt(f"t {n}", "source", 9, passed=9, gives=n) for n in "ab"]
    takes = [("input", "x"), ("references", "a"), ("references", "b")]
    drawn = receipt("t draw", "derive", 9, consumed=9, produced=9, takes=takes)
    svg = draw_flow(build_flow([source, *looked_up, drawn]), 9)

    assert len([p for p in _parse(svg).iter("path") if p.get("class") == "side"]) == 2
    assert str(svg).count("looked things up") == 1


def test_a_ribbon_of_few_records_of_very_many_is_still_seen(receipt):
    source = receipt("t import", "source", 10**6, passed=10**6, gives="i")
    few = receipt("t get", "aggregate", 10**6, produced=1, takes=[("input", "i")], gives="g")
    svg = draw_flow(build_flow([source, few]), 1)
    last = [p.get("d") for p in _parse(svg).iter("path") if p.get("class") == "ribbon"][-1]
    start, end = re.search(r"C\S+ \S+ \S+ \S+ (\S+) \S+V\S+H([\d.]+)", last).groups()

    assert float(end) - float(start) >= 1


def test_no_ribbon_leads_from_a_file_to_the_page(receipt):
    source = receipt("t import", "source", 9, passed=9, gives="i")
    table = receipt("t export", "sink", 9, consumed=9, takes=[("input", "i")])
    svg = draw_flow(build_flow([source, table]), 9)

    assert len([p for p in _parse(svg).iter("path") if p.get("class") == "ribbon"]) == 1
