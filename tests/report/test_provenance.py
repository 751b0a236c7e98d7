from affectory_protocol.records import Source
from report.provenance import Provenance, Terms


def test_equal_terms_are_counted_together_and_others_apart():
    provenance = Provenance()
    for licence in ("CC-BY-4.0", "CC-BY-4.0", None):
        provenance.add(Source(dataset="d", licence=licence))
    provenance.add(None)

    assert provenance.finish() == [Terms("d", "CC-BY-4.0", "", "", 2), Terms("d", "", "", "", 1)]
    assert provenance.unstated == 1
