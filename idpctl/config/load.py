"""From configuration files to one `Configuration`; every problem of a run is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.asked import Inputs
from idpctl.config import merge, structure
from idpctl.config.declare import Declarer
from idpctl.config.layers import Reader
from idpctl.config.model import Configuration
from idpctl.config.report import Report
from idpctl.config.variables import Variables
from idpctl.config.written import collect, where
from idpctl.errors import InvalidInputError
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from idpctl.config.layers import Layer
    from idpctl.config.written import Written
    from idpctl.errors import Problem
    from idpctl.model import Declared, Json
    from idpctl.policies.model import Policy


class UnsoundError(InvalidInputError):
    """The configuration has errors; `sound` are the providers without any, to be checked further."""

    def __init__(self, message: str, *, sound: tuple[Declared, ...], problems: tuple[Problem, ...]) -> None:
        super().__init__(message, problems=problems)
        self.sound = sound


def load(files: Sequence[Path], *, root: Path, environ: Mapping[str, str]) -> Configuration:
    """Read `files`, relative to `root`, as layers of which later ones win field by field.

    `environ` gives the values of `${IDPCTL_VAR_NAME}`. Raise InvalidInputError with all problems,
    ordered by file and line, if one of them is an error (UnsoundError once providers could be told
    apart); warnings come with the result.
    """
    return load_layers(files, root=root, environ=environ)[0]


def load_layers(
    files: Sequence[Path], *, root: Path, environ: Mapping[str, str]
) -> tuple[Configuration, list[Layer]]:
    """Read `files` as `load` does; return the layers too, for those who ask where a value comes from."""
    if not files:
        raise InvalidInputError("no configuration file was given")
    report = Report()
    variables = Variables(environ)
    reader = Reader(root, report, variables)
    layers = reader.layers(files)
    policies = _policies(layers, report, reader.digests)
    if not reader.complete:
        raise report.error()
    owner = merge.owner(layers)
    written = collect(layers, report)
    declarer = Declarer(layers)
    structure.check_together(layers, report)
    structure.check_moved(layers, written, report)
    providers = _declare(written, declarer, report)
    if report.failed:
        raise UnsoundError(report.summary(), sound=providers, problems=report.problems())
    configuration = Configuration(
        version=1,
        owner=owner or "",
        registry=merge.registry(layers),
        guards_max_delete_percent=merge.max_delete_percent(layers),
        providers=providers,
        moved=tuple(entry for _, entries in merge.moved(layers) for _, entry in entries),
        policies=policies,
        inputs=_inputs(layers, policies, reader.digests, variables),
        warnings=report.problems(),
        root=(root / files[0]).parent,
    )
    return configuration, layers


def load_policies(
    files: Sequence[Path], *, root: Path, environ: Mapping[str, str]
) -> tuple[tuple[Policy, ...], tuple[Problem, ...]]:
    """Return the policies that `files` name, whatever else is wrong with them, and what is."""
    report = Report()
    reader = Reader(root, report, Variables(environ))
    policies = _policies(reader.layers(files), report, reader.digests)
    return policies, tuple(problem for problem in report.problems() if problem.blocks)


def _policies(layers: Sequence[Layer], report: Report, digests: dict[str, str]) -> tuple[Policy, ...]:
    if next(merge.blocks(layers, "policies", list), None) is None:
        return ()
    from idpctl.config.policies import PolicyReader

    return PolicyReader(report, digests).policies(layers)


def _declare(written: Written, declarer: Declarer, report: Report) -> tuple[Declared, ...]:
    """Return the providers that have no error of their own; what the others lack is reported."""
    providers: list[Declared] = []
    faulty = report.faulty()
    for key, parts in written.items():
        values = declarer.merged(parts)
        missing = declarer.missing(values)
        for name in missing:
            report.add("CFG-21", f"{quote(name)} is missing", where(parts[0]), path=("providers", key))
        if not missing and key not in faulty and not report.shared:
            providers.append(declarer.declare(key, values, parts))
    return tuple(providers)


def _inputs(
    layers: Sequence[Layer], policies: Sequence[Policy], digests: Mapping[str, str], variables: Variables
) -> Inputs:
    """Return the digests of what was read: contents alone, so that no path of a machine counts."""
    contents = [[document.file.sha256 for document in layer.documents] for layer in layers]
    read: list[Json] = [contents, sorted(variables.used.items())]
    if policies:
        read.append([[policy.rule.id, policy.sha256] for policy in policies])
    return Inputs(
        config_sha256=digest.sha256(read),
        files=digests,
        layers=tuple(layer.main.file.shown for layer in layers),
    )
