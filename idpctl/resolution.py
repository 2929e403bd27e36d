"""From declared providers to desired ones: discovery, resolving, and every check on the way."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from idpctl.documents import NOTHING_FETCHED
from idpctl.errors import Problem, Severity
from idpctl.model import ENDPOINTS
from idpctl.plan import Discovery
from idpctl.resolve import resolve
from idpctl.rules import check
from idpctl.rules.base import Rule, finding
from idpctl.rules.urls import UrlPolicy
from idpctl.schema.check import accepts, explain
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from idpctl.documents import Discoveries, Document, Response
    from idpctl.model import Declared, Desired, Json
    from idpctl.plan import Options
    from idpctl.request import Network

    Progress = Callable[[int, int], None]

SKIPPED = Rule(
    id="DSC-20",
    severity=Severity.ERROR,
    title="discovery is skipped, and an endpoint is not written in the configuration",
    hint="run with --discovery live, or write issuer, token_endpoint and jwks_endpoint",
    source="absent is not empty: an endpoint that nobody names cannot be planned",
    suppressible=False,
)
SHAPE = Rule(
    id="SCH-01",
    severity=Severity.ERROR,
    title="the resolved provider does not satisfy schemas/endpoints.schema.json",
    hint="correct the value, or the document that it comes from",
    source="JSON Schema Draft 2020-12",
    suppressible=False,
)
DOCUMENT_SHAPE = Rule(
    id="SCH-02",
    severity=Severity.ERROR,
    title="the discovery document does not satisfy schemas/discovery.schema.json",
    hint="tell the operator of the provider, or override the endpoints",
    source="OpenID Connect Discovery 1.0 section 3; RFC 8414 section 2",
)
RULES = {rule.id: rule for rule in (SKIPPED, SHAPE, DOCUMENT_SHAPE)}

_SCHEMA_FIELDS = ("name", "type", "allowed_token_audience", "well_known_url", *ENDPOINTS)


@value
class Prepared:
    """What planning needs: resolved providers, the keys whose values are not known, and all findings."""

    desired: tuple[Desired, ...]
    unresolved: frozenset[str]
    problems: tuple[Problem, ...]
    discoveries: Discoveries = NOTHING_FETCHED


NOTHING_PREPARED = Prepared(desired=(), unresolved=frozenset(), problems=())


def url_policy(network: Network) -> UrlPolicy:
    """Return what the URL rules may let pass; it is given on the command line, never in the YAML."""
    policy = network.policy
    return UrlPolicy(
        allow_loopback_http=policy.allow_loopback_http, allow_networks=tuple(policy.allow_networks)
    )


def check_offline(declared: Iterable[Declared], network: Network) -> list[Problem]:
    """Return what is wrong with the providers as written."""
    policy = url_policy(network)
    return [problem for one in declared for problem in check.check_declared(one, policy)]


def prepare(
    declared: Sequence[Declared], network: Network, options: Options, progress: Progress | None = None
) -> Prepared:
    """Resolve and check `declared`; do all network work of a run.

    A provider outside a partial plan is not asked for: without pinned endpoints it stays unresolved.
    """
    policy = url_policy(network)
    live = options.discovery is Discovery.LIVE
    chosen = [one for one in declared if live and _selects(options, one.key)]
    discoveries = _discover(chosen, network, policy, progress) if chosen else NOTHING_FETCHED
    asked = {one.key for one in chosen}
    desired: list[Desired] = []
    problems: list[Problem] = []
    for one in declared:
        settled = _settle(one, discoveries, policy, asked=one.key in asked, live=live)
        problems.extend(settled.problems)
        if settled.desired is not None:
            desired.append(settled.desired)
    resolved = {one.key for one in desired}
    return Prepared(
        desired=tuple(desired),
        unresolved=frozenset(one.key for one in declared if one.key not in resolved),
        problems=tuple(problems),
        discoveries=discoveries,
    )


def _selects(options: Options, key: str) -> bool:
    return not options.only or any(fnmatchcase(key, pattern) for pattern in options.only)


def _discover(
    declared: Sequence[Declared], network: Network, policy: UrlPolicy, progress: Progress | None
) -> Discoveries:
    from idpctl.discovery.gather import discover
    from idpctl.http import open_fetcher

    def key_set_url(one: Declared, response: Response) -> str | None:
        document, _ = check.check_document(one, response, policy)
        return check.key_set_url(one, document, policy)

    with open_fetcher(network.policy) as fetcher:
        return discover(
            declared,
            fetcher,
            plan_key_set=key_set_url,
            parallelism=network.parallelism,
            deadline=network.deadline,
            progress=progress or _silent,
        )


def _silent(done: int, total: int) -> None:
    """Show nothing."""


@dataclass(slots=True)
class _Settled:
    desired: Desired | None
    problems: list[Problem]


def _settle(
    declared: Declared, discoveries: Discoveries, policy: UrlPolicy, *, asked: bool, live: bool
) -> _Settled:
    document: Document | None = None
    problems: list[Problem] = []
    response = discoveries.documents.get(declared.well_known_url) if asked else None
    if response is not None:
        document, problems = check.check_document(declared, response, policy)
        if document is not None:
            problems.extend(_violations("discovery", document.members, DOCUMENT_SHAPE, declared))
    desired = resolve(declared, document)
    if desired is None:
        if not live:
            problems.append(finding(SKIPPED, "an endpoint has to be discovered", declared=declared))
        return _Settled(None, problems)
    problems.extend(check.check_resolved(desired, document, policy))
    problems.extend(_violations("endpoints", _resolved_values(desired), SHAPE, declared))
    keys = discoveries.key_sets.get(desired.idp.jwks_endpoint) if asked else None
    if keys is not None:
        problems.extend(check.check_key_set(declared, keys, policy))
    return _Settled(desired, problems)


def _resolved_values(desired: Desired) -> dict[str, Json]:
    idp = desired.idp
    return {name: getattr(idp, name) for name in _SCHEMA_FIELDS}


def _violations(schema: str, value: Json, rule: Rule, declared: Declared) -> list[Problem]:
    if accepts(schema, value):
        return []
    return [
        finding(
            rule,
            f"{'.'.join(map(str, violation.path)) or 'the document'}: {violation.message}",
            declared=declared,
            path=str(violation.path[0]) if violation.path else None,
            hint=violation.hint,
        )
        for violation in explain(schema, value)
    ]
