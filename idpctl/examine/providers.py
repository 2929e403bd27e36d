"""Are these providers usable now? What `idpctl check` looks at."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from idpctl.checkup import health
from idpctl.checkup.registered import Registered, standing, unread
from idpctl.engine import load, weigh
from idpctl.examine.registry import read_registry
from idpctl.queries import find
from idpctl.render.outcome import Checked
from idpctl.resolution import find_lock, prepare
from idpctl.rules import check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idpctl.checkup.model import Step
    from idpctl.documents import Certificate, Unreachable
    from idpctl.engine import Progress
    from idpctl.errors import Problem
    from idpctl.model import Declared, Desired, Record
    from idpctl.request import Network, Request
    from idpctl.resolution import Prepared

    Held = Registered | Problem | None  # None: nobody asked


def check_providers(
    request: Request, keys: Sequence[str], *, registry: bool, progress: Progress | None = None
) -> Checked:
    """Look at the providers `keys`, at all declared ones where there are none, and at their records.

    Without `registry` it is not read. Raises InvalidInputError for an unknown key, and for a
    configuration that has errors.
    """
    configuration = load(request)
    declared = {one.key: one for one in configuration.providers}
    chosen = [find(key, declared) for key in dict.fromkeys(keys)] or list(configuration.providers)
    held = read_registry(configuration, request) if registry else None
    lock = find_lock(request, request.options.discovery)
    prepared = prepare(chosen, request.network, request.options, progress, lock=lock)
    desired = {one.key: one for one in prepared.desired}
    evidence = health.Evidence(
        discoveries=prepared.discoveries,
        certificates=_certificates(chosen, desired, request.network),
        now=int(time()),
    )
    found = weigh(chosen, _findings(chosen, prepared, evidence, held), strict=request.options.strict)
    examined = [
        health.examine(
            one,
            desired.get(one.key),
            evidence,
            offline=[problem for problem in configuration.warnings if problem.address == one.key],
            problems=[problem for problem in found if problem.address == one.key],
            registered=_standing(one, desired.get(one.key), held),
        )
        for one in chosen
    ]
    general = tuple(problem for problem in found if problem.address not in declared)
    return Checked(examined=tuple(examined), general=general)


def _standing(declared: Declared, desired: Desired | None, held: Held) -> Step | None:
    if held is None:
        return None
    return standing(declared, desired, held) if isinstance(held, Registered) else unread(held)


def _findings(
    chosen: Sequence[Declared], prepared: Prepared, evidence: health.Evidence, held: Held
) -> list[Problem]:
    """Return what the rules say of the providers, of what they serve, and of the records beside them."""
    others: list[Record] = []
    issuer = None
    if isinstance(held, Registered):
        others, issuer = held.strangers(), held.snapshot.gateway_issuer
    desired = {one.key: one for one in prepared.desired}
    found = [*prepared.problems, *check.check_together(prepared.desired, others, issuer)]
    for one in chosen:
        found += health.certificate_problems(one, desired.get(one.key), evidence)
    return health.usable_now(found)


def _certificates(
    chosen: Sequence[Declared], desired: Mapping[str, Desired], network: Network
) -> Mapping[str, Certificate | Unreachable]:
    from idpctl.discovery.certificates import read_certificates
    from idpctl.http import open_fetcher

    hosts = [health.hosts_of(one, desired.get(one.key)) for one in chosen]
    urls = {host: url for one in hosts for host, (_, url) in one.items()}
    if not urls:
        return {}
    with open_fetcher(network.policy) as fetcher:
        return read_certificates(urls, fetcher, parallelism=network.parallelism, deadline=network.deadline)
