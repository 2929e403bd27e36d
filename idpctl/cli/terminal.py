"""Who is at the other end of a stream: a person at a terminal, or a program."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_UNSET = ("", "0", "false")


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether `stream` is a terminal; None is a stream that was closed before we started."""
    return stream is not None and stream.isatty()


def is_watched(stream: TextIO | None) -> bool:
    """Say whether a person follows `stream`: a pipeline may have a terminal, but nobody sits at it."""
    return is_terminal(stream) and os.environ.get("CI", "").lower() in _UNSET


def forget_reader() -> None:
    """Let stdout lead nowhere once its reader has gone: Python would complain when it flushes it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
