"""What a tool may import: the names that modules offer are there."""

import importlib
import pkgutil
import re

import affectory_protocol
import pytest
from affectory_protocol import errors, reasons

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(affectory_protocol.__path__, "affectory_protocol.")
    if not module.name.endswith("__main__")
)
ERRORS = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.AffectoryError)
]


@pytest.mark.parametrize("name", MODULES)
def test_module_has_a_docstring(name):
    assert importlib.import_module(name).__doc__


@pytest.mark.parametrize("name", MODULES)
def test_every_name_a_module_offers_is_there(name):
    module = importlib.import_module(name)
    assert [one for one in getattr(module, "__all__", ()) if not hasattr(module, one)] == []


def test_what_a_tool_needs_to_declare_verbs_comes_from_one_module():
    command = importlib.import_module("affectory_protocol.command")
    assert {"BackendSpec", "Determinism", "FileContent", "Kind", "Missing", "Run", "Tool"} <= set(
        command.__all__
    )


# errors and reasons ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UsageError, 2),
        (errors.ManifestError, 1),
        (errors.TooManyRejectsError, 3),
        (errors.UnavailableError, 4),
        (errors.LimitError, 5),
        (errors.TemporaryError, 75),
    ],
)
def test_error_ends_in_the_status_of_the_protocol(error, status):
    assert error("m").exit_status == status


def test_every_error_stands_in_the_tree_of_its_module():
    assert [
        error.__name__ for error in ERRORS if error.__name__ not in (errors.__doc__ or "")
    ] == []


def test_every_reason_has_its_words():
    assert reasons.REASON_TEXTS.keys() == set(reasons.Reason)


def test_every_reason_to_drop_has_its_words():
    assert reasons.DROP_REASON_TEXTS.keys() == set(reasons.DropReason)


def test_reasons_are_spelled_with_hyphens():
    assert [one for one in reasons.Reason if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one)] == []
