"""The discovery lock as text: canonical, so that equal locks are equal files, and merged line by line.

A block for each provider, sorted by key, and a value a line: branches that lock different providers merge
without a conflict unless their keys are neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.plain import can_be_plain
from idpctl.documents import LOCKED_MEMBERS
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idpctl.documents import Entry

_HEAD = """\
# The discovery lock of idpctl: what each provider served when it was last reviewed; plans go by it.
# `idpctl lock` writes this file and these lines; do not edit it. Commit it, and review its changes like
# those of the configuration. To take over what a provider serves now: idpctl lock --update KEY
version: 1
"""
_VALUES = ("well_known_url", *LOCKED_MEMBERS, "sha256", "date")


def lock_text(entries: Iterable[Entry]) -> str:
    """Return the file that holds `entries`, in any order; `config.lock` reads back the same ones."""
    blocks = [_block(entry) for entry in sorted(entries, key=lambda entry: entry.key)]
    return _HEAD + ("providers:\n" + "".join(blocks) if blocks else "providers: {}\n")


def _block(entry: Entry) -> str:
    key = entry.key if can_be_plain(entry.key) else quote(entry.key)
    return f"  {key}:\n" + "".join(_lines(entry))


def _lines(entry: Entry) -> Iterator[str]:
    for name in _VALUES:
        value = getattr(entry, name)
        if value is not None:
            # The escapes of `quote` are those of YAML (section 5.7); what cannot be seen is written as one.
            yield f"    {name}: {quote(value, None)}\n"
