import pytest
from affectory_protocol.receipt import Receipt
from report.flow import build_flow
from report.flow_layout import WIDTH, lay_out


def _titles(flow):
    return [step.title for step in flow.steps]


def test_receipts_given_backwards_are_put_in_pipeline_order(receipt):
    first = receipt("t import", "source", gives="x")
    second = receipt("t annotate", takes=[("input", "x")], gives="y")
    third = receipt("t filter", takes=[("input", "y")], gives="z")

    flow = build_flow([third, second, first])

    assert _titles(flow) == ["t import", "t annotate", "t filter"]
    assert [step.rank for step in flow.steps] == [0, 1, 2]


def test_receipts_that_share_no_file_keep_the_order_given_and_say_so(receipt):
    first, second = (receipt(f"t {n}", takes=[("input", n)], gives=f"{n}{n}") for n in "ba")
    flow = build_flow([first, second])

    assert _titles(flow) == ["t b", "t a"]
    assert [step.is_assumed for step in flow.steps] == [False, True]


def test_two_filters_that_changed_nothing_stand_between_their_neighbours(receipt):
    start = receipt("t start", "source", gives="x")
    one = receipt("t one", takes=[("input", "x")], gives="x")
    two = receipt("t two", takes=[("input", "x")], gives="x")
    end = receipt("t end", takes=[("input", "x")], gives="y")

    flow = build_flow([end, start, one, two])

    assert _titles(flow) == ["t start", "t one", "t two", "t end"]
    assert [step.feeds for step in flow.steps] == [(1,), (2,), (3,), ()]


def test_sources_joined_into_one_file_are_known_by_its_size(receipt):
    parts = [receipt(f"t {n}", "source", 2, passed=2, gives=n, size=10) for n in "abc"]
    joined = receipt("t annotate", "map", 6, passed=6, takes=[("input", "abc", 30)], gives="z")

    flow = build_flow([*parts, joined])

    assert [step.feeds for step in flow.steps[:3]] == [(3,), (3,), (3,)]
    assert not flow.steps[3].is_assumed
    assert flow.came_in == 6


def test_empty_files_link_no_steps(receipt):
    first = receipt("t first", "source", gives="empty", size=0)
    second = receipt("t second", "source", takes=[("input", "empty", 0)])

    assert build_flow([second, first]).steps[0].title == "t second"


def test_headline_sums_losses_over_all_steps(receipt):
    source = receipt("t import", "source", 10, passed=7, dropped=2, rejected=1, gives="x")
    quality = receipt("t filter", "filter", 7, passed=4, dropped=3, takes=[("input", "x")])

    flow = build_flow([source, quality])

    assert (flow.came_in, flow.dropped, flow.rejected, flow.last_written) == (10, 5, 1, 4)


def test_records_that_are_only_consulted_are_not_counted_as_having_come_in(receipt):
    photograph = receipt("t images", "source", 1, passed=1, gives="p")
    face = receipt("t face", "map", 1, passed=1, takes=[("input", "p")], gives="q")
    texts = receipt("t texts", "source", 5, passed=5, gives="x")
    drawn = receipt(
        "t draw", "derive", 5, consumed=5, produced=5, takes=[("input", "x"), ("references", "q")]
    )

    flow = build_flow([photograph, face, texts, drawn])

    assert flow.came_in == 5
    assert flow.last_written == 5


def test_no_receipts_make_an_empty_flow():
    flow = build_flow([])

    assert (flow.steps, flow.came_in, flow.last_written) == ((), 0, None)


def test_a_receipt_read_back_from_its_json_is_the_same_step(receipt):
    given = receipt("t import", "source", 3, passed=3)

    assert build_flow([Receipt.model_validate_json(given.model_dump_json())]) == build_flow([given])


@pytest.fixture
def parts(receipt):
    """Three sources, of 10, 5 and 4 rows, the last of which lost one."""
    return [
        receipt("t a", "source", 10, passed=10, gives="a"),
        receipt("t b", "source", 5, passed=5, gives="b"),
        receipt("t c", "source", 4, passed=3, dropped=1, gives="c"),
    ]


@pytest.fixture
def merge(receipt):
    takes = [("input", "a"), ("input", "b"), ("input", "c")]
    return receipt("t merge", "aggregate", 18, consumed=18, produced=18, takes=takes, gives="m")


def test_all_files_that_a_step_merges_lead_to_it(parts, merge):
    flow = build_flow([merge, *parts])

    assert [step.feeds for step in flow.steps] == [(3,), (3,), (3,), ()]
    assert (flow.came_in, flow.dropped, flow.last_written) == (19, 1, 18)
    assert not flow.steps[3].is_assumed


def test_what_a_merge_took_from_elsewhere_came_in_there(parts, merge):
    flow = build_flow([*parts[:2], merge])

    assert (flow.steps[2].unknown_inputs, flow.steps[2].came_in) == (1, 3)
    assert flow.came_in == 18


def test_a_merge_of_known_and_empty_files_takes_nothing_from_elsewhere(receipt, parts):
    takes = [("input", "a"), ("input", "nothing", 0)]
    merge = receipt("t merge", "aggregate", 10, consumed=10, produced=10, takes=takes, gives="m")
    flow = build_flow([parts[0], merge])

    assert (flow.steps[1].unknown_inputs, flow.came_in) == (0, 10)


def test_a_file_that_is_looked_up_is_not_taken_for_the_manifest_of_an_unknown_step(receipt):
    photograph = receipt("t images", "source", 1, passed=1, gives="p")
    drawn = receipt("t draw", "derive", 5, takes=[("input", "x"), ("references", "p")])

    flow = build_flow([photograph, drawn])

    assert flow.find_aside() == {0}
    assert flow.came_in == 5


def test_steps_stand_right_above_what_comes_after_them(receipt, parts):
    early = receipt("t early", takes=[("input", "a")], gives="e")
    later = receipt("t later", takes=[("input", "e")], gives="l")
    takes = [("input", "l"), ("input", "b")]
    merge = receipt("t merge", "aggregate", 15, takes=takes)

    ranks = {s.title: s.rank for s in build_flow([*parts[:2], early, later, merge]).steps}
    assert ranks == {"t a": 0, "t early": 1, "t later": 2, "t b": 2, "t merge": 3}


def test_files_that_others_read_are_no_records_of_the_last_step(receipt):
    source = receipt("t import", "source", 9, passed=9, gives="i")
    drawn = receipt("t draw", "map", 9, passed=9, takes=[("input", "i")], gives="d")
    table = receipt("t export", "sink", 9, consumed=9, takes=[("input", "i")])

    assert build_flow([source, drawn, table]).last_written == 9
    assert build_flow([source, table]).last_written is None


def test_what_is_got_from_a_manifest_stands_in_the_flow(receipt):
    source = receipt("t import", "source", 90, passed=90, gives="i")
    takes = [("input", "i")]
    get = receipt("manifest get", "aggregate", 90, consumed=90, produced=40, takes=takes, gives="g")
    drawn = receipt("t draw", "map", 40, passed=40, takes=[("input", "g")])
    flow = build_flow([drawn, get, source])

    assert flow.find_aside() == set()
    assert [step.feeds for step in flow.steps] == [(1,), (2,), ()]
    assert flow.came_in == 90
    assert lay_out(flow, 40).width == WIDTH


@pytest.fixture
def part(receipt):
    """A step that read the first five records of some manifest."""

    def make(title="t draw", *more, **details):
        takes = [("input", f"first five of {title}", 50), *more]
        details = {"part": {"limit": "5"}, "gives": title, "size": 60} | details
        return receipt(title, "map", 5, passed=5, takes=takes, **details)

    return make


def test_a_step_that_read_a_part_stands_behind_what_it_may_be_a_part_of(receipt, part):
    source = receipt("t import", "source", 90, passed=90, gives="i", size=900)
    get = receipt(
        "t get", "aggregate", 90, takes=[("input", "i", 900)], gives="g", size=400, lines=40
    )
    last = receipt("t page", "sink", 5, consumed=5, takes=[("input", "t draw", 60)])

    for given in ([source, get, part(), last], [part(), get, last, source]):
        flow = build_flow(given)
        assert _titles(flow) == ["t import", "t get", "t draw", "t page"]
        assert [step.feeds for step in flow.steps] == [(1,), (2,), (3,), ()]
        assert [step.part for step in flow.steps] == ["", "", "--limit 5", ""]
        assert flow.came_in == 90


def test_a_part_is_of_no_file_that_has_no_more_lines(receipt, part):
    source = receipt("t import", "source", 9, passed=9, gives="i", size=90)
    long = receipt("t long", "source", 5, passed=5, gives="s", size=900)

    assert [step.feeds for step in build_flow([source, long, part()]).steps[:2]] == [(2,), ()]


def test_a_part_is_of_nothing_smaller_and_of_no_later_step(receipt, part):
    source = receipt("t import", "source", 9, passed=9, gives="i", size=90)
    small = receipt("t small", "source", 2, passed=2, gives="s", size=20)
    model = receipt("t model", "sink", 9, takes=[("input", "i", 90)], gives="m", size=9000, lines=0)
    later = receipt(
        "t later", "map", 5, takes=[("input", "t draw", 60)], gives="l", size=700, lines=5
    )
    flow = build_flow([source, small, model, later, part()])

    assert flow.steps[_titles(flow).index("t import")].feeds == (
        _titles(flow).index("t model"),
        _titles(flow).index("t draw"),
    )


def test_a_part_is_rather_not_of_what_was_made_into_what_is_looked_up(receipt, part):
    source = receipt("t import", "source", 9, passed=9, gives="i", size=90)
    model = receipt("t model", "sink", 9, takes=[("input", "i", 90)], gives="m", lines=0)
    other = receipt("t other", "source", 9, passed=9, gives="o", size=90)
    taken = part("t draw", ("model", "m", 1))

    assert build_flow([source, model, taken]).steps[0].feeds == (1, 2)
    flow = build_flow([source, model, taken, other])
    assert flow.steps[_titles(flow).index("t other")].feeds == (_titles(flow).index("t draw"),)


def test_shards_of_one_manifest_stand_side_by_side_behind_it(receipt, part):
    source = receipt("t import", "source", 10, passed=10, gives="i", size=100)
    shards = [part(f"t {n}", part={"shard": f"{n}/2"}) for n in "12"]
    merge = receipt("t merge", "aggregate", 10, takes=[("input", "t 1"), ("input", "t 2")])
    flow = build_flow([source, *shards, merge])

    assert [step.feeds for step in flow.steps] == [(1, 2), (3,), (3,), ()]
    assert flow.came_in == 10


def test_a_part_that_is_of_no_step_shown_came_in(part):
    flow = build_flow([part()])

    assert (flow.came_in, flow.steps[0].part) == (5, "")


def test_what_steps_aside_lost_is_in_no_sum_of_the_headline(receipt):
    photographs = receipt("t images", "source", 6, passed=3, dropped=2, rejected=1, gives="p")
    texts = receipt("t texts", "source", 5, passed=4, dropped=1, gives="x")
    takes = [("input", "x"), ("references", "p")]
    drawn = receipt("t draw", "derive", 4, consumed=4, produced=4, takes=takes)
    flow = build_flow([photographs, texts, drawn])

    assert (flow.came_in, flow.dropped, flow.rejected, flow.last_written) == (5, 1, 0, 4)
    assert (flow.all_dropped, flow.all_rejected) == (3, 1)
