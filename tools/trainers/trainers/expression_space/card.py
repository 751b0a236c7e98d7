"""The card of a trained space: what it is, what it was made from, what it is not for."""

from collections.abc import Iterable, Iterator

from trainers.expression_space.space import SpaceConfig
from trainers.expression_space.terms import Terms

NOT_TOLD = "not told"
_MARKUP = str.maketrans({mark: f"\\{mark}" for mark in r"\|<>[]*_`"})

_CARD = """# An expression space

Sentences and faces in one space of {dimension} dimensions, trained by `trainers expression-space
train`. Where a sentence lies, a face can be read off: weights of 52 blendshapes.

| | |
| --- | --- |
| preset | `{preset}`, {parameters} parameters |
| encoder of texts | `{encoder}`, {encoded} numbers a text |
| layout of the networks | `{layout}` |
| trained on | {train} sentences with faces, validated on {validation}, {test} left for a test |
| texts and groups in more than one split | {overlap} |
| digest of the data | `{digest}` |
| seed | {seed} |
| epochs | {epochs}, the best of them {best} |

The faces it was taught were made by:

{annotators}

## Terms of the data

{terms}

Counted are all records that were read, of each split. Whoever passes the space on is bound by these
terms, and by those of the encoder's weights where it has some.

## The best epoch, on validation examples

{figures}

Losses are those of the preset. `mean_cosine` (of two different embeddings) near 1, or an
`effective_rank` near 1, would mean that the space has collapsed: {collapsed}.

## Limits

- It repeats what its annotator would write, mistakes included. That is what people would expect to
  see with such a sentence, not what anyone felt; nothing here may judge a person.
- Where a model or a table made the faces, agreement with them is no agreement with people.
- It knows the language, the kinds of sentences and the emotions of its training data, no others.
- Where a licence or a consent is not told above, nobody has said that the data may be used so.

The whole configuration, with the loss of each epoch, is in the metadata of the file and in the JSON
file beside it.
"""


def write_card(config: SpaceConfig) -> str:
    """Write the card of a space, Markdown."""
    best = config.best
    return _CARD.format(
        dimension=config.dimension,
        preset=config.preset.value,
        parameters=f"{config.network.parameters:,}",
        encoder=" ".join(filter(None, [config.encoder.name, config.encoder.model])),
        encoded=config.encoder.dimension,
        layout=config.network.layout,
        seed=config.seed,
        epochs=len(config.curve),
        best=best.epoch,
        annotators="\n".join(
            f"- {_escape(name)}: {count:,} faces" for name, count in config.data.annotators.items()
        ),
        terms="\n".join(_list_terms(config.data.terms)),
        figures="\n".join(f"- {name}: {value:.4g}" for name, value in best.validation.items()),
        collapsed="it has" if config.is_collapsed else "it has not",
        **config.data.model_dump(include={"digest", "train", "validation", "test", "overlap"}),
    )


def _list_terms(terms: Iterable[Terms]) -> Iterator[str]:
    """A table of them, a line a row."""
    yield "| dataset | licence | consent | citation | records |"
    yield "| --- | --- | --- | --- | --- |"
    for one in terms:
        told = (one.dataset, one.licence, one.consent, one.citation)
        cells = " | ".join(_escape(text or "") or NOT_TOLD for text in told)
        yield f"| {cells} | {one.records:,} |"


def _escape(text: str) -> str:
    """Words from a record as one line that is no markup."""
    return " ".join(text.split()).translate(_MARKUP)
