"""A schema that is not ours: compiled where all of its keywords are known, else left to jsonschema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.schema.compile import ANNOTATIONS, SchemaCompiler, SchemaError

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

    from idpctl.model import Json
    from idpctl.schema.explain import Violation
    from idpctl.schema.keywords import Check


class GivenSchema:
    """A schema that `schemas/policy.schema.json` accepts and whose references lead to its own parts.

    Formats are checked. It never accepts what Draft 2020-12 refuses, and is as strict as `check.accepts`
    where the standard is a trap.
    """

    __slots__ = ("_check", "_schema", "_validator")

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._validator: Validator | None = None
        self._check = _compiled(schema)

    @property
    def fast(self) -> bool:
        """Say whether the schema could be compiled."""
        return self._check is not None

    def accepts(self, value: Json) -> bool:
        """Say whether `value` satisfies the schema."""
        return self._slow.is_valid(value) if self._check is None else self._check(value)

    def violations(self, value: Json) -> list[Violation]:
        """Return every reason why `accepts` says no, ordered by place."""
        from idpctl.schema.explain import explained

        return explained(self._slow, value)

    @property
    def _slow(self) -> Validator:
        if self._validator is None:
            from idpctl.schema.explain import given_validator

            self._validator = given_validator(self._schema)
        return self._validator


def _compiled(schema: dict[str, Any]) -> Check | None:
    try:
        return SchemaCompiler(schema, annotations=ANNOTATIONS - {"format"}).check(schema)
    except SchemaError:
        return None
