"""Lists of names on the command line."""

from affectory_protocol.errors import UsageError


def parse_names(text: str, option: str) -> tuple[str, ...]:
    """Read `NAME,...`.

    Raises:
        UsageError: there is none, or one is empty or stands twice.
    """
    names = tuple(name.strip() for name in text.split(","))
    if not all(names) or len(set(names)) < len(names):
        raise UsageError(
            f"{option} is not a list of different names: {text}", hint="For example a,b."
        )
    return names
