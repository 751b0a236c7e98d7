"""The planted faults can still be planted; `make mutants` plants them."""

import pytest
from faults import FAULTS
from run import find_stale


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_text_of_a_fault_stands_in_the_package_once(fault):
    assert not list(find_stale([fault]))


def test_names_of_faults_differ():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
