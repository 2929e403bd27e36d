"""Where each effective value comes from: file and line, `defaults`, or a variable in between.

A second reading of every file, done only when somebody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config import variables
from idpctl.config.events import ALIAS, SCALAR
from idpctl.config.merge import MERGED_FIELDS, blocks, moved
from idpctl.config.model import DEFAULT_DRIVER, Trace, TraceKind
from idpctl.config.places import spot, walk
from idpctl.config.report import Report
from idpctl.config.written import collect
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from idpctl.config.builder import Document
    from idpctl.config.files import TextFile
    from idpctl.config.layers import Layer
    from idpctl.config.places import Path
    from idpctl.config.written import Part
    from idpctl.model import Json

    Traces = dict[Path, Trace]
    Known = Mapping[int, Traces]  # by the id() of a document
    Used = tuple[Path, tuple[str, ...]]  # a path, and the variables there


def trace(layers: Sequence[Layer]) -> Traces:
    """Return where every value that the layers write comes from, by its path in the merged configuration.

    Paths end where merging does: a property is one value, however much it holds. What has no path
    here is built in.
    """
    known = {id(document): _in_file(document.file) for layer in layers for document in layer.documents}
    found: Traces = {}
    for name in ("version", "owner"):
        for document, _ in blocks(layers, name, object):
            found[name,] = known[id(document)][name,]
    for document, values in blocks(layers, "guards"):
        found |= _members(known[id(document)], ("guards",), values)
    found |= _registry(layers, known)
    found |= _policies(layers, known)
    # Problems were reported when the layers were read.
    for key, parts in collect(layers, Report()).items():
        found |= _provider(key, parts, list(blocks(layers, "defaults")), known)
    entries = [(known[id(document)], index) for document, some in moved(layers) for index, _ in some]
    for count, (here, index) in enumerate(entries):
        found |= {("moved", count, end): here["moved", index, end] for end in ("from", "to")}
    return found


def _members(here: Traces, path: Path, values: Iterable[str]) -> Traces:
    return {(*path, name): here[(*path, name)] for name in values}


def _policies(layers: Sequence[Layer], known: Known) -> Traces:
    """Return which entry named each file first, by the path that is shown."""
    if next(blocks(layers, "policies", list), None) is None:
        return {}
    from idpctl.config.policies import named

    found: Traces = {}
    for one in named(layers, Report()):
        found.setdefault(("policies", one.shown), known[id(one.document)]["policies", one.entry])
    return found


def _registry(layers: Sequence[Layer], known: Known) -> Traces:
    """Return the origins of the settings that `merge.registry` keeps."""
    found: Traces = {}
    driver = DEFAULT_DRIVER
    for document, values in blocks(layers, "registry"):
        if values.get("driver", driver) != driver:
            driver = values["driver"]
            found = {path: one for path, one in found.items() if path[1] == "organization"}
        found |= _members(known[id(document)], ("registry",), values)
    return found


def _provider(
    key: str, parts: Sequence[Part], defaults: Sequence[tuple[Document, Json]], known: Known
) -> Traces:
    found: Traces = {}
    sources: list[tuple[Document, Path, Mapping[str, Json]]] = [
        (document, ("defaults",), values) for document, values in defaults
    ]
    sources += [(part.document, ("providers", key), part.values) for part in parts]
    for document, base, values in sources:
        here, kind = known[id(document)], TraceKind.DEFAULTS if base == ("defaults",) else TraceKind.FILE
        paths: list[Path] = [(name,) for name in values]
        paths += [(name, inner) for name in MERGED_FIELDS for inner in values.get(name) or ()]
        for path in paths:
            found["providers", key, *path] = replace(here[(*base, *path)], kind=kind)
    begin = known[id(parts[0].document)]["providers", key]
    found["providers", key] = replace(begin, variables=())
    return found


def _in_file(file: TextFile) -> Traces:
    """Return the place of every value in `file`, with the variables in it or below it.

    What an alias repeats stands where the alias is.
    """
    found: Traces = {}
    order: list[Used] = []
    anchors: dict[str, int] = {}
    for path, key, event in walk(file.text):
        where = spot(file.shown, key, event).value
        repeated: list[Used] = [((), variables.names(event.value) if event.__class__ is SCALAR else ())]
        if event.__class__ is ALIAS:
            repeated = _repeated(order, anchors[event.anchor or ""])
        elif event.anchor is not None:
            anchors[event.anchor] = len(order)
        for rest, used in repeated:
            order.append(((*path, *rest), used))
            found[(*path, *rest)] = Trace(kind=TraceKind.FILE, source=where, variables=used)
    for path, used in order:
        if used:
            _pass_up(found, path, used)
    return found


def _repeated(order: Sequence[Used], begin: int) -> list[Used]:
    """Return the node at `begin` and all below it, by their paths from there."""
    base = order[begin][0]
    end = begin
    while end < len(order) and order[end][0][: len(base)] == base:
        end += 1
    return [(path[len(base) :], used) for path, used in order[begin:end]]


def _pass_up(found: Traces, path: Path, used: tuple[str, ...]) -> None:
    for length in range(2, len(path)):
        above = found[path[:length]]
        found[path[:length]] = replace(above, variables=tuple(dict.fromkeys((*above.variables, *used))))
