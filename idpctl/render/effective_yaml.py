"""The effective configuration as YAML that idpctl reads again, with the origin of each value behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.model import TraceKind
from idpctl.render.effective import NESTED, origin_of, policy_files, provider_values, registry_values
from idpctl.render.problems import plural, problem_lines
from idpctl.render.safe import word
from idpctl.render.yaml_scalar import inline, key, member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.config.model import Trace
    from idpctl.model import Declared, Desired, Json
    from idpctl.render.effective import Path
    from idpctl.render.outcome import Effective


def effective_lines(outcome: Effective, *, verbose: bool) -> Iterator[str]:
    """Yield the file line by line.

    Some providers alone make a fragment without `version`: a plan of it, which would delete the
    others, is refused.
    """
    yield from _head(outcome)
    yield from (f"#{line}" for line in problem_lines(outcome.problems, verbose=verbose))
    if outcome.complete:
        yield from _top(outcome)
        yield ""
    yield from _providers(outcome)
    if outcome.configuration.moved:
        yield from _moved(outcome)


def _head(outcome: Effective) -> Iterator[str]:
    configuration = outcome.configuration
    shown, files = len(configuration.providers), list(configuration.inputs.files)
    if not outcome.complete:
        yield f"# {shown} of {plural(outcome.declared, 'provider')}: a fragment, not to be planned alone"
        return
    yield f"# The effective configuration: {plural(shown, 'provider')} from {plural(len(files), 'file')}."
    yield f"# Paths in it are relative to the folder of {word(files[0])}."


def _top(outcome: Effective) -> Iterator[str]:
    configuration = outcome.configuration
    yield _line(outcome, ("version",), configuration.version, "")
    yield _line(outcome, ("owner",), configuration.owner, "")
    yield from _block(outcome, "registry", registry_values(configuration))
    policies = policy_files(configuration)
    if policies:
        yield ""
        yield "policies:"
    for shown, named in policies.items():
        yield f"  - {inline(named)} # {_origin(origin_of(outcome, ('policies', shown)))}"
    yield from _block(outcome, "guards", {"max_delete_percent": configuration.guards_max_delete_percent})


def _block(outcome: Effective, name: str, values: dict[str, Json]) -> Iterator[str]:
    yield ""
    yield f"{name}:"
    yield from (_line(outcome, (name, inner), value, "  ") for inner, value in values.items())


def _providers(outcome: Effective) -> Iterator[str]:
    providers = outcome.configuration.providers
    yield "providers:" if providers else "providers: {}"
    for index, one in enumerate(providers):
        if index:
            yield ""
        yield f"  {key(one.key)}: # {_origin(origin_of(outcome, ('providers', one.key)))}"
        yield from _fields(outcome, one)


def _fields(outcome: Effective, one: Declared) -> Iterator[str]:
    for name, value in provider_values(outcome, one).items():
        path = ("providers", one.key, name)
        if name in NESTED:
            if value:
                yield f"    {name}:"
            yield from (_line(outcome, (*path, inner), value[inner], " " * 6) for inner in value)
        elif value is None:
            origin = _origin(origin_of(outcome, path))
            yield f"    # {_discovered(name, outcome.resolved.get(one.key), origin)}"
        else:
            yield _line(outcome, path, value, "    ")


def _discovered(name: str, desired: Desired | None, origin: str) -> str:
    """Return what a comment says of an endpoint; as a value it would be an override."""
    if desired is None:
        return f"{name}: from discovery"
    return f"{member(name, getattr(desired.idp, name))} # {origin}"


def _moved(outcome: Effective) -> Iterator[str]:
    yield ""
    yield "moved:"
    for index, one in enumerate(outcome.configuration.moved):
        yield _line(outcome, ("moved", index, "from"), one.from_key, "  - ")
        yield _line(outcome, ("moved", index, "to"), one.to_key, "    ")


def _line(outcome: Effective, path: Path, value: Json, indent: str) -> str:
    return f"{indent}{member(str(path[-1]), value)} # {_origin(origin_of(outcome, path))}"


def _origin(trace: Trace) -> str:
    source = trace.source
    place = "" if source is None else f"{word(source.file)}:{source.line}"
    parts = [place] if trace.kind is TraceKind.FILE else [str(trace.kind), *([place] if place else [])]
    used = f" with {', '.join(map(word, trace.variables))}" if trace.variables else ""
    return ", ".join(parts) + used
