"""JSON pointers, by the examples of RFC 6901 and what lies beside them."""

import pytest
from filters.pointer import ABSENT, parse_pointer, resolve_pointer
from hypothesis import given
from hypothesis import strategies as st

# RFC 6901, section 5.
DOCUMENT = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_examples_of_the_standard_hold(pointer, value):
    assert resolve_pointer(DOCUMENT, parse_pointer(pointer)) == value


def test_tilde_is_read_once():
    assert parse_pointer("/~01") == ("~1",)


@pytest.mark.parametrize("pointer", ["foo", " /foo", "#/foo", "/~", "/~2", "/a~b"])
def test_what_is_no_pointer_is_refused(pointer):
    with pytest.raises(ValueError, match="slash"):
        parse_pointer(pointer)


@pytest.mark.parametrize(
    "pointer",
    [
        "/none",
        "/foo/2",
        "/foo/-",
        "/foo/-1",
        "/foo/01",
        "/foo/+1",
        "/foo/1e0",
        "/foo/",
        "/foo/²",
        "/foo/0/0",
        "/a~1b/0",
        "/foo/9999999999999999999",
    ],
)
def test_pointer_to_nothing_is_absent(pointer):
    assert resolve_pointer(DOCUMENT, parse_pointer(pointer)) is ABSENT


def test_null_is_something():
    assert resolve_pointer({"a": None}, ("a",)) is None


@given(st.lists(st.text(), min_size=1))
def test_written_steps_are_read_back(steps):
    written = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)

    assert parse_pointer(written) == tuple(steps)
