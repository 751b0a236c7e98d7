"""A tiny language model with random weights, in the files of the library that loads real ones.

    python llama.py FOLDER [--seed N] [--pickle] ...

Its tokenizer is trained on the prompt of the package, its weights are drawn from a seed: 300 kB in
all. Runs where transformers is installed. Options make it wrong in one way each.
"""

import argparse
import json
from pathlib import Path

import torch
from llm_annotate.prompt import load_prompt
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

BEGIN, HEADER, TURN, END, PAD = "<|begin|>", "<|header|>", "<|turn|>", "<|end|>", "<|pad|>"
VOCABULARY = 700
TOLD = "as it is"
BROKEN_TEMPLATES = {
    "filter": "{{ messages | unheard_of }}",
    "type": "{{ 1 + messages[0]['content'] }}",
    "syntax": "{% for",
    "quoting": "{{ raise_exception('no: ' + messages[-1]['content']) }}",
}
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no') }}{% endif %}"
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|header|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|turn|>{% endfor %}"
    "{% if add_generation_prompt %}<|header|>assistant\n{% endif %}"
)


def make_tokenizer() -> Tokenizer:
    """Byte pairs, trained on the turns of the prompt; every byte has a token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, BEGIN, HEADER, TURN, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([content for _, content in load_prompt().turns], trainer)
    return tokenizer


def save_tokenizer(folder: Path, given: argparse.Namespace) -> PreTrainedTokenizerFast:
    """Write the tokenizer."""
    tokenizer = make_tokenizer()
    if given.bos_by_tokenizer:
        begin = (BEGIN, tokenizer.token_to_id(BEGIN))
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{BEGIN} $A", special_tokens=[begin]
        )
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=BEGIN, eos_token=TURN, pad_token=PAD
    )
    if given.template:
        begins = (
            NO_SYSTEM if given.no_system_role else BROKEN_TEMPLATES.get(given.template_fault, "")
        )
        wrapped.chat_template = begins + CHAT_TEMPLATE
    wrapped.save_pretrained(folder)
    return wrapped


def save_model(folder: Path, given: argparse.Namespace, tokenizer: PreTrainedTokenizerFast) -> None:
    """Write the model."""
    torch.manual_seed(given.seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer) + (-50 if given.short_head else 12),  # real ones round it up
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        initializer_range=0.6,  # so that what it has read matters to what it writes
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=[tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids(END)],
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    weights = model.state_dict()
    if given.end != TOLD:
        tell_end(folder, json.loads(given.end))
    if given.drop:
        del weights[given.drop]
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    if given.pickle:
        torch.save(weights, folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    if given.model_type:
        told = json.loads((folder / "config.json").read_bytes())
        (folder / "config.json").write_text(json.dumps({**told, "model_type": given.model_type}))


def tell_end(folder: Path, end: object) -> None:
    """Let all files tell another token that ends a text; null leaves it and the padding out."""
    for name in ("config.json", "generation_config.json", "tokenizer_config.json"):
        told = json.loads((folder / name).read_bytes())
        for absent in ("eos_token", "eos_token_id", "pad_token", "pad_token_id"):
            told.pop(absent, None)
        if end is not None and name != "tokenizer_config.json":
            told["eos_token_id"] = end
        (folder / name).write_text(json.dumps(told))
    (folder / "special_tokens_map.json").unlink(missing_ok=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7, help="of the weights")
    parser.add_argument("--no-chat-template", dest="template", action="store_false")
    parser.add_argument("--no-system-role", action="store_true", help="as some templates have it")
    parser.add_argument("--template-fault", choices=BROKEN_TEMPLATES)
    parser.add_argument("--end", default=TOLD, help="tokens that end a text, as JSON; null: none")
    parser.add_argument("--bos-by-tokenizer", action="store_true", help="as well as the template")
    parser.add_argument("--pickle", action="store_true", help="in place of safetensors")
    parser.add_argument("--drop", help="name of weights that are left out")
    parser.add_argument("--model-type", help="that config.json tells")
    parser.add_argument("--short-head", action="store_true", help="fewer tokens than the tokenizer")
    given = parser.parse_args()
    save_model(given.folder, given, save_tokenizer(given.folder, given))


if __name__ == "__main__":
    main()
