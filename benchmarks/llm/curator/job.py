"""Send requests with bespokelabs-curator: its backend openai, with a cache of its own."""

import os
import sys
import tempfile
from importlib.metadata import distribution
from typing import Any

from datasets import Dataset

from benchmarks.llm.clock import read_fields, timed

# It counts tokens with a table that it fetches from the net; litellm brings the same one along.
TABLES = distribution("litellm").locate_file("litellm/litellm_core_utils/tokenizers")
os.environ["TIKTOKEN_CACHE_DIR"] = str(TABLES)

from bespokelabs import curator  # noqa: E402 - looks for the table as it is imported

NO_LIMIT = 100_000_000
"""Requests and tokens a minute: it holds back by itself where none is given."""


class Asker(curator.LLM):
    """Hands the turns of a request on and takes the words of its answer."""

    def prompt(self, input: dict[str, Any]) -> list[dict[str, str]]:  # noqa: A002 - its name for it
        """The turns of a row."""
        turns: list[dict[str, str]] = input["messages"]
        return turns

    def parse(self, input: dict[str, Any], response: str) -> dict[str, str]:  # noqa: A002 - as above
        """A row of the answer."""
        del input
        return {"answer": response}


def _send_all(base_url: str, requests: list[dict[str, Any]], concurrency: int) -> None:
    model = requests[0]["model"]
    asker = Asker(
        model_name=model,
        backend="openai",
        generation_params={"temperature": 0.0, "max_tokens": requests[0]["max_tokens"]},
        backend_params={
            "base_url": base_url,
            "api_key": "none",
            "max_concurrent_requests": concurrency,
            "max_requests_per_minute": NO_LIMIT,
            "max_tokens_per_minute": NO_LIMIT,
        },
    )
    rows = Dataset.from_list([{"messages": fields["messages"]} for fields in requests])
    with tempfile.TemporaryDirectory() as folder:
        answers = asker(rows, working_dir=folder).dataset
        if len(answers) != len(requests):
            raise ValueError(f"{len(answers)} answers to {len(requests)} requests")


if __name__ == "__main__":
    waiting = read_fields(sys.argv[2])
    with timed():
        _send_all(sys.argv[1], waiting, int(sys.argv[3]))
