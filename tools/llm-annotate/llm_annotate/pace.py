"""How fast and how much may be asked: limits a minute, and budgets of a run."""

import asyncio
from dataclasses import dataclass

from affectory_protocol.errors import LimitError

_MINUTE = 60.0


class Pace:
    """Lets through so much a minute, evenly, after a burst of one second's worth.

    Args:
        per_minute: units (requests, tokens); None is any number.
    """

    def __init__(self, per_minute: int | None) -> None:
        self._rate = None if per_minute is None else per_minute / _MINUTE
        self._free_at = 0.0

    async def take(self, units: float) -> None:
        """Wait until so many units may pass."""
        if self._rate is None:
            return
        now = asyncio.get_running_loop().time()
        begin = max(self._free_at, now - 1.0)
        self._free_at = begin + units / self._rate
        if (wait := self._free_at - now) > 0:
            await asyncio.sleep(wait)


@dataclass
class Budget:
    """What a run may spend.

    Attributes:
        max_requests: sent, repeats included; None is any number.
        max_tokens: in and out together, as servers count; None is any number.
        requests: sent so far.
        tokens: spent so far.
    """

    max_requests: int | None = None
    max_tokens: int | None = None
    requests: int = 0
    tokens: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether no request may follow."""
        return (self.max_requests is not None and self.requests >= self.max_requests) or (
            self.max_tokens is not None and self.tokens >= self.max_tokens
        )

    def spend_request(self) -> None:
        """Count a request about to be sent.

        Raises:
            LimitError: it would be one too many.
        """
        if self.max_requests is not None and self.requests >= self.max_requests:
            raise LimitError(
                f"the limit of requests is reached: {self.max_requests}",
                hint="Everything answered is kept. Repeat with a larger --max-requests to go on.",
            )
        if self.max_tokens is not None and self.tokens >= self.max_tokens:
            raise LimitError(
                f"the limit of tokens is reached: {self.tokens} of {self.max_tokens}",
                hint="Everything answered is kept. Repeat with a larger --max-tokens-total.",
            )
        self.requests += 1

    def spend_tokens(self, tokens: int) -> None:
        """Count tokens of an answer."""
        self.tokens += tokens
