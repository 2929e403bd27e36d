"""What is wrong with a policy: all that would be looked past when it judges.

JSON Schema lets pass whatever it does not know. In a policy that is a hole which nobody sees, so here
a keyword, a field or a reference that is not known is an error.
"""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, NamedTuple

from idpctl.policies.fields import wrong_names
from idpctl.policies.parts import anchors, parts_of, references, same_value, target_of
from idpctl.schema.check import accepts, explain
from idpctl.schema.compile import ANNOTATIONS
from idpctl.schema.messages import kind
from idpctl.schema.patterns import to_python
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.model import Json
    from idpctl.policies.parts import Parts, Path

_SHOWN = 60
_TOP = ("$id", "$schema", "x-idpctl-severity", "x-idpctl-suppressible")
# A keyword that says nothing without another one (Draft 2020-12, core section 10.2.2, validation 6.4).
_NEEDS = {"then": "if", "else": "if", "minContains": "contains", "maxContains": "contains"}
_SILENT = (ANNOTATIONS - {"format"}) | {"$anchor", "$dynamicAnchor"}


class Fault(NamedTuple):
    """One thing that is wrong with a policy; `path` leads to it, with indices as text."""

    path: Path
    message: str
    hint: str | None = None


def faults(schema: Json) -> list[Fault]:
    """Return what is wrong with a policy; none where `make_policy` and `judge` can take it."""
    if not isinstance(schema, dict):
        return [Fault((), f"a policy is a JSON object, and this is {kind(schema)}")]
    if not accepts("policy", schema):
        found = explain("policy", schema)
        return [Fault(tuple(map(str, one.path)), one.message, one.hint) for one in found]
    parts = dict(parts_of(schema))
    return [*_of_parts(parts), *_of_references(parts), *_of_effect(schema)]


def _of_parts(parts: Parts) -> Iterator[Fault]:
    for path, part in parts.items():
        if not isinstance(part, dict):
            continue
        for keyword in part.keys() & _TOP if path else ():
            yield Fault((*path, keyword), f"{keyword} stands at the top of a policy alone")
        for keyword in part.keys() & _NEEDS:
            if _NEEDS[keyword] not in part:
                yield Fault((*path, keyword), f"{keyword} says nothing without {_NEEDS[keyword]}")
        if "if" in part and not {"then", "else"} & part.keys():
            yield Fault((*path, "if"), "if says nothing without then or else")
        yield from _of_patterns(path, part)


def _of_patterns(path: Path, part: Mapping[str, Any]) -> Iterator[Fault]:
    written = [((*path, "pattern"), part["pattern"])] if "pattern" in part else []
    written += [((*path, "patternProperties", name), name) for name in part.get("patternProperties", ())]
    for place, pattern in written:
        try:
            re.compile(to_python(pattern))
        except (re.error, OverflowError, RecursionError) as error:
            shown = quote(pattern, _SHOWN)
            yield Fault(place, f"{shown} is no regular expression that can be used: {error}")


def _of_references(parts: Parts) -> Iterator[Fault]:
    named: dict[str, Path] = {}
    for name, path in anchors(parts):
        if named.setdefault(name, path) != path:
            yield Fault(path, f"the anchor {quote(name)} is there twice")
    broken = [
        Fault((*path, keyword), f"{quote(reference, _SHOWN)} leads to no schema of this file")
        for path, part in parts.items()
        if isinstance(part, dict)
        for keyword, reference in references(part)
        if target_of(reference, parts, named) is None
    ]
    yield from broken
    if not broken:
        yield from _of_loops(parts, named)


def _of_loops(parts: Parts, named: Mapping[str, Path]) -> Iterator[Fault]:
    """Yield a loop of references that no value ends; without one, what names no field of a provider."""
    graph = {path: set(same_value(path, parts, named)) for path in parts}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield Fault(error.args[1][0], "a reference leads back to itself, without end")
        return
    yield from (Fault(*wrong) for wrong in wrong_names(parts, graph))


def _of_effect(schema: Mapping[str, Any]) -> Iterator[Fault]:
    if not any(keyword not in _SILENT and not keyword.startswith("x-") for keyword in schema):
        yield Fault((), "the policy checks nothing: it says only what it is called")
