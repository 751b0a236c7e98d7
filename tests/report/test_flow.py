from affectory_protocol.receipt import Receipt
from report.flow import build_flow


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
