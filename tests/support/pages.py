"""Pages of the documents."""

import re

_GENERATED = re.compile(r"<!-- ([\w-]+): generated -->.*?<!-- /\1 -->", re.DOTALL)


def without_generated(page: str) -> str:
    """What people wrote of a page."""
    return _GENERATED.sub("", page)
