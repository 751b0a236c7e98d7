"""Fewer at once when memory does not suffice."""

import pytest
from affectory_protocol.errors import TemporaryError
from llm_annotate.halving import Halving, OutOfMemoryError


class Card:
    """Room for so many; notes what it was asked to do."""

    def __init__(self, room):
        self.room = room
        self.tried = []

    def double(self, items):
        self.tried.append(len(items))
        if len(items) > self.room:
            raise OutOfMemoryError
        return [2 * item for item in items]


def test_all_is_done_in_order_whatever_fits():
    assert Halving(8).run(Card(3).double, range(13)) == [2 * n for n in range(13)]


def test_size_is_halved_until_it_fits_and_stays_so():
    card, halving = Card(3), Halving(8)
    halving.run(card.double, range(5))
    halving.run(card.double, range(5))

    assert card.tried == [5, 2, 2, 1, 2, 2, 1]


def test_one_that_does_not_fit_ends_the_run_for_now():
    with pytest.raises(TemporaryError, match="one answer at a time"):
        Halving(8).run(Card(0).double, range(5))


def test_nothing_asks_for_nothing():
    card = Card(0)

    assert Halving(8).run(card.double, []) == []
    assert card.tried == []


def test_function_that_does_several_at_once_is_told_how_many():
    card = Card(3)

    assert Halving(8).attempt(lambda size: card.double(range(size))) == [0, 2]
    assert card.tried == [8, 4, 2]
