"""Files named on the command line."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.plan import Plan


def read_start(path: Path, most: int, *, hint: str) -> bytes:
    """Return the first `most` bytes of a regular file; raise InvalidInputError where it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InvalidInputError(f"{path} is not a regular file", hint=hint)
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise InvalidInputError(f"cannot read {path}: {error.strerror}", hint=hint) from error


def read_plan(path: Path) -> Plan:
    """Read a saved plan; raise InvalidInputError where it cannot be used."""
    from idpctl.planfile import LIMIT, load

    data = read_start(path, LIMIT + 1, hint="name a plan saved with: idpctl plan --out FILE")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path} is not a saved plan: not UTF-8") from error
    return load(text)
