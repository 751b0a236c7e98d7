"""A tiny language model with random weights, in the files of the library that loads real ones.

    python llama.py FOLDER [--no-chat-template] [--bos-by-tokenizer] [--pickle]

Its tokenizer is trained on the prompt of the package, its weights are drawn from a seed: 200 kB in
all. Runs where transformers is installed.
"""

import argparse
from pathlib import Path

import torch
from llm_annotate.prompt import load_prompt
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

BEGIN, HEADER, TURN, END, PAD = "<|begin|>", "<|header|>", "<|turn|>", "<|end|>", "<|pad|>"
VOCABULARY = 700
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


def save(folder: Path, *, template: bool, bos_by_tokenizer: bool, pickle: bool) -> None:
    """Write model and tokenizer."""
    tokenizer = make_tokenizer()
    if bos_by_tokenizer:
        begin = (BEGIN, tokenizer.token_to_id(BEGIN))
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{BEGIN} $A", special_tokens=[begin]
        )
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=BEGIN, eos_token=TURN, pad_token=PAD
    )
    if template:
        wrapped.chat_template = CHAT_TEMPLATE
    wrapped.save_pretrained(folder)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(wrapped) + 12,  # as real ones, which round it up
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        initializer_range=0.6,  # so that what it has read matters to what it writes
        bos_token_id=wrapped.bos_token_id,
        eos_token_id=[wrapped.eos_token_id, wrapped.convert_tokens_to_ids(END)],
        pad_token_id=wrapped.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    if pickle:
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-chat-template", dest="template", action="store_false")
    parser.add_argument("--bos-by-tokenizer", action="store_true")
    parser.add_argument("--pickle", action="store_true")
    given = parser.parse_args()
    save(
        given.folder,
        template=given.template,
        bos_by_tokenizer=given.bos_by_tokenizer,
        pickle=given.pickle,
    )


if __name__ == "__main__":
    main()
