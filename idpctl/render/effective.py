"""The values of an effective configuration in canonical order, and their origins, for every format."""

from __future__ import annotations

from posixpath import dirname, relpath
from typing import TYPE_CHECKING

from idpctl.config.model import Trace, TraceKind
from idpctl.model import ENDPOINTS
from idpctl.text import hide_userinfo, hide_userinfo_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.config.model import Configuration
    from idpctl.model import Declared, Json
    from idpctl.render.outcome import Effective

    Path = tuple[str | int, ...]

NESTED = ("properties", "lifecycle", "suppress")  # whose members have origins of their own
_FIELD = 3  # parts of the path of a provider's field
_BUILT_IN = Trace(kind=TraceKind.BUILT_IN)
_DISCOVERED = Trace(kind=TraceKind.DISCOVERY)


def registry_values(configuration: Configuration) -> dict[str, Json]:
    """Return the `registry` block."""
    block = configuration.registry
    return {"driver": block.driver, "organization": block.organization, **block.settings}


def policy_files(configuration: Configuration) -> dict[str, str]:
    """Return the files of the policies: as they are shown -> as the first file would name them."""
    folder = dirname(configuration.inputs.layers[0]) or "."
    return {one.rule.source: relpath(one.rule.source, folder) for one in configuration.policies}


def provider_values(outcome: Effective, one: Declared) -> dict[str, Json]:
    """Return the fields of a provider; an endpoint of None comes from discovery."""
    values: dict[str, Json] = {"name": one.name, "type": one.type}
    if ("providers", one.key, "description") in outcome.traces:
        values["description"] = one.description
    values["allowed_token_audience"] = one.allowed_token_audience
    values["well_known_url"] = one.well_known_url
    values |= {path: getattr(one, path) for path in ENDPOINTS}
    values["enabled"] = one.enabled
    lifecycle = one.lifecycle
    ignored = {"ignore_changes": sorted(lifecycle.ignore_changes)} if lifecycle.ignore_changes else {}
    values["properties"] = dict(one.properties)
    values["lifecycle"] = {"protect": lifecycle.protect, **ignored, "replace": str(lifecycle.replace)}
    values["suppress"] = dict(one.suppress)
    return values


def origin_of(outcome: Effective, path: Path) -> Trace:
    """Return where the value at `path` comes from."""
    written = outcome.traces.get(path)
    if written is None:
        return _DISCOVERED if path[-1] in ENDPOINTS and len(path) == _FIELD else _BUILT_IN
    return written


def effective_as_dict(outcome: Effective) -> dict[str, Json]:
    """Return the values as JSON, and under `origins` where each comes from, by JSON Pointer (RFC 6901)."""
    configuration = outcome.configuration
    providers = {one.key: _resolved(outcome, one) for one in configuration.providers}
    values: dict[str, Json] = {
        "complete": outcome.complete,
        "version": configuration.version,
        "owner": configuration.owner,
        "registry": registry_values(configuration),
        "policies": [*policy_files(configuration).values()],
        "guards": {"max_delete_percent": configuration.guards_max_delete_percent},
        "providers": providers,
        "moved": [{"from": one.from_key, "to": one.to_key} for one in configuration.moved],
    }
    origins = {_pointer(path): _as_dict(trace) for path, trace in _origins(outcome, values)}
    return {**hide_userinfo_inside(values), "origins": origins}


def _resolved(outcome: Effective, one: Declared) -> dict[str, Json]:
    values = provider_values(outcome, one)
    desired = outcome.resolved.get(one.key)
    if desired is not None:
        values |= {path: getattr(desired.idp, path) for path in ENDPOINTS}
    return values


def _origins(outcome: Effective, values: Mapping[str, Json]) -> Iterator[tuple[Path, Trace]]:
    for name in ("version", "owner"):
        yield (name,), origin_of(outcome, (name,))
    for block in ("registry", "guards"):
        for name in values[block]:
            yield (block, name), origin_of(outcome, (block, name))
    for index, file in enumerate(policy_files(outcome.configuration)):
        yield ("policies", index), origin_of(outcome, ("policies", file))
    for key, fields in values["providers"].items():
        yield from _provider_origins(outcome, ("providers", key), fields)
    for index in range(len(outcome.configuration.moved)):
        for end in ("from", "to"):
            yield ("moved", index, end), origin_of(outcome, ("moved", index, end))


def _provider_origins(
    outcome: Effective, base: Path, fields: Mapping[str, Json]
) -> Iterator[tuple[Path, Trace]]:
    yield base, origin_of(outcome, base)
    for name, value in fields.items():
        path = (*base, name)
        if name in NESTED:
            yield from (((*path, inner), origin_of(outcome, (*path, inner))) for inner in value)
        else:
            yield path, origin_of(outcome, path)


def _pointer(path: Path) -> str:
    return "".join(f"/{hide_userinfo(str(part)).replace('~', '~0').replace('/', '~1')}" for part in path)


def _as_dict(trace: Trace) -> dict[str, Json]:
    source = trace.source
    return {
        "kind": str(trace.kind),
        "file": None if source is None else source.file,
        "line": None if source is None else source.line,
        "column": None if source is None else source.column,
        "variables": list(trace.variables),
    }
