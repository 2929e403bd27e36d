"""JSON as text that people can compare line by line and no log reader acts upon."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.model import Json

# GitHub's and Azure's log readers take `##[command]` and `##vso[command]` anywhere in a line.
_LOG_COMMAND = re.compile(r"##(?=\w*\[)")


def lay_out(body: Mapping[str, Json]) -> str:
    """Return `body` as ASCII: one member a line, one entry of a list of objects a line, sorted below."""
    members = ",\n".join(f"{_compact(name)}: {_lines(value)}" for name, value in body.items())
    return _LOG_COMMAND.sub(r"#\\u0023", f"{{\n{members}\n}}\n")


def _compact(value: Json) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False)


def _lines(value: Json) -> str:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return _compact(value)
    return "[\n" + ",\n".join(map(_compact, value)) + "\n]"
