"""What `idpctl explain` says about a rule beyond its title: a text, and one example each way.

The texts stand in `explain.toml`. Its examples are data: the tests run them, so that each of them
really passes or fails as it claims.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.model import Json

_FOR_TESTS = "also"


class Text(NamedTuple):
    """The explanation of a rule, and its examples as they are shown."""

    explain: str
    good: str
    bad: str


@cache
def examples() -> Mapping[str, Mapping[str, Json]]:
    """Return `explain.toml`: rule id -> explain, good, bad."""
    return tomllib.loads(Path(__file__).with_name("explain.toml").read_text(encoding="utf-8"))


def texts() -> dict[str, Text]:
    """Return the text of each rule of this package, by id."""
    return {
        rule_id: Text(
            explain=entry["explain"].strip(),
            good="\n".join(_lines(entry["good"])),
            bad="\n".join(_lines(entry["bad"])),
        )
        for rule_id, entry in examples().items()
    }


def _lines(example: Mapping[str, Json]) -> Iterator[str]:
    """Yield an example as a person would write it: YAML for a provider, JSON for what is served."""
    for part, value in example.items():
        if part == _FOR_TESTS:
            continue
        if part == "yaml":
            yield from (f"  {line}" for line in value.strip("\n").splitlines())
        elif part == "provider":
            yield from (f"  {field}: {json.dumps(written)}" for field, written in value.items())
        else:
            yield f"  {part.replace('_', ' ')}: {json.dumps(value)}"
