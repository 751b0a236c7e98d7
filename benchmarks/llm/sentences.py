"""Sentences as a manifest, and the requests that the tool makes of them.

python -m benchmarks.llm.sentences COUNT FOLDER
"""

import sys
from pathlib import Path

import orjson
from llm_annotate.chat import build_request
from llm_annotate.chat_config import ChatConfig
from llm_annotate.prompt import load_prompt


def write_sentences(count: int, folder: Path) -> None:
    """Write `in.jsonl` and `bodies.jsonl`, one line a sentence, no two alike."""
    prompt, chat = load_prompt(), ChatConfig(model="mock")
    with (folder / "in.jsonl").open("wb") as manifest, (folder / "bodies.jsonl").open("wb") as sent:
        for number in range(count):
            text = f"On day {number} she said that she was glad it was over."
            manifest.write(orjson.dumps({"id": f"s{number}", "text": {"content": text}}) + b"\n")
            sent.write(build_request(prompt.fill(text), chat).body + b"\n")


if __name__ == "__main__":
    write_sentences(int(sys.argv[1]), Path(sys.argv[2]))
