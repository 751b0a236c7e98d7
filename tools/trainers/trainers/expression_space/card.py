"""The card of a trained space: what it is, what it was made from, what it is not for."""

from trainers.expression_space.space import SpaceConfig

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

## The best epoch, on validation examples

{figures}

Losses are those of the preset. `mean_cosine` (of two different embeddings) near 1, or an
`effective_rank` near 1, would mean that the space has collapsed: {collapsed}.

## Limits

- It repeats what its annotator would write, mistakes included. That is what people would expect to
  see with such a sentence, not what anyone felt; nothing here may judge a person.
- Where a model or a table made the faces, agreement with them is no agreement with people.
- It knows the language, the kinds of sentences and the emotions of its training data, no others.
- Its licence follows from that of the data, and of the encoder where that has weights.

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
            f"- {name}: {count:,} faces" for name, count in config.data.annotators.items()
        ),
        figures="\n".join(f"- {name}: {value:.4g}" for name, value in best.validation.items()),
        collapsed="it has" if config.is_collapsed else "it has not",
        **config.data.model_dump(include={"digest", "train", "validation", "test", "overlap"}),
    )
