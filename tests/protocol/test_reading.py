"""Lines out of files and pipes: they tile the input, whatever its bytes and however they arrive."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.reading import (
    HEAD_BYTES,
    Chunk,
    LineReader,
    TruncatedInputError,
    batched,
    clean_line,
    is_blank,
    limited,
)
from hypothesis import given
from hypothesis import strategies as st

contents = st.one_of(
    st.binary(max_size=60),
    st.text("ab\n\r", max_size=80).map(str.encode),
    st.lists(st.integers(0, 40), max_size=8).map(lambda ns: b"\n".join(b"x" * n for n in ns)),
)
blocks = st.lists(st.integers(1, 30), min_size=1, max_size=5)
limits = st.integers(1, 25)


class Trickle(LineReader):
    """A reader to which the bytes come in small blocks of given sizes, again and again."""

    def __init__(self, fd: int, sizes: list[int], **settings: object) -> None:
        super().__init__(fd, **settings)
        self._sizes = sizes
        self._reads = 0

    def _read(self, position: int, wanted: int = 2**20) -> bytes:
        size = self._sizes[self._reads % len(self._sizes)]
        self._reads += 1
        return super()._read(position, min(wanted, size))


@contextmanager
def opened(content: bytes, *, pipe: bool) -> Iterator[int]:
    """A descriptor that gives this content; small enough for the buffer of a pipe."""
    if pipe:
        read, write = os.pipe()
        os.write(write, content)
        os.close(write)
        try:
            yield read
        finally:
            os.close(read)
    else:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            yield file.fileno()


def read_chunks(
    content: bytes,
    sizes: list[int],
    limit: int,
    *,
    pipe: bool = False,
    absorbed: list[bytes] | None = None,
    shard: tuple[int, int] | None = None,
) -> list[Chunk]:
    taken = [] if absorbed is None else absorbed
    with opened(content, pipe=pipe) as fd:
        reader = Trickle(fd, sizes, max_line_bytes=limit, absorb=taken.append, shard=shard)
        return list(reader.chunks())


def lines_of(content: bytes) -> list[bytes]:
    """The lines of a content by the definition: what stands between newlines."""
    lines = content.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def terminated(content: bytes) -> bytes:
    return content if content.endswith(b"\n") or not content else content + b"\n"


def lines_in(chunks: list[Chunk]) -> list[bytes | str]:
    """Lines in order; of an over-long one its digest."""
    found: list[bytes | str] = []
    for chunk in chunks:
        found += chunk.lines if chunk.long_line is None else [chunk.long_line.sha256]
    return found


# chunks ---------------------------------------------------------------------------------------


@given(contents, blocks, limits, st.booleans())
def test_chunks_tile_the_input(content, sizes, limit, pipe):
    content = terminated(content) if pipe else content
    position = 0
    for chunk in read_chunks(content, sizes, limit, pipe=pipe):
        assert chunk.offset == position
        position = chunk.end
    assert position == len(content)


@given(contents, blocks, limits, st.booleans())
def test_raw_bytes_of_a_chunk_are_the_bytes_of_its_place(content, sizes, limit, pipe):
    content = terminated(content) if pipe else content
    for chunk in read_chunks(content, sizes, limit, pipe=pipe):
        if chunk.long_line is None:
            assert chunk.raw == content[chunk.offset : chunk.end]


@given(contents, blocks, limits, st.booleans())
def test_lines_are_found_and_long_ones_by_their_digest(content, sizes, limit, pipe):
    content = terminated(content) if pipe else content
    expected = [
        line if len(line) <= limit else hashlib.sha256(line).hexdigest()
        for line in lines_of(content)
    ]
    assert lines_in(read_chunks(content, sizes, limit, pipe=pipe)) == expected


@given(contents, blocks, limits, st.booleans())
def test_absorbed_bytes_are_the_long_lines_with_their_newlines(content, sizes, limit, pipe):
    content = terminated(content) if pipe else content
    absorbed: list[bytes] = []
    read_chunks(content, sizes, limit, pipe=pipe, absorbed=absorbed)
    long = [one for one in _with_newlines(content) if len(one.removesuffix(b"\n")) > limit]
    assert b"".join(absorbed) == b"".join(long)


def _with_newlines(content: bytes) -> list[bytes]:
    pieces = [piece + b"\n" for piece in content.split(b"\n")]
    pieces[-1] = pieces[-1].removesuffix(b"\n")
    return pieces


@given(contents, blocks, limits)
def test_long_line_says_its_length_and_keeps_its_beginning(content, sizes, limit):
    long = [line for line in lines_of(content) if len(line) > limit]
    found = [c.long_line for c in read_chunks(content, sizes, limit) if c.long_line is not None]
    assert [(one.length, one.head) for one in found] == [
        (len(line), line[:HEAD_BYTES]) for line in long
    ]


def test_head_of_a_long_line_is_its_first_four_kilobytes():
    line = bytes(range(97, 123)) * 1000
    (found,) = [c.long_line for c in read_chunks(line, [1000], 5000) if c.long_line]
    assert found.head == line[:4096]


def test_unterminated_long_last_line_of_a_file_is_long():
    """It lies in the block in which an earlier long line ends, and nothing follows."""
    content = b"x" * 25 + b"\n" + b"y" * 14
    chunks = read_chunks(content, [20], 10)
    assert [c.long_line.length for c in chunks if c.long_line] == [25, 14]


@given(contents, blocks, limits)
def test_pipe_that_ends_within_a_line_is_truncated(content, sizes, limit):
    content = content.rstrip(b"\n") + b"z"
    with pytest.raises(TruncatedInputError):
        read_chunks(content, sizes, limit, pipe=True)


def test_whole_lines_before_a_truncation_are_handed_on_first():
    with opened(b"a\nb\nc", pipe=True) as fd:
        chunks = LineReader(fd, max_line_bytes=100, absorb=lambda _: None).chunks()
        assert next(chunks).lines == [b"a", b"b"]


def test_last_chunk_is_closed():
    assert read_chunks(b"a\n", [10], 10)[-1].closed


def test_empty_file_has_no_lines():
    assert lines_in(read_chunks(b"", [10], 10)) == []


# batches --------------------------------------------------------------------------------------


@given(contents, blocks, blocks, limits, st.integers(1, 6))
def test_fixed_batches_do_not_depend_on_how_the_bytes_arrive(content, sizes, others, limit, batch):
    def cut(sizes: list[int]) -> list[tuple[int, tuple[bytes, ...], int]]:
        chunks = batched(iter(read_chunks(content, sizes, limit)), batch, fixed=True)
        return [(c.offset, tuple(c.lines), c.end) for c in chunks if c.lines or c.long_line]

    assert cut(sizes) == cut(others)


@given(contents, blocks, limits, st.integers(1, 6), st.booleans())
def test_batches_tile_the_input(content, sizes, limit, batch, fixed):
    chunks = read_chunks(content, sizes, limit)
    position = 0
    for one in batched(iter(chunks), batch, fixed=fixed):
        assert one.offset == position
        if one.long_line is None:
            assert one.raw == content[one.offset : one.end]
        position = one.end
    assert position == len(content)


@given(contents, blocks, limits, st.integers(1, 6), st.booleans())
def test_batches_hold_the_same_lines_and_no_more_than_asked(content, sizes, limit, batch, fixed):
    chunks = read_chunks(content, sizes, limit)
    batches = list(batched(iter(chunks), batch, fixed=fixed))
    assert lines_in(batches) == lines_in(chunks)
    assert all(len(one.lines) <= batch for one in batches)


@given(st.integers(0, 40), blocks, st.integers(1, 6))
def test_fixed_batches_are_full_but_for_the_last(count, sizes, batch):
    chunks = read_chunks(b"line\n" * count, sizes, 10)
    numbers = [len(one.lines) for one in batched(iter(chunks), batch, fixed=True)]
    assert all(number == batch for number in numbers[:-1])
    assert sum(numbers) == count


def test_batches_that_are_not_fixed_come_as_soon_as_their_lines():
    chunks = iter(
        [
            Chunk(0, [b"a"], b"a\n"),
            Chunk(2, [], b"", closed=True),
        ]
    )
    assert next(batched(chunks, 100, fixed=False)).lines == [b"a"]


@given(contents, blocks, st.integers(1, 6), st.integers(0, 5))
def test_a_resumed_run_forms_the_same_fixed_batches(content, sizes, batch, done):
    whole = list(batched(iter(read_chunks(content, sizes, 30)), batch, fixed=True))
    done = min(done, len(whole))
    start = whole[done - 1].end if done else 0
    with opened(content, pipe=False) as fd:
        reader = Trickle(fd, sizes, max_line_bytes=30, absorb=lambda _: None)
        assert reader.skip_prefix(start) is not None
        rest = list(batched(reader.chunks(), batch, fixed=True))
    assert lines_in(rest) == lines_in(whole[done:])


# limit ----------------------------------------------------------------------------------------


@given(contents, blocks, limits, st.integers(0, 6))
def test_limit_counts_records_and_not_blank_lines(content, sizes, limit, records):
    chunks = read_chunks(content, sizes, limit)
    kept = lines_in(list(limited(iter(chunks), records)))
    numbered = [line for line in lines_in(chunks) if isinstance(line, str) or not is_blank(line)]
    assert [k for k in kept if isinstance(k, str) or not is_blank(k)] == numbered[:records]


@given(contents, blocks, limits, st.integers(0, 6))
def test_limited_chunks_are_a_beginning_of_the_input(content, sizes, limit, records):
    position = 0
    for chunk in limited(iter(read_chunks(content, sizes, limit)), records):
        assert chunk.offset == position
        if chunk.long_line is None:
            assert chunk.raw == content[chunk.offset : chunk.end]
        position = chunk.end


# shards ---------------------------------------------------------------------------------------


@given(contents, blocks, st.integers(1, 12))
def test_slices_laid_end_to_end_are_the_file(content, sizes, number):
    slices = [
        b"".join(c.raw for c in read_chunks(content, sizes, 1000, shard=(k, number)))
        for k in range(1, number + 1)
    ]
    assert b"".join(slices) == content


@given(contents, blocks, st.integers(1, 12))
def test_a_slice_holds_the_lines_that_start_in_its_part(content, sizes, number):
    size = len(content)
    for k in range(1, number + 1):
        for chunk in read_chunks(content, sizes, 1000, shard=(k, number)):
            start = chunk.offset
            for line in chunk.lines:
                assert size * (k - 1) // number <= start < size * k // number
                start += len(line) + 1


def test_shard_of_a_pipe_is_a_usage_error():
    with opened(b"a\n", pipe=True) as fd, pytest.raises(UsageError):
        LineReader(fd, max_line_bytes=10, absorb=lambda _: None, shard=(1, 2))


@given(contents, blocks, st.integers(1, 5))
def test_sizes_of_the_slices_add_up(content, sizes, number):
    total = 0
    with opened(content, pipe=False) as fd:
        for k in range(1, number + 1):
            reader = LineReader(fd, max_line_bytes=9, absorb=lambda _: None, shard=(k, number))
            total += reader.size or 0
    assert total == len(content)


# going on -------------------------------------------------------------------------------------


@given(contents, blocks, st.integers(0, 70), st.booleans())
def test_skipped_prefix_has_the_digest_of_its_bytes(content, sizes, length, pipe):
    with opened(content, pipe=pipe) as fd:
        reader = Trickle(fd, sizes, max_line_bytes=9, absorb=lambda _: None)
        digest = reader.skip_prefix(length)
        if length > len(content):
            assert digest is None
        else:
            assert digest is not None
            assert digest.hexdigest() == hashlib.sha256(content[:length]).hexdigest()


@given(contents, blocks)
def test_what_follows_a_skipped_prefix_is_the_rest(content, sizes):
    start = content.rfind(b"\n", 0, len(content) // 2) + 1
    with opened(content, pipe=False) as fd:
        reader = Trickle(fd, sizes, max_line_bytes=1000, absorb=lambda _: None)
        reader.skip_prefix(start)
        chunks = list(reader.chunks())
    assert b"".join(chunk.raw for chunk in chunks) == content[start:]
    assert chunks[0].offset == start


@pytest.mark.parametrize("pipe", [False, True])
def test_reader_knows_whether_anything_follows(pipe):
    with opened(b"ab\n", pipe=pipe) as fd:
        reader = LineReader(fd, max_line_bytes=9, absorb=lambda _: None)
        reader.skip_prefix(3)
        assert reader.at_end()
    with opened(b"ab\nc", pipe=pipe) as fd:
        reader = LineReader(fd, max_line_bytes=9, absorb=lambda _: None)
        reader.skip_prefix(3)
        assert not reader.at_end()


# one line -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "offset", "cleaned"),
    [
        (b'{"id":"a"}\r', 5, b'{"id":"a"}'),
        (b'\xef\xbb\xbf{"id":"a"}', 0, b'{"id":"a"}'),
        (b'\xef\xbb\xbf{"id":"a"}\r', 0, b'{"id":"a"}'),
        (b'\xef\xbb\xbf{"id":"a"}', 5, b'\xef\xbb\xbf{"id":"a"}'),
        (b"a\r\r", 5, b"a\r"),
    ],
)
def test_only_one_carriage_return_and_a_leading_bom_are_taken_off(line, offset, cleaned):
    assert clean_line(line, offset) == cleaned


@pytest.mark.parametrize("line", [b"", b" ", b"\t \r"])
def test_white_space_is_no_record(line):
    assert is_blank(line)


def test_a_zero_byte_is_not_blank():
    assert not is_blank(b"\0")
