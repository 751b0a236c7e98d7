"""Whether a file is an SVG that shows in the page all that it holds."""

from pathlib import Path
from xml.parsers import expat

from affectory_protocol.errors import UsageError

ROOT = "http://www.w3.org/2000/svg svg"

DRAWN = frozenset({"feImage", "image", "use"})
"""Elements that draw what they refer to. Source: SVG 1.1, second edition."""

KINDS = "a figure is a PNG, a JPEG or an SVG file"


def check_svg(content: bytes, path: Path) -> None:
    """Refuse what a browser could not show from the page alone.

    Args:
        content: of the file.
        path: of the file, for messages.

    Raises:
        UsageError: it is damaged or no SVG, defines entities, or draws what lies in another file.
    """
    check = _Check(path)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = check.enter
    parser.EntityDeclHandler = check.refuse_entity
    try:
        parser.Parse(content, True)  # noqa: FBT003 - the library's own: this is all there is
    except expat.ExpatError as error:
        raise UsageError(
            f"{KINDS}, and this is none, or is damaged at line {error.lineno}: {path}",
            hint="Draw it again.",
        ) from error


class _Check:
    """Looks at each element on the way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_inside = False

    def enter(self, name: str, attributes: dict[str, str]) -> None:
        if not self._is_inside and name != ROOT:
            raise UsageError(
                f"{KINDS}, and this is none: {self._path}", hint="Draw it in one of these forms."
            )
        self._is_inside = True
        if name.rpartition(" ")[2] in DRAWN and _leads_away(attributes):
            raise UsageError(
                f"a figure draws what lies in another file, which the page has not: {self._path}",
                hint="Save the SVG with its pictures inside it.",
            )

    def refuse_entity(self, *_: object) -> None:
        raise UsageError(
            f"a figure defines entities, which can make it endless: {self._path}",
            hint="Save the SVG without them.",
        )


def _leads_away(attributes: dict[str, str]) -> bool:
    targets = (value for name, value in attributes.items() if name.rpartition(" ")[2] == "href")
    return any(not target.strip().startswith(("#", "data:")) for target in targets)
