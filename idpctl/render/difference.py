"""Two texts beside each other, line by line, harmless to whatever shows them."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING

from idpctl.render.safe import calm
from idpctl.text import escape, hide_userinfo

if TYPE_CHECKING:
    from collections.abc import Iterator

# A log reader takes `::command::` for its own at the begin of a line, behind white space too.
_COMMAND = re.compile(r"^(\s*):(?=:)")


def difference(name: str, before: str, after: str) -> Iterator[str]:
    """Yield the lines of a unified diff; a line may differ by its end alone."""
    lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for line in unified_diff(*lines, f"a/{name}", f"b/{name}"):
        yield _safe(line.removesuffix("\n"))


def _safe(line: str) -> str:
    return calm(_COMMAND.sub(r"\1\\x3a", escape(hide_userinfo(line), None)))
