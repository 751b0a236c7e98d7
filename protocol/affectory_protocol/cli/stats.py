"""Count what a manifest holds."""

from collections import Counter
from collections.abc import Iterator

from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Expression, Labels, Source, Verdicts


def count_records(records: Iterator[Record]) -> dict[str, object]:
    """Count records by section, dataset, split, licence, label, role and verdict.

    Returns:
        Nested names to counts; every level sorted, so that equal manifests give equal bytes.
    """
    total = 0
    counters: dict[str, Counter[str]] = {
        name: Counter()
        for name in ("sections", "datasets", "splits", "licences", "labels", "emotions", "assets")
    }
    verdicts: dict[str, Counter[str]] = {}
    groups: Counter[str] = Counter()
    for record in records:
        total += 1
        counters["sections"].update(name for name in record.members if name not in {"id", "parent"})
        if (source := record.get(Source)) is not None:
            counters["datasets"][source.dataset] += 1
            counters["splits"][source.split or "none"] += 1
            counters["licences"][source.licence or "not stated"] += 1
            groups.update(source.groups.keys())
        if (labels := record.get(Labels)) is not None:
            counters["labels"].update(f"{e.vocabulary}/{e.label}" for e in labels.emotions)
        if (expression := record.get(Expression)) is not None:
            counters["emotions"].update(f"{e.vocabulary}/{e.label}" for e in expression.emotions)
        if (assets := record.get(Assets)) is not None:
            counters["assets"].update(assets.root.keys())
        if (judged := record.get(Verdicts)) is not None:
            for name, verdict in judged.root.items():
                outcome = "passed" if verdict.passed else verdict.reason or "failed"
                verdicts.setdefault(name, Counter())[outcome] += 1
    return {
        "records": total,
        **{name: dict(sorted(counter.items())) for name, counter in counters.items()},
        "groups": dict(sorted(groups.items())),
        "verdicts": {name: dict(sorted(v.items())) for name, v in sorted(verdicts.items())},
    }
