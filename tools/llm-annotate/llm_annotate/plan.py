"""What a run would ask a server for, without asking."""

from collections.abc import Iterable
from pathlib import Path

import orjson
from affectory_protocol.errors import UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Text

from llm_annotate.chat import build_request
from llm_annotate.chat_config import ChatConfig
from llm_annotate.prompt import Prompt
from llm_annotate.store import ResponseStore

_MILLION = 1_000_000


def make_plan(
    records: Iterable[Record],
    prompt: Prompt,
    chat: ChatConfig,
    store_path: Path,
    prices: Path | None,
) -> str:
    """Count what would be asked, and its price where prices are given.

    Args:
        records: of the run.
        prompt: what is asked.
        chat: what every request has in common.
        store_path: of the answers; a store that is not there is not made.
        prices: JSON, model to `input` and `output` for a million tokens.
    """
    count = 0
    waiting: dict[str, int] = {}
    for record in records:
        count += 1
        request = build_request(prompt.fill(record[Text].content), chat)
        waiting[request.digest] = request.estimated_tokens
    distinct = len(waiting)
    if store_path.exists():
        with ResponseStore(store_path) as store:
            waiting = {digest: n for digest, n in waiting.items() if store.get(digest) is None}
    tokens_in, tokens_out = sum(waiting.values()), len(waiting) * chat.max_tokens
    lines = [
        f"records            {count}",
        f"distinct requests  {distinct}",
        f"already stored     {distinct - len(waiting)}",
        f"to be sent         {len(waiting)}",
        f"tokens             {tokens_in} in, at most {tokens_out} out (estimated)",
    ]
    if prices is not None:
        price = _read_price(prices, chat.model)
        cost = (tokens_in * price["input"] + tokens_out * price["output"]) / _MILLION
        lines.append(f"price              at most {cost:.2f}")
    return "\n".join(lines)


def _read_price(path: Path, model: str) -> dict[str, float]:
    try:
        price = orjson.loads(path.read_bytes())[model]
        return {name: float(price[name]) for name in ("input", "output")}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError(
            f"--prices does not tell the price of {model}: {type(error).__name__}",
            hint=f'It is JSON: {{"{model}": {{"input": 0.5, "output": 1.5}}}}, a million tokens.',
        ) from None
