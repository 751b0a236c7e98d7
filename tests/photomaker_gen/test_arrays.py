"""Arrays as files."""

import io

import numpy as np
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from photomaker_gen.arrays import decode_series, encode_series

NUMBERS = np.arange(6, dtype=np.float32).reshape(3, 2)
CONTENT = encode_series(NUMBERS, fps=30).content


def saved(array: np.ndarray, *, pickled: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=pickled)
    return stream.getvalue()


def test_file_is_what_numpy_itself_would_save():
    assert saved(NUMBERS) == CONTENT


def test_file_gives_its_numbers_back():
    assert (decode_series(CONTENT, (3, 2)) == NUMBERS).all()


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", "<f8", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_fractions_of_any_length_and_order_are_read(dtype, order):
    content = saved(np.asarray(NUMBERS, dtype, order=order))
    assert (decode_series(content, (3, 2)) == NUMBERS).all()


@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_of_a_longer_file_are_read(order):
    content = saved(np.asarray(NUMBERS, order=order))
    assert decode_series(content, (2, 2), [1, 3]).tolist() == [[2, 3], [4, 5]]


@pytest.mark.parametrize("rows", [[0, 2], [1, 4], [3, 6], [0, 4]])
def test_rows_that_are_not_those_of_the_track_are_refused(rows):
    with pytest.raises(RecordError) as refused:
        decode_series(CONTENT, (3, 2), rows)
    assert refused.value.reason is Reason.ASSET_MISMATCH


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.ASSET_UNDECODABLE),
        (b"no array", Reason.ASSET_UNDECODABLE),
        (CONTENT[:20], Reason.ASSET_UNDECODABLE),
        (CONTENT[:-1], Reason.ASSET_UNDECODABLE),
        (CONTENT + b"\0", Reason.ASSET_UNDECODABLE),
        (saved(NUMBERS * np.float32("nan")), Reason.ASSET_UNDECODABLE),
        (CONTENT.replace(b"(3, 2)", b"(9, 9)"), Reason.ASSET_MISMATCH),
        (saved(NUMBERS.T), Reason.ASSET_MISMATCH),
        (saved(NUMBERS.astype(np.int32)), Reason.ASSET_MISMATCH),
        (saved(NUMBERS.astype(np.longdouble)), Reason.ASSET_MISMATCH),
        (saved(NUMBERS.astype(object), pickled=True), Reason.ASSET_MISMATCH),
    ],
)
def test_other_file_is_refused(content, reason):
    with pytest.raises(RecordError) as refused:
        decode_series(content, (3, 2))
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    "shape", ["(9999999, 99999999999)", "(" * 99, "(9" * 30, "()", "(9 9)", "(9,,9)", "(,)"]
)
def test_header_of_somebody_elses_is_refused_before_anything_of_its_size_is_made(shape):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with pytest.raises(RecordError):
        decode_series(content, (9_999_999, 99_999_999_999))
