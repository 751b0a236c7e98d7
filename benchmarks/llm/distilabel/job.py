"""Send requests with distilabel: its client of the protocol, batch by batch, as its steps do."""

import asyncio
import sys
from itertools import islice
from typing import Any

from distilabel.models import OpenAILLM

from benchmarks.llm.clock import read_fields, timed


def _send_all(base_url: str, requests: list[dict[str, Any]], concurrency: int) -> None:
    model = OpenAILLM(model=requests[0]["model"], base_url=base_url, api_key="none")
    model.load()
    asyncio.set_event_loop(asyncio.new_event_loop())
    waiting = iter(requests)
    while batch := list(islice(waiting, concurrency)):
        turns = [fields["messages"] for fields in batch]
        answers = model.generate(inputs=turns, max_new_tokens=batch[0]["max_tokens"])
        if not all(answer["generations"] for answer in answers):
            raise ValueError("an answer without words")


if __name__ == "__main__":
    rows = read_fields(sys.argv[2])
    with timed():
        _send_all(sys.argv[1], rows, int(sys.argv[3]))
