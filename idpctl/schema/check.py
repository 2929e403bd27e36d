"""Validation against the shipped schemas: accept fast, explain slowly."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from idpctl.schema import store
from idpctl.schema.compile import SchemaCompiler

if TYPE_CHECKING:
    from idpctl.model import Json
    from idpctl.schema.explain import Violation
    from idpctl.schema.keywords import Check


@lru_cache(maxsize=16)
def checker(name: str) -> Check:
    """Return the check of the schema `name`, made from its file at first use."""
    schema = store.load(name)
    return SchemaCompiler(schema).check(schema)


def accepts(name: str, value: Json) -> bool:
    """Say whether `value` satisfies the schema `name`.

    It never accepts what Draft 2020-12 refuses. It is stricter in two places, where the standard
    is a trap: 1.0 is no integer, and `$` in a pattern does not match before a final newline (as
    ECMA-262 has it, and Python has not).
    """
    return checker(name)(value)


def explain(name: str, value: Json) -> list[Violation]:
    """Return every reason why `accepts` says no, ordered by place; none where it says yes."""
    from idpctl.schema.explain import violations

    return violations(name, value)
