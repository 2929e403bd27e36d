"""Files named on the command line."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

    from idpctl.plan import Plan


def read_plan(path: Path) -> Plan:
    """Read a saved plan; raise InvalidInputError where it cannot be used."""
    from idpctl.planfile import LIMIT, load

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InvalidInputError(f"{path} is not a regular file", hint="name a plan saved with --out")
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
        text = data.decode("utf-8")
    except OSError as error:
        raise InvalidInputError(
            f"cannot read {path}: {error.strerror}", hint="idpctl plan --out FILE"
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path} is not a saved plan: not UTF-8") from error
    return load(text)
