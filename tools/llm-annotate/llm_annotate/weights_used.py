"""Which weights found expressions: what `made_by` says is believed, not the command line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from affectory_protocol.errors import ManifestError
from affectory_protocol.records.base import MadeBy

from llm_annotate.expression_backends import LINEAR
from llm_annotate.linear import LinearModel
from llm_annotate.tool import tool


class Used(NamedTuple):
    """What is known of the weights behind some expressions.

    Attributes:
        models: that may have found some.
        sentences: how many were learned from, by split; by the weights of the command line where
            these found some.
    """

    models: Sequence[LinearModel]
    sentences: Mapping[str, int]


def find_used(
    makers: Iterable[MadeBy | None],
    *,
    shipped: LinearModel,
    given: LinearModel | None,
    otherwise: Mapping[str, int],
) -> Used:
    """Find the weights that expressions were found by.

    Args:
        makers: `made_by` of all expressions that are compared; None where people wrote one.
        shipped: the weights of the package.
        given: weights that the command line names.
        otherwise: sentences the lexicon was learned from, which tell where no weights do.

    Raises:
        ManifestError: some were found by other weights, whose sentences nobody knows here.
    """
    known = {model.name: model for model in (given, shipped) if model is not None}
    names = [by.model for by in makers if by is not None and _is_linear(by)]
    unknown = sum(name not in known for name in names)
    if unknown:
        raise ManifestError(
            "expressions of the backend linear were found by weights that are neither those of "
            f"the package nor those of --weights: {unknown}",
            hint="Name the file that `expression --weights` was given, by --weights FILE; "
            "what an earlier version found has to be found again.",
        )
    found = [model for name, model in known.items() if name in names]
    models = [*found, *([given] if given is not None and given not in found else [])]
    return Used(models, models[0].sentences if models else otherwise)


def _is_linear(by: MadeBy) -> bool:
    return by.tool == tool.name and by.backend == LINEAR.name
