"""Text that means harm, and what must never be printed."""

from __future__ import annotations

import re

CANARY = "canary-5f1c9e"
# Text that acts on terminals, log readers, Markdown and HTML.
HOSTILE = [
    "\x1b]0;owned\x07\x1b[2J\x1b[31m",
    "\x9b31m\x90q\x9c",
    "line\r\nError: forged\n::error::forged\n##[error]forged",
    "\u202egnihtyna\u2066\u200b\ufeff",
    "a\x00b\x08\x08",
    "\ue000\u2028\u2029\x85",
    "x" * 100_000,
    "```\n</details><script>@everyone #1 | `",
]


def assert_harmless(text: str) -> None:
    """Hold that nothing in `text` acts on a terminal, or on what reads the logs of a pipeline."""
    for line in text.split("\n"):
        assert line.isprintable(), ascii(line)
        assert not re.match(r"\s*(::|##\[|##vso\[)", line), ascii(line)
