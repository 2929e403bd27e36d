"""Text inside Markdown: nothing from outside can format, link, mention, or end what holds it.

Escaping of Markdown's own signs would not do: GitHub and GitLab look through the finished page for
@names, #numbers, hashes of commits, :emoji: and addresses. They leave code alone, so every text
from outside stands in a code span or a fence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.render.safe import word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.model import Target

_TICKS = re.compile("`+")
_LEAST_FENCE = 3


def marker(kind: str, target: Target | None = None) -> str:
    """Return the comment by which a bot finds what it wrote before: one for each target of a plan."""
    if target is None:
        return f"<!-- idpctl:{kind} -->"
    what = [target.owner, target.driver, target.location, target.organization]
    return f"<!-- idpctl:{kind}:{digest.sha256(what)[:16]} -->"


def code(text: str) -> str:
    """Return a name as a code span (CommonMark 0.31 section 6.1)."""
    return span(word(text))


def span(shown: str) -> str:
    """Return text that is safe on a terminal as a code span.

    A pipe ends a cell of a table even in code (GFM section 4.10), and the backslash that would
    save it can be spent by one before it: so it is shown as an escape.
    """
    shown = shown.replace("|", "\\x7c")
    ticks = "`" * (_longest_run([shown]) + 1)
    # One space on both sides is taken away again.
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def spans(names: Iterable[str], most: int) -> str:
    """Return names as code spans, and how many more there are."""
    every = list(names)
    few = ", ".join(map(code, every[:most]))
    return f"{few} and {len(every) - most} more" if len(every) > most else few


def fence(lines: Iterable[str], language: str) -> list[str]:
    """Return lines that are safe on a terminal as a fenced block (CommonMark 0.31 section 4.5)."""
    inside = list(lines)
    begin, end = frame(inside, language)
    return [begin, *inside, end]


def frame(lines: Iterable[str], language: str) -> tuple[str, str]:
    """Return the first and the last line of a fenced block: longer than any run of backticks inside."""
    ticks = "`" * max(_LEAST_FENCE, _longest_run(lines) + 1)
    return f"{ticks}{language}", ticks


def quoted_block(lines: Iterable[str]) -> list[str]:
    """Return lines as a block quote."""
    return [f"> {line}".rstrip() for line in lines]


def _longest_run(lines: Iterable[str]) -> int:
    return max((len(run) for line in lines for run in _TICKS.findall(line)), default=0)
