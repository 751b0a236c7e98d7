import base64
import hashlib
import itertools
import re

import pytest

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}\u2028\u202eabc\u0000</p>"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path d="M0 0L4 3"/></svg>'
EXTERNAL = re.compile(r"(?:https?:)?//[\w.-]+|@import|url\(", re.IGNORECASE)


@pytest.fixture
def full(record, labels, expression, verdict):
    """A record with every section, each text of it as given."""

    def make(identity="a", text="hello", word="joy"):
        weights = [0.0] * 52
        weights[3] = 0.5
        return record(
            identity,
            source={
                "dataset": text,
                "split": text,
                "licence": text,
                "citation": text,
                "consent": text,
                "groups": {},
            },
            text={"content": text},
            labels=labels("ekman" if word == "joy" else word, word),
            expression=expression(
                [(word, 0.5)], [(12, "left", 0.5)], weights, "ekman" if word == "joy" else word
            )
            | {"description": text},
            assets={"image": {"uri": "gone.png", "media_type": "image/png"}},
            verdicts={"quality": verdict(True, text, **{text or "x": 1.5})},
        )

    return make


@pytest.fixture
def everything(make_page, full, receipt, metric, evaluation):
    """A page in which every place that can hold foreign text holds the one given."""

    def make(text):
        steps = [
            receipt(
                f"{text} {text}",
                "filter",
                3,
                passed=1,
                dropped=1,
                rejected=1,
                backend=text,
                options={text: text},
                dropped_by_reason={text: 1},
                rejected_by_reason={text: 1},
            )
        ]
        reject = {"tool": text, "verb": text, "reason": text, "message": text, "line": text}
        return make_page(
            [full("r", text, text)],
            receipts=steps,
            rejects=[reject],
            dropped=[full("d", text, text)],
            title=text,
            evaluations=[
                evaluation(
                    metric("f1", 0.5, (0.4, 0.6), failures=1, **{text: 0.9}) | {"unit": text},
                    metric(text, None, None, **{text: None}),
                    overlap=1,
                    command=text,
                )
                | {text: {text: [text]}}
            ],
            figures={f"{text.replace('/', '').replace(chr(0), '')}.svg": SVG},
        )

    return make


def test_hostile_text_makes_no_element_and_no_attribute(everything, parse_page):
    calm, hostile = parse_page(everything("calm")), parse_page(everything(HOSTILE))

    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in calm.elements]
    assert [sorted(a) for _, a in hostile.elements] == [sorted(a) for _, a in calm.elements]


def test_hostile_text_is_shown_as_it_is(everything, parse_page):
    assert (
        "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
        in parse_page(everything(HOSTILE)).text
    )


def test_control_characters_are_made_visible(everything, parse_page):
    page = parse_page(everything(HOSTILE))

    assert "\x00" not in page.content
    assert "\u2400" in page.text


def test_text_that_turns_direction_is_isolated_wherever_it_stands(everything):
    page = everything("\u202eevil").decode()
    body = re.sub(r"<(script|style|title)\b.*?</\1>", "", page, flags=re.DOTALL)
    holders = re.findall(r"(<[^<>]*>)[^<>]*\u202e", re.sub(r'="[^"]*\u202e[^"]*"', '=""', body))
    isolating = re.compile(r'<(bdi|option|text|title)\b|dir="auto"')

    assert len(holders) > 30
    assert [holder for holder in holders if not isolating.search(holder)] == []


def test_the_page_asks_nothing_of_the_network(everything, parse_page):
    page = parse_page(everything("calm"))

    assert not EXTERNAL.search(page.content)
    for _, attributes in page.elements:
        for name in ("src", "href", "action", "poster", "srcset", "data"):
            assert re.match(r"#|data:image/[\w+]+;base64,", attributes.get(name) or "#")


def test_only_the_pages_own_script_may_run(everything, parse_page):
    page = parse_page(everything("calm"))
    (policy,) = (a["content"] for a in page.all("meta") if "http-equiv" in a)
    (script,) = re.findall(r"<script>(.*?)</script>", page.content, re.DOTALL)

    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_the_same_inputs_give_the_same_bytes(everything):
    assert everything("calm") == everything("calm")


def test_how_long_a_step_took_and_whether_it_was_resumed_change_nothing(make_page, receipt):
    pages = [
        make_page(receipts=[receipt("t v", "source", 1, passed=1, seconds=s, resumed=r)])
        for s, r in ((1.0, 0), (99.0, 3))
    ]

    assert pages[0] == pages[1]


def test_no_records_make_a_page_that_says_so(make_page, parse_page):
    assert "The dataset holds no records." in parse_page(make_page()).text


def test_without_receipts_the_page_says_what_is_missing(make_page, full, parse_page):
    assert "No receipts were given" in parse_page(make_page([full()])).text


def test_headline_says_where_the_records_went(make_page, full, receipt, parse_page):
    step = receipt("t v", "filter", 4, passed=1, dropped=2, rejected=1)
    text = parse_page(make_page([full()], receipts=[step])).text

    assert "4 records came in. 2 were left out on purpose and 1 could not be processed." in text


def test_a_page_of_other_records_than_the_receipts_tell_of_warns(
    make_page, full, receipt, parse_page
):
    step = receipt("t v", "map", 5, passed=5)
    text = parse_page(make_page([full()], receipts=[step])).text

    assert "The last step wrote 5 records, but this page was made from 1." in text


def test_gallery_shows_the_first_records_and_says_how_many(make_page, full, parse_page):
    page = parse_page(make_page([full(str(n)) for n in range(5)], gallery=2))

    assert len(page.all("article", class_="card")) == 2
    assert "The first 2 of 5 records" in page.text


def test_counts_cover_all_records_though_the_gallery_is_short(make_page, full, parse_page):
    text = parse_page(make_page([full(str(n)) for n in range(5)], gallery=1)).text

    assert "ekman 5 records" in text


def test_a_missing_picture_is_said_on_its_card_and_counted(make_page, full, parse_page):
    text = parse_page(make_page([full()])).text

    assert "No picture to show: there is no file at a uri." in text
    assert "1 picture could not be shown." in text


def test_a_picture_travels_inside_the_page(make_page, record, tmp_path, png, parse_page):
    (tmp_path / "a.png").write_bytes(png())
    one = record(assets={"image": {"uri": "a.png", "media_type": "image/png"}})
    (image,) = parse_page(make_page([one])).all("img")

    assert image["src"].startswith("data:image/jpeg;base64,/9j/")


def test_cards_name_their_filter_choices_by_position(make_page, full, parse_page):
    page = parse_page(make_page([full("a", word="joy"), full("b", word="fear")]))
    options = [a["value"] for a in page.all("option")]

    assert options[:3] == ["", "0", "1"]
    assert [a["data-e"].strip() for a in page.all("article")] == ["1", "0"]


def test_predictions_that_do_no_better_than_guessing_are_called_so(make_page, full, parse_page):
    text = parse_page(make_page([full()])).text

    assert "The predictions do no better than always guessing joy." in text


def test_predictions_that_saw_the_labels_are_called_circular(make_page, full, receipt, parse_page):
    step = receipt("llm-annotate expression", "map", 1, passed=1, options={"use_labels": "true"})
    text = parse_page(make_page([full()], receipts=[step])).text

    assert "A step was told to use people's labels" in text


def test_all_labelled_records_are_compared_though_predictions_mix_vocabularies(
    make_page, record, labels, expression, parse_page
):
    pairs = [("joy", "optimism", "goemotions"), ("fear", "fear", "ekman")]
    records = [
        record(
            str(n),
            labels=labels("emoint", said),
            expression=expression([(found, 0.5)], vocabulary=vocabulary),
        )
        for n, (said, found, vocabulary) in enumerate(pairs)
    ]
    text = parse_page(make_page(records)).text

    assert "100.0 % of 2 records agree" in text
    assert "both in ekman terms" in text


def test_neutral_predictions_that_people_could_not_share_are_said(
    make_page, record, labels, expression, parse_page
):
    one = record(labels=labels("emoint", "joy"), expression=expression([("neutral", 1.0)]))
    text = parse_page(make_page([one])).text

    assert "The program said neutral for 1 record, which people could not say in emoint." in text


def test_labels_that_nothing_can_be_held_against_are_said(
    make_page, record, labels, expression, parse_page
):
    one = record(labels=labels("my-own", "bliss"), expression=expression([("joy", 1.0)]))
    text = parse_page(make_page([one])).text

    assert "1 record labelled in my-own cannot be compared" in text


def test_a_file_that_is_only_looked_up_is_explained(make_page, full, receipt, parse_page):
    reference = receipt("t images", "source", 1, passed=1, gives="p")
    takes = [("input", "x"), ("references", "p")]
    drawn = receipt("t draw", "derive", 1, consumed=1, produced=1, takes=takes)
    text = parse_page(make_page([full()], receipts=[reference, drawn])).text

    assert "1 record came in." in text
    assert "A dashed line leads from a file" in text


def test_records_that_came_in_beside_the_steps_shown_are_said(make_page, full, receipt, parse_page):
    known = receipt("t a", "source", 2, passed=2, gives="a")
    takes = [("input", "a"), ("input", "b")]
    merge = receipt("t merge", "aggregate", 5, consumed=5, produced=5, takes=takes)
    text = parse_page(make_page([full()], receipts=[known, merge])).text

    assert "5 records came in." in text
    assert "1 file that t merge read is not the output of any step shown here, so 3 records" in text


def test_terms_that_a_source_does_not_state_are_called_so(make_page, record, parse_page):
    text = parse_page(make_page([record(source={"dataset": "d"})])).text

    assert "Licence not stated" in text


def test_records_without_a_source_are_counted_among_the_terms(make_page, record, parse_page):
    assert "1 record names no source" in parse_page(make_page([record()])).text


def test_a_step_that_read_a_part_is_not_said_to_have_read_something_else(
    make_page, full, receipt, parse_page
):
    source = receipt("t a", "source", 90, passed=90, gives="a", size=900)
    drawn = receipt(
        "t draw", "map", 1, passed=1, takes=[("input", "x", 9)], part={"limit": "1"}, gives="d"
    )
    text = parse_page(make_page([full()], receipts=[source, drawn])).text

    assert "t draw read only a part of a manifest (--limit 1)" in text
    assert "is not the output of any step" not in text


def test_what_a_step_aside_lost_is_told_among_the_losses_only(make_page, full, receipt, parse_page):
    reference = receipt("t images", "source", 3, passed=1, dropped=1, rejected=1, gives="p")
    takes = [("input", "x"), ("references", "p")]
    drawn = receipt("t draw", "derive", 1, consumed=1, produced=1, takes=takes)
    text = parse_page(make_page([full()], receipts=[reference, drawn])).text

    assert "1 record came in. None was lost on the way." in text
    assert "1 record was dropped, but no file" in text
    assert "1 line was rejected, but no rejects file" in text


def test_without_an_evaluation_or_a_figure_nothing_is_said_of_them(make_page, full, parse_page):
    page = parse_page(make_page([full()]))
    ids = {attributes.get("id") for _, attributes in page.elements}

    assert not ids & {"measured", "figures"}
    assert "How it compares" not in page.text


def test_an_evaluation_is_a_table_of_a_row_a_metric(make_page, metric, evaluation, parse_page):
    one = evaluation(
        metric("macro-f1", 0.5, (0.4, 0.6), majority=0.1, lexicon=0.3),
        metric("ece", 0.2, (0.1, 0.3), n=4, failures=2, constant=0.25),
    )
    text = parse_page(make_page(evaluations=[one])).text

    assert "What llm-annotate evaluate found" in text
    assert "train 10validation 5test 5overlap 0" in text
    assert "metric this 95 % interval drawn majority lexicon constant macro-f1" in text
    drawn = "majority 0.1lexicon 0.3"
    assert f"high is good, share, of 5 0.5, the best 0.4 to 0.6 {drawn} 0.1 0.3 –" in text
    assert (
        "low is good, share, of 4, 2 failed 0.20, the best 0.10 to 0.30 constant 0.25 – – 0.25"
        in text
    )


def test_a_baseline_that_wins_is_named_before_the_table(make_page, metric, evaluation, parse_page):
    one = evaluation(
        metric("macro-f1", 0.5, (0.4, 0.6), majority=0.1, lexicon=0.7),
        metric("mae", 0.5, (0.45, 0.55), mean=0.25, lexicon=0.5),
        metric("f1-joy", 0.5, (0.4, 0.6), lexicon=0.45),
        metric("f1-anger", 0.1, (0.0, 0.2), lexicon=0.3),
        metric("f1-fear", 0.5, (0.4, 0.6), lexicon=0.5),
        metric("loudness", 3.0, (2.0, 4.0), lexicon=9.0),
    )
    text = parse_page(make_page(evaluations=[one])).text

    told = (
        "A baseline wins in 3 of 5 metrics: "
        "lexicon in macro-f1 (0.7, this 0.5), f1-anger (0.3, this 0.1); "
        "mean in mae (0.25, this 0.50). In 1 the best baseline is as good. "
        "In 1 the best baseline is behind, but within the interval."
    )
    assert told in text
    assert text.index(told) < text.index("95 % interval drawn")


def test_more_wins_than_can_be_told_are_counted(make_page, metric, evaluation, parse_page):
    one = evaluation(*(metric(f"f1-{n}", 0.5, (0.4, 0.6), a=0.7) for n in range(15)))

    assert "f1-11 (0.7, this 0.5); and 3 more" in parse_page(make_page(evaluations=[one])).text


def test_no_baseline_that_wins_is_said_too(make_page, metric, evaluation, parse_page):
    one = evaluation(metric("macro-f1", 0.5, (0.4, 0.6), majority=0.1))

    assert "No baseline wins in any of 1 metric." in parse_page(make_page(evaluations=[one])).text


def test_metrics_that_nobody_can_rank_are_called_so(make_page, metric, evaluation, parse_page):
    one = evaluation(metric("loudness", 0.5, (0.4, 0.6), a=0.1))
    page = make_page(evaluations=[one])
    text = parse_page(page).text

    assert "No metric can be ranked" in text
    assert "Without an arrow nobody knows here which end is good" in text
    assert b'class="figure best"' not in page


def test_a_leak_is_warned_of(make_page, metric, evaluation, parse_page):
    text = parse_page(make_page(evaluations=[evaluation(metric(), overlap=3)])).text

    assert "What is judged shares 3 texts or groups with what was learned from" in text


def test_a_leak_that_nobody_looked_for_is_not_called_none(
    make_page, metric, evaluation, parse_page
):
    text = parse_page(make_page(evaluations=[evaluation(metric(), overlap=None)])).text

    assert "overlap not known" in text
    assert "is not known. The metrics below may be better than they should be." in text
    assert "overlap 0" not in text


def test_a_metric_is_ranked_by_the_direction_it_says(make_page, metric, evaluation, parse_page):
    low = metric("loudness", 0.5, (0.4, 0.6), a=0.1) | {"lower_is_better": True}
    text = parse_page(make_page(evaluations=[evaluation(low)])).text

    assert "A baseline wins in 1 of 1 metric: a in loudness (0.1, this 0.5)" in text


def test_what_else_an_evaluation_says_is_told(make_page, metric, evaluation, parse_page):
    one = evaluation(metric()) | {"collapsed": {"this": False, "ridge": True}}
    text = parse_page(make_page(evaluations=[one])).text

    assert "What else it says collapsed this no, ridge yes" in text


def test_evaluations_stand_one_after_the_other(make_page, metric, evaluation, parse_page):
    given = [evaluation(metric(), command=f"t evaluate-{n}") for n in range(2)]
    text = parse_page(make_page(evaluations=given)).text

    assert text.index("t evaluate-0") < text.index("t evaluate-1")


def test_a_figure_travels_inside_the_page_with_its_name(make_page, png, parse_page):
    page = parse_page(make_page(figures={"loss_by_epoch.png": png(), "t-SNE_of_faces.svg": SVG}))

    drawn, scattered = page.all("img")
    assert drawn["src"].startswith("data:image/png;base64,")
    assert (drawn["width"], drawn["height"]) == ("300", "200")
    assert (drawn["alt"], scattered["alt"]) == ("Figure: Loss by epoch", "Figure: t-SNE of faces")
    assert "Loss by epoch t-SNE of faces" in page.text


def test_a_very_long_word_stays_within_the_page(make_page, full):
    assert "overflow-wrap: anywhere" in make_page([full(text="x" * 500)]).decode()


def test_every_table_that_draws_bars_also_says_its_numbers(make_page, full, parse_page):
    page = make_page([full()]).decode()
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, re.DOTALL)
    drawn = [row for row in rows if 'class="bar"' in row]

    assert drawn
    assert all(re.search(r'class="figure[^"]*">[\d.,<]', row) for row in drawn)


def test_headings_follow_one_another_without_a_gap(everything, parse_page):
    levels = [
        int(tag[1])
        for tag, _ in parse_page(everything("calm")).elements
        if re.fullmatch("h[1-6]", tag)
    ]

    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
