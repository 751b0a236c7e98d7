"""ISEAR in its two shapes."""

import pytest
from affectory_protocol.errors import UsageError
from dataset_io.config import TextImportConfig
from dataset_io.formats.isear import read_isear
from dataset_io.splits import Split
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
NARROW = b"emo;txt\r\n"
WIDE = b"ID|CITY|EMOT|INTS|Field1|MYKEY|SIT|STATE|\n"
NARROW_PARTS = [
    b"joy;", b"fear;", b'"', b'""', b"text", b"\xe1\n", b"\xe1\r\n", b"\n", b"\r\n", b";", b"\r",
]  # fmt: skip
WIDE_PARTS = [b"11|1|1|3|joy|k1|text|1|", b"|", b"text", b"\\", b'\\"', b'"', b"\n", b"\xc3"]


@pytest.fixture
def read(write):
    def read(content: bytes, name: str = "isear.csv", **config) -> list:
        return list(read_isear([write(name, content)], TextImportConfig(**config)))

    return read


def _sections(row) -> dict:
    return {section.name: section for section in row.outcome.sections}


def _content(row) -> str:
    return _sections(row)["text"].content


# --- Narrow --------------------------------------------------------------------------------------


def test_narrow_row_gives_its_label_without_a_score(read):
    (row,) = read(NARROW + b"guilt;I broke a promise.\r\n")

    assert [
        label.model_dump(exclude_unset=True) for label in _sections(row)["labels"].emotions
    ] == [{"vocabulary": "isear", "label": "guilt"}]


def test_narrow_text_over_several_lines_is_joined_without_its_residue(read):
    text = b'joy;"Each time that we met and \xe1\nespecially  after a ""long"" time.\xe1"\r\n'

    (row,) = read(NARROW + text)

    assert _content(row) == 'Each time that we met and especially after a "long" time.'


def test_narrow_row_holds_all_its_bytes_but_the_line_end(read):
    text = b'joy;"We met and \xe1\r\nlaughed."\r\n'

    (row,) = read(NARROW + text)

    assert (row.offset, row.raw) == (len(NARROW), text.removesuffix(b"\r\n"))


def test_narrow_ids_are_row_numbers_over_all_files(write):
    paths = [
        write("one.csv", NARROW + b"joy;One day.\r\nbroken\r\n"),
        write("two.csv", NARROW + b"fear;Two days.\r\n"),
    ]

    rows = list(read_isear(paths, TextImportConfig()))

    assert [rows[0].outcome.id, rows[2].outcome.id] == ["isear:1", "isear:3"]


def test_unclosed_quotation_mark_costs_one_row(read, reasons):
    rows = read(NARROW + b'joy;"It never \xe1\nends \xe1\nfear;I was late.\r\nshame;So was I.\r\n')

    assert reasons(rows) == ["malformed-row", "imported", "imported"]


def test_unclosed_quotation_mark_at_the_end_costs_one_row(read, reasons):
    assert reasons(read(NARROW + b'joy;"It never \xe1\nends')) == ["malformed-row"]


def test_quoted_text_over_the_limit_is_rejected_and_the_next_row_is_read(read, reasons):
    long = b'joy;"' + b"a line of a long text \xe1\n" * 4000 + b'"\r\n'

    rows = read(NARROW + long + b"fear;I was late.\r\n")

    assert reasons(rows)[0] == "line-too-long"
    assert reasons(rows)[-1] == "imported"


def test_line_of_text_that_begins_like_a_row_outside_quotation_marks_is_one(read, reasons):
    assert reasons(read(NARROW + b"joy;One.\nfear;Two.\n")) == ["imported", "imported"]


def test_narrow_file_that_somebody_made_utf8_is_read_as_such(read):
    (row,) = read(NARROW + "fear;On the ferry to Malm\u00f6.\r\n".encode())

    assert _content(row) == "On the ferry to Malm\u00f6."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"joy", "malformed-row"),
        (b"joy;one;two", "malformed-row"),
        (b'joy;"one" two', "malformed-row"),
        (b"boredom;Waiting for the bus.", "unknown-label"),
        (b"joy;", "empty-text"),
        (b"joy; \xe1", "empty-text"),
        (b'joy;""', "empty-text"),
        (b"joy;[ No response.]", "dropped"),
        (b"x" * 70_000, "line-too-long"),
    ],
)
def test_narrow_row_that_is_no_account_has_its_reason(read, reasons, line, reason):
    rows = read(NARROW + line + b"\r\nfear;I was late.\r\n")

    assert reasons(rows)[0] == reason
    assert reasons(rows)[-1] == "imported"


# --- Wide ----------------------------------------------------------------------------------------


def test_wide_row_gives_its_label_with_intensity_over_its_maximum(read):
    (row,) = read(WIDE + b"11|1|7|3|guilt|0117|I broke a promise.|1|\n")

    (label,) = _sections(row)["labels"].emotions
    assert (label.vocabulary, label.label, label.score) == ("isear", "guilt", 0.75)


def test_wide_intensity_of_zero_is_not_known(read):
    (row,) = read(WIDE + b"11|1|7|0|guilt|0117|I broke a promise.|1|\n")

    (label,) = _sections(row)["labels"].emotions
    assert "score" not in label.model_fields_set


def test_wide_row_names_its_key_and_its_person(read):
    (row,) = read(WIDE + b"11|1|7|3|guilt|0117|I broke a promise.|1|\n")

    assert row.outcome.id == "isear:0117"
    assert _sections(row)["source"].groups["speaker"] == "isear:11"


def test_wide_columns_are_found_by_name(read):
    header = b"MYKEY|SIT|ID|INTS|Field1|EMOT|\n"

    (row,) = read(header + b"0117|I broke a promise.|11|4|guilt|7|\n")

    assert (row.outcome.id, _content(row)) == ("isear:0117", "I broke a promise.")


def test_torn_quotation_is_mended(read):
    torn = (
        b'11|1|1|3|joy|0111|We spoke \xc3\xa1 \\the same language\\"- and \xc3\xa1|'
        b' \\"you know\\" I\'d \xc3\xa1|smile."|1|\n'
    )

    (row,) = read(WIDE + torn)

    assert _content(row) == 'We spoke "the same language"- and "you know" I\'d smile.'


def test_quotation_at_the_end_keeps_its_mark(read):
    (row,) = read(WIDE + b'11|1|1|3|joy|0111|She said \\I love you\\"."|1|\n')

    assert _content(row) == 'She said "I love you".'


def test_quotation_marks_without_damage_stay(read):
    (row,) = read(WIDE + b'11|1|1|3|joy|0111|She said "yes"|1|\n')

    assert _content(row) == 'She said "yes"'


def test_wide_cells_behind_the_text_count_from_the_end(read):
    header = b"ID|CITY|EMOT|SIT|INTS|Field1|MYKEY|\n"

    (row,) = read(header + b'11|1|1|We \\met\\" \xc3\xa1|again."|4|joy|0111|\n')

    assert (_content(row), row.outcome.id) == ('We "met" again.', "isear:0111")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"11|1|7|3|guilt|0117|too few|", "malformed-row"),
        (b"11|1|7|3|joy|0117|Two emotions.|1|", "malformed-row"),
        (b"11|1|7|5|guilt|0117|Too intense.|1|", "malformed-row"),
        (b"11|1|8|3|guilt|0117|Another emotion.|1|", "unknown-label"),
        (b"11|1|7|3|guilt|0117| \xc3\xa1 |1|", "empty-text"),
        (b"11|1|7|3|guilt||No key.|1|", "invalid-id"),
        (b"11|1|7|3|guilt|0117|\xe1|1|", "invalid-utf8"),
        (b"11|1|7|0|guilt|0117|NO RESPONSE|1|", "dropped"),
        (b"x" * 70_000, "line-too-long"),
    ],
)
def test_wide_row_that_is_no_account_has_its_reason(read, reasons, line, reason):
    rows = read(WIDE + line + b"\n11|1|7|3|guilt|0118|I broke a promise.|1|\n")

    assert reasons(rows)[0] == reason
    assert reasons(rows)[-1] == "imported"


# --- Both ----------------------------------------------------------------------------------------


def test_both_shapes_of_one_account_have_one_text_and_group(read):
    (narrow,) = read(NARROW + b'joy;"We ""met"" \xe1\nagain."\r\n', "narrow.csv")
    (wide,) = read(WIDE + b'11|1|1|3|joy|0111|We \\met\\" \xc3\xa1|again."|1|\n', "wide.csv")

    assert _content(narrow) == _content(wide)
    assert _sections(narrow)["source"].groups["text"] == _sections(wide)["source"].groups["text"]


def test_source_says_licence_and_citation_and_no_split(read):
    source = _sections(read(NARROW + b"joy;One day.\r\n", "train.csv")[0])["source"]

    assert (source.dataset, source.licence, source.split) == ("isear", "research use", None)
    assert source.citation.startswith("Scherer")


def test_given_split_is_written(read):
    (row,) = read(NARROW + b"joy;One day.\r\n", split=Split.TRAIN)

    assert _sections(row)["source"].split == "train"


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf", NARROW, WIDE])
def test_file_without_rows_has_none(read, content):
    assert read(content) == []


@pytest.mark.parametrize("header", [b"joy;One day.\n", b"ID|SIT|\n", b"emo,txt\n", b"\x89PNG\n"])
def test_file_with_another_header_is_a_mistake_of_usage(read, header):
    with pytest.raises(UsageError, match="file 1 of those given"):
        read(header + b"secret\n")


def test_messages_do_not_quote_the_row(read):
    rows = read(NARROW + b'secret\njoy;secret;secret\nsecret;secret\njoy;"secret" secret\n')
    rows += read(
        WIDE + b"secret\n11|1|7|secret|guilt|1|secret|1|\n1|1|7|1|secret|1|secret|1|\n", "w"
    )

    assert [row for row in rows if "secret" in row.outcome.message] == []


@SAME_FOLDER
@given(
    header_and_content=st.one_of(
        st.tuples(st.just(NARROW), st.lists(st.sampled_from(NARROW_PARTS)).map(b"".join)),
        st.tuples(st.just(WIDE), st.lists(st.sampled_from(WIDE_PARTS)).map(b"".join)),
        st.tuples(st.sampled_from([NARROW, WIDE]), st.binary(max_size=300)),
    )
)
def test_any_bytes_are_accounted_for(tmp_path, tiles, header_and_content):
    header, content = header_and_content
    path = tmp_path / "any.csv"
    path.write_bytes(header + content)

    rows = list(read_isear([path], TextImportConfig()))

    assert tiles(header + content, rows, start=len(header))


@SAME_FOLDER
@given(content=st.lists(st.sampled_from(WIDE_PARTS)).map(b"".join))
def test_every_line_of_the_wide_table_is_a_row(tmp_path, content):
    path = tmp_path / "any.csv"
    path.write_bytes(WIDE + content)

    rows = list(read_isear([path], TextImportConfig()))

    assert [row.raw for row in rows] == [line for line in content.split(b"\n") if line]


@SAME_FOLDER
@given(
    texts=st.lists(
        st.text(st.characters(max_codepoint=255, blacklist_categories=["Cc"])).map(
            lambda text: "Once " + text.replace("\u00e1", "a").replace("\u00c3", "A")
        ),
        min_size=1,
    )
)
def test_what_a_csv_writer_wrote_is_read_back(tmp_path, texts):
    path = tmp_path / "written.csv"
    quoted = ['joy;"{}"\r\n'.format(text.replace('"', '""')) for text in texts]
    path.write_bytes(NARROW + "".join(quoted).encode("latin-1"))

    rows = list(read_isear([path], TextImportConfig()))

    assert len(rows) == len(texts)
    assert [_content(row).count('"') for row in rows] == [text.count('"') for text in texts]
