"""From records to sentences with faces, and what no split may cut."""

import numpy as np
import pytest
from affectory_protocol.errors import ManifestError, RecordError
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from trainers.expression_space.examples import SHAPES, check_example, read_examples
from trainers.expression_space.overlap import find_overlap, refuse_overlap
from trainers.expression_space.split import Split


def test_examples_keep_what_the_records_hold(record):
    found = read_examples([record(0, "train"), record(1, "validation"), record(2, "train")])

    assert found.ids == ("r0", "r1", "r2")
    assert found.faces.shape == (3, 52)
    assert found.faces.dtype == np.float32
    assert found.faces[1][:4].tolist() == [0.25, 0.5, 0.75, 0.0]
    assert found.rows(Split.TRAIN).tolist() == [0, 2]
    assert found.part(Split.TRAIN).ids == ("r0", "r2")
    assert found.emotions[1][0].label == "anger"
    assert found.groups[2] == {("speaker", "s2")}
    assert found.annotators == {"elsewhere guess": 3}


def test_terms_are_counted_and_none_is_not_empty(record):
    told = {"licence": "CC-BY-4.0", "consent": "research", "citation": "Doe 2020"}
    rows = [record(n, "train", terms=told if n % 3 else None) for n in range(9)]
    found = [one.model_dump() for one in read_examples(rows).terms]

    assert found == [
        {"dataset": "d", "licence": None, "consent": None, "citation": None, "records": 3},
        {"dataset": "d", **told, "records": 6},
    ]
    assert read_examples(rows).part(Split.TRAIN).terms == read_examples(rows).terms


def test_no_records_are_no_examples():
    assert len(read_examples([])) == 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_faces_of_every_layout_are_read_by_name(record, layout):
    names = LAYOUTS[layout]
    weights = [0.5 if name in {"jawRight", "mouthSmileLeft"} else 0.0 for name in names]
    (face,) = read_examples([record(0, "train", weights=weights, layout=layout)]).faces

    assert {SHAPES[place] for place in np.flatnonzero(face)} == {"jawRight", "mouthSmileLeft"}


@pytest.mark.parametrize("split", [None, "dev", ""])
def test_record_on_no_side_is_refused(record, split):
    with pytest.raises(RecordError, match="/source/split"):
        check_example(record(0, split))


def test_face_in_words_only_is_refused(record):
    with pytest.raises(RecordError, match="/expression/blendshapes"):
        check_example(_without_weights(record(0, "train")))


def _without_weights(found):
    from affectory_protocol.record import Record
    from affectory_protocol.records import Expression, Source

    return Record(found.line, found.members, {"source": found[Source], "expression": Expression()})


def test_text_on_two_sides_is_found_whatever_its_typing(record):
    found = read_examples(
        [
            record(0, "train", text="It’s  FINE"),
            record(1, "test", text="it's fine"),
            record(2, "test", text="it's not"),
        ]
    )

    assert list(find_overlap(found).values()) == [["r0", "r1"]]


def test_group_that_is_cut_ends_the_run_naming_ids_and_no_text(record):  # item 8 of the dossier
    found = read_examples(
        [
            record(0, "train", text="secret words"),
            record(1, "validation", groups={"speaker": "s0"}),
            record(2, "test"),
        ]
    )
    with pytest.raises(ManifestError) as told:
        refuse_overlap(found)

    assert "r0, r1" in told.value.message
    assert "r2" not in told.value.message
    assert not {"secret", "s0"} & set(told.value.message.replace(",", " ").split())


def test_clean_split_passes(record):
    refuse_overlap(read_examples([record(n, "train" if n % 2 else "test") for n in range(9)]))
