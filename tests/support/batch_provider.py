"""A provider of the Batch protocol in which files go in and output and error files come out.

It answers as `mock_llm.py` does, so that results can be compared with those of a server, and fails
by seed: a request expires or is cancelled, meets 429 or 500, is answered by nonsense. Lines come in
an order of their own, and some come twice.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from llm_annotate.batch.line import write_request
from llm_annotate.chat import ChatRequest, build_request
from llm_annotate.chat_config import ChatConfig
from llm_annotate.config import BatchConfig
from llm_annotate.prompt import load_prompt
from llm_annotate.store import ResponseStore
from mock_llm import answer

FAULTS = ("expired", "cancelled", "429", "500", "invalid", "no completion")


def complete(asked: dict, digest: str, *, invalid: bool = False) -> dict:
    """The chat completion that the mock server gives, too."""
    said = [m["content"] for m in asked["messages"] if m["role"] == "user"]
    text = next(one for one in reversed(said) if not one.startswith("That is not valid"))
    content = '{"emotions": "many"}' if invalid else json.dumps(answer(text))
    message = {"role": "assistant", "content": "no JSON at all" if "mumble" in text else content}
    if "refuse" in text:
        message = {"role": "assistant", "content": None, "refusal": "I would rather not."}
    return {
        "id": digest[:8],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


@dataclass
class Provider:
    """One that remembers what it was asked.

    Attributes:
        share: of the requests that meet a fault, each time.
        seed: of faults and order.
        answered: how often each request was answered, by its id.
    """

    share: float = 0.0
    seed: int = 0
    answered: Counter = field(default_factory=Counter)
    _rounds: int = 0

    def work(self, requests: Path, folder: Path) -> list[Path]:
        """Answer a request file.

        Returns:
            The output file and the error file.
        """
        self._rounds += 1
        random = Random(f"{self.seed} {self._rounds}")
        lines = [json.loads(line) for line in requests.read_text("utf-8").splitlines()]
        assert len({line["custom_id"] for line in lines}) == len(lines)
        results = [self._answer(line, random) for line in lines]
        results += random.sample(results, len(results) // 20)  # the same line a second time
        random.shuffle(results)
        files = [folder / f"{kind}-{self._rounds}.jsonl" for kind in ("output", "error")]
        for path, good in zip(files, (True, False), strict=True):
            chosen = [json.dumps(line) for line, is_good in results if is_good is good]
            path.write_text("".join(f"{line}\n" for line in chosen), "utf-8")
        return files

    def _answer(self, line: dict, random: Random) -> tuple[dict, bool]:
        assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
        digest, fault = line["custom_id"], None
        if random.random() < self.share:
            fault = random.choice(FAULTS)
        if "forbid" in line["body"]["messages"][-1]["content"]:
            return _respond(digest, 400, {"error": {"code": "invalid_request_error"}}), False
        if fault in {"expired", "cancelled"}:
            return _fail(digest, f"batch_{fault}"), False
        if fault in {"429", "500"}:
            return _respond(digest, int(fault), {"error": {"message": "later"}}), False
        if fault == "no completion":
            return _respond(digest, 200, {"html": "a page of a proxy"}), True
        self.answered[digest] += 1
        return _respond(digest, 200, complete(line["body"], digest, invalid=bool(fault))), True


def _respond(digest: str, status: int, body: dict) -> dict:
    response = {"status_code": status, "request_id": f"r-{digest[:8]}", "body": body}
    return {"id": f"b-{digest[:8]}", "custom_id": digest, "response": response, "error": None}


def _fail(digest: str, code: str) -> dict:
    error = {"code": code, "message": "The request was not executed."}
    return {"id": f"b-{digest[:8]}", "custom_id": digest, "response": None, "error": error}


def ask(text: str, model: str = "mock") -> ChatRequest:
    """The request for a sentence, by the options' defaults."""
    return build_request(load_prompt().fill(text), ChatConfig(model=model))


def fill_store(path: Path, texts: Iterable[str], model: str) -> None:
    """A store with the answers to sentences."""
    with ResponseStore(path) as store:
        for request in (ask(text, model) for text in texts):
            body = complete(json.loads(request.body), request.digest)
            store.put(request.digest, json.dumps(body).encode())


def write_attempts(folder: Path, texts: Sequence[str]) -> list[Path]:
    """Request files in `folder/requests`, and what a provider with faults makes of them.

    One request is refused for good, and the output file is cut off.
    """
    (folder / "requests").mkdir()
    requests = folder / "requests/requests-001.jsonl"
    lines = [write_request(ask(text), BatchConfig().endpoint) for text in [*texts, "forbid me"]]
    requests.write_bytes(b"".join(lines))
    output, error = Provider(share=0.3).work(requests, folder)
    output.write_bytes(output.read_bytes()[:-99])
    return [error, output]
