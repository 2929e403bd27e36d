"""The words for a plan: the same ones in every format that people read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl.model import FIELDS, ReplaceOrder
from idpctl.plan import Action, Cause, Verb
from idpctl.render.problems import plural
from idpctl.render.safe import word

if TYPE_CHECKING:
    from collections.abc import Collection

    from idpctl.model import Json
    from idpctl.plan import Change, Plan, Step, Summary

RESOURCE_TYPE = "identity_provider"
TITLES = {
    Action.CREATE: "will be created",
    Action.UPDATE: "will be updated in-place",
    Action.DELETE: "will be {red}destroyed",
    Action.REPLACE: "must be {red}replaced",
    Action.ADOPT: "will be imported",
}
CAUSES = {
    Cause.CONFIG: "configuration",
    Cause.REGISTRY_DRIFT: "registry drift",
    Cause.UPSTREAM_DRIFT: "upstream changed",
    Cause.CONFLICT: "conflict: changed in the registry and in the configuration",
    Cause.ADOPT: "adopted",
}
FORCES = "forces replacement: cannot be modified once created"
_RANK = {
    Action.REPLACE: 0,
    Action.DELETE: 1,
    Action.UPDATE: 3,
    Action.MOVE: 4,
    Action.ADOPT: 5,
    Action.CREATE: 6,
    Action.NO_OP: 7,
}
_TRUST = 2  # behind replacements and deletes, before all else
# The authority as RFC 3986 section 3.2 splits it; a backslash ends it too, as in browsers.
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#\\]*@)?([^/?#\\@]+)")


def address(key: str) -> str:
    """Return Terraform's kind of address; an odd key is in quotes and cannot pass for more of the line."""
    return f"{RESOURCE_TYPE}.{word(key)}"


def rank(change: Change) -> int:
    """Return the place of a change: what can do harm comes first."""
    return min(_RANK[change.action], _TRUST) if change.trust else _RANK[change.action]


def host(url: Json) -> str:
    """Return host and port of a URL, "" where there is none."""
    found = _AUTHORITY.match(url) if isinstance(url, str) else None
    return found.group(1) if found else ""


def unchanged(change: Change) -> list[str]:
    """Return the managed fields that a change leaves as they are."""
    written = () if change.desired is None else change.desired.declared.properties
    changed = {field.path for field in change.fields}
    names = [path for path in FIELDS if path not in changed]
    managed = (f"properties.{key}" for key in sorted(written))
    return [*names, *(path for path in managed if not _touched(path, changed))]


def _touched(path: str, changed: Collection[str]) -> bool:
    return any(one == path or one.startswith((f"{path}.", f"{path}[")) for one in changed)


def call(step: Step) -> str:
    """Return one step of a replacement."""
    # Nothing is deleted before the new record was seen in the registry.
    return f"{step.verb} {word(step.name)}" + (", read back" if step.verb is Verb.CREATE else "")


def meanwhile(change: Change) -> str:
    """Return what exists between the two halves of a replacement."""
    if change.gap:
        return "GAP: for a moment neither exists"
    if change.order is ReplaceOrder.DELETE_FIRST:
        return "in one transaction, no gap"
    return "both exist meanwhile, no gap"


def no_changes(plan: Plan) -> str:
    """Return Terraform's second sentence for a plan without changes."""
    if plan.options.destroy:
        return "No objects need to be destroyed."
    return "Your infrastructure matches the configuration."


def totals(summary: Summary) -> str:
    """Return Terraform's counts, in which a replacement counts twice."""
    add, destroy = summary.create + summary.replace, summary.delete + summary.replace
    imports = f"{summary.adopt} to import, " if summary.adopt else ""
    return f"{imports}{add} to add, {summary.update} to change, {destroy} to destroy."


def own_counts(summary: Summary) -> str:
    """Return our own counts, in which everything counts once."""
    actions = [f"{summary.create} to create", f"{summary.update} to update"]
    actions += [f"{summary.replace} to replace", f"{summary.delete} to delete"]
    actions += [f"{summary.adopt} to import"] if summary.adopt else []
    actions += [f"{summary.move} to move"] if summary.move else []
    notes = [f"{summary.drifted} drifted", plural(summary.trust, "trust change")]
    notes += [f"{summary.unchanged} unchanged"] if summary.unchanged else []
    return f"{', '.join(actions)}; {', '.join(notes)}"
