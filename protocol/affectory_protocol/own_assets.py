"""Where assets lie that a run put beside its output when nobody told it another folder."""

from dataclasses import replace
from pathlib import Path

from affectory_protocol.places import ASSETS_ROOT, Places
from affectory_protocol.run_files import ASSETS


def locate_assets(manifest: Path) -> Path | None:
    """The folder of assets beside a manifest, where there is one."""
    folder = Path(f"{manifest}{ASSETS}")
    return folder if folder.is_dir() else None


def with_own_assets(places: Places, manifest: Path) -> Places:
    """Look in the folder beside a manifest for its assets, unless their root is given."""
    folder = locate_assets(manifest)
    if folder is None or ASSETS_ROOT in places.roots:
        return places
    return replace(places, roots={**places.roots, ASSETS_ROOT: folder.resolve()})
