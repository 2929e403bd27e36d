"""`include`: more files with providers, below the folder of the file that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.documents import LOCK_FILE
from idpctl.text import has_forbidden, quote

if TYPE_CHECKING:
    from pathlib import Path


def expand(folder: Path, pattern: str) -> tuple[list[str], str | None]:
    """Return the files below `folder` that `pattern` matches, sorted, relative to it; or what is wrong.

    A link that leads out of `folder` is refused like `..`: whoever edits the configuration could
    otherwise have any file of the machine read, and quoted in messages.
    """
    fault = _fault(pattern)
    if fault is not None:
        return [], fault
    from glob import glob

    found = glob(pattern, root_dir=folder)  # noqa: PTH207 - pathlib's glob matches hidden files
    # The lock stands beside the configuration, where a pattern may well match it.
    matches = sorted(match for match in found if match.rpartition("/")[2] != LOCK_FILE)
    if not matches:
        return [], f"{quote(pattern)} matches no file"
    real = folder.resolve()
    outside = [match for match in matches if not (folder / match).resolve().is_relative_to(real)]
    if outside:
        return [], f"{quote(outside[0])} leads out of the folder of this file"
    return matches, None


def _fault(pattern: str) -> str | None:
    shown = quote(pattern)
    if has_forbidden(pattern) or "\\" in pattern:
        return f"{shown} holds a character that no path here needs"
    if pattern.startswith(("/", "~")):
        return f"{shown} is not relative to the folder of this file"
    if ".." in pattern.split("/"):
        return f"{shown} leads out of the folder of this file"
    return f"{shown} holds **: name each folder" if "**" in pattern else None
