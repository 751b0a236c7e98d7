"""What a run would ask a server for, without asking."""

from collections.abc import Iterable
from math import isfinite
from pathlib import Path

import orjson
from affectory_protocol.errors import UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Text
from affectory_protocol.seen_ids import SeenIds

from llm_annotate.batch.answers import AnswersSoFar
from llm_annotate.batch.need import Needs
from llm_annotate.chat_config import ChatConfig
from llm_annotate.prompt import Prompt

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
    tokens_in = distinct = 0
    known = store_path if store_path.exists() else None
    with AnswersSoFar(known) as answers, SeenIds() as asked, SeenIds() as seen:
        needs = Needs(prompt, chat, answers, asked, ask_refused=True)
        for record in records:
            distinct += seen.add(record[Text].content)
            request = needs.find(record)
            tokens_in += request.estimated_tokens if request is not None else 0
    need = needs.total
    tokens_out = need.requests * chat.max_tokens
    lines = [
        f"records            {need.records}",
        f"distinct requests  {distinct}",
        f"already stored     {distinct - need.requests}",
        f"to be sent         {need.requests}",
        f"tokens             {tokens_in} in, at most {tokens_out} out (estimated, no repairs)",
    ]
    if prices is not None:
        price = _read_price(prices, chat.model)
        cost = (tokens_in * price["input"] + tokens_out * price["output"]) / _MILLION
        lines.append(f"price              at most {cost:.2f}, were every answer valid")
    return "\n".join(lines)


def _read_price(path: Path, model: str) -> dict[str, float]:
    try:
        price = orjson.loads(path.read_bytes())[model]
        found = {name: float(price[name]) for name in ("input", "output")}
        if not all(isfinite(value) and value >= 0 for value in found.values()):
            raise ValueError  # noqa: TRY301 - one way out for all faults
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError(
            f"--prices does not tell the price of {model}: {type(error).__name__}",
            hint=f'It is JSON: {{"{model}": {{"input": 0.5, "output": 1.5}}}}, a million tokens.',
        ) from None
    return found
