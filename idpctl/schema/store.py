"""The JSON Schemas that idpctl ships: found in the installed package, or beside it in a checkout."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from idpctl.errors import InvalidInputError
from idpctl.text import quote

_SUFFIX = ".schema.json"
_PACKAGE = Path(__file__).parent.parent
# importlib.resources would find them too, and costs more start-up than a whole plan may.
_FOLDERS = (_PACKAGE / "schemas", _PACKAGE.parent / "schemas")


def _folder() -> Path:
    return next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])


def names() -> tuple[str, ...]:
    """Return the names of the shipped schemas, sorted."""
    return tuple(sorted(file.name.removesuffix(_SUFFIX) for file in _folder().glob("*" + _SUFFIX)))


@lru_cache(maxsize=16)
def load(name: str) -> dict[str, Any]:
    """Return the schema `name`, for reading only; raise InvalidInputError where none has that name."""
    file = _folder() / (name + _SUFFIX)
    try:
        schema: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        known = ", ".join(names())
        raise InvalidInputError(
            f"there is no schema named {quote(name)}", hint=f"the schemas are: {known}"
        ) from None
    return schema
