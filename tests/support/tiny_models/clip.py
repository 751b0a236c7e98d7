"""A tiny CLIP model with random weights, in the files of the library that loads real ones.

    python clip.py FOLDER [--seed N] [--pickle] ...

Its tokenizer knows single letters, its text tower has two layers. Runs where transformers is
installed. Options make it wrong in one way each.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import CLIPConfig, CLIPModel, PreTrainedTokenizerFast

BEGIN, END = "<|startoftext|>", "<|endoftext|>"
WIDTH, PROJECTED, LONGEST = 16, 24, 77


def save_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """Write the tokenizer: bytes of a text in lower case, and two marks."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate([*letters, BEGIN, END])}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token=END))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    marks = [(BEGIN, vocabulary[BEGIN]), (END, vocabulary[END])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A {END}", special_tokens=marks
    )
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=BEGIN, eos_token=END, pad_token=END, unk_token=END
    )
    wrapped.save_pretrained(folder)
    return wrapped


def save_model(folder: Path, given: argparse.Namespace, tokenizer: PreTrainedTokenizerFast) -> None:
    """Write the model, both towers, as the hub has them."""
    torch.manual_seed(given.seed)
    tower = {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "projection_dim": PROJECTED,
    }
    text = {
        **tower,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": LONGEST,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    vision = {**tower, "image_size": 8, "patch_size": 4}
    CLIPModel(
        CLIPConfig(text_config=text, vision_config=vision, projection_dim=PROJECTED)
    ).save_pretrained(folder)
    weights = load_file(folder / "model.safetensors")
    if given.drop:
        del weights[given.drop]
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    if given.pickle:
        torch.save(weights, folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    if given.model_type:
        told = json.loads((folder / "config.json").read_bytes())
        (folder / "config.json").write_text(json.dumps({**told, "model_type": given.model_type}))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7, help="of the weights")
    parser.add_argument("--pickle", action="store_true", help="in place of safetensors")
    parser.add_argument("--drop", help="name of weights that are left out")
    parser.add_argument("--model-type", help="that config.json tells")
    given = parser.parse_args()
    save_model(given.folder, given, save_tokenizer(given.folder))


if __name__ == "__main__":
    main()
