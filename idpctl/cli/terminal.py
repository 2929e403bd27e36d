"""Who is at the other end of a stream: a person at a terminal, or a program."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
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


def forget_stdout() -> None:
    """Let stdout lead nowhere once it cannot be written: Python would fail again when it ends."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
