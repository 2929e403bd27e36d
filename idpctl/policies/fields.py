"""What a policy sees of a provider, and the names in a policy that are no part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idpctl.model import FIELDS
from idpctl.schema.suggest import suggest
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.model import Desired, Json
    from idpctl.policies.parts import Parts, Path

_SHOWN = 60
_LIFECYCLE = ("protect", "ignore_changes", "replace")
_MEMBERS = {"provider": ("key", *FIELDS, "properties", "lifecycle"), "lifecycle": _LIFECYCLE}


def instance_of(desired: Desired) -> dict[str, Json]:
    """Return the JSON object that a policy judges.

    `key`; the nine fields, all of them there and resolved, text that is absent is ""; `properties`, those
    that the configuration manages; `lifecycle` with `protect`, `ignore_changes` (sorted) and `replace`.
    """
    lifecycle = desired.declared.lifecycle
    return {
        "key": desired.key,
        **desired.idp.as_dict(),
        "lifecycle": {
            "protect": lifecycle.protect,
            "ignore_changes": sorted(lifecycle.ignore_changes),
            "replace": str(lifecycle.replace),
        },
    }


def wrong_names(parts: Parts, graph: Mapping[Path, set[Path]]) -> Iterator[tuple[Path, str, str]]:
    """Yield path, message and hint of each member that a policy asks for and that no provider has.

    `graph` leads from a part to those that speak about the same value. A misspelt field would always be
    absent, and what is absent satisfies nearly everything.
    """
    waiting: list[tuple[Path, str]] = [((), "provider")]
    seen = set(waiting)
    while waiting:
        path, kind = waiting.pop()
        part = parts[path]
        if not isinstance(part, dict):
            continue
        for place, name in _asked_for(path, part):
            if name not in _MEMBERS[kind]:
                yield place, f"a {kind} has no {quote(name, _SHOWN)}", suggest(name, _MEMBERS[kind])
        found = {(other, kind) for other in graph[path]}
        if kind == "provider" and "lifecycle" in part.get("properties", ()):
            found.add(((*path, "properties", "lifecycle"), "lifecycle"))
        waiting += found - seen
        seen |= found


def _asked_for(path: Path, part: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield the names of members that one part speaks of."""
    for keyword in ("properties", "dependentSchemas", "dependentRequired"):
        yield from (((*path, keyword, name), name) for name in part.get(keyword, ()))
    for index, name in enumerate(part.get("required", ())):
        yield (*path, "required", str(index)), name
    for name, needed in part.get("dependentRequired", {}).items():
        for index, other in enumerate(needed):
            yield (*path, "dependentRequired", name, str(index)), other
