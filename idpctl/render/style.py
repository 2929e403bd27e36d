"""Colours, as strings that are empty where there are none: the printing code is the same for both."""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """Escape sequences of a terminal (ECMA-48, select graphic rendition)."""

    bold: str = ""
    red: str = ""
    green: str = ""
    yellow: str = ""
    cyan: str = ""
    reset: str = ""


PLAIN = Palette()
COLORED = Palette(
    bold="\x1b[1m", red="\x1b[31m", green="\x1b[32m", yellow="\x1b[33m", cyan="\x1b[36m", reset="\x1b[0m"
)


def palette(color: bool) -> Palette:
    """Return the colours, or none."""
    return COLORED if color else PLAIN
