"""A policy of the organization as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.errors import Severity
from idpctl.rules.base import Rule
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "POL-"
NOT_JUDGED = Rule(
    id="CFG-36",
    severity=Severity.WARNING,
    title="Policies were not judged",
    hint="run it with --online: a policy judges resolved providers, and their endpoints come from discovery",
    source="missing information is no approval",
    suppressible=False,
)
RULES = {NOT_JUDGED.id: NOT_JUDGED}


@value
class Policy:
    """A JSON Schema that every resolved provider must satisfy.

    `rule` is what findings and suppressions name it by; its `source` is the file. `schema` is sound:
    `vet.faults` has nothing against it. `sha256` is over the bytes of the file.
    """

    rule: Rule
    description: str
    schema: Mapping[str, Any]
    sha256: str


def make_policy(slug: str, schema: Mapping[str, Any], *, file: str, sha256: str) -> Policy:
    """Return the policy `POL-<slug>` that a sound `schema` describes."""
    identifier = PREFIX + slug
    return Policy(
        rule=Rule(
            id=identifier,
            severity=Severity(schema.get("x-idpctl-severity", Severity.ERROR)),
            title=schema["title"],
            hint=f"see: idpctl explain {identifier}",
            source=file,
            suppressible=schema.get("x-idpctl-suppressible", True),
        ),
        description=schema["description"],
        schema=schema,
        sha256=sha256,
    )
