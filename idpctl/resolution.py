"""From declared providers to desired ones: discovery, resolving, and every check on the way."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from idpctl.documents import NOTHING_FETCHED
from idpctl.model import ENDPOINTS
from idpctl.plan import Discovery
from idpctl.resolve import resolve
from idpctl.rules import check
from idpctl.rules.base import finding
from idpctl.rules.catalog import RULES
from idpctl.rules.urls import UrlPolicy
from idpctl.schema.check import accepts, explain
from idpctl.value import field, replace, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from idpctl.documents import Discoveries, Document, Response
    from idpctl.errors import Problem
    from idpctl.model import Declared, Desired, Json
    from idpctl.plan import Options
    from idpctl.policies.model import Policy
    from idpctl.request import Network

    Progress = Callable[[int, int], None]

_SCHEMA_FIELDS = ("name", "type", "allowed_token_audience", "well_known_url", *ENDPOINTS)


@value
class Prepared:
    """What planning needs: resolved providers, the keys whose values are not known, and all findings.

    `documents` are the discovery documents that could be read, by key: whatever the rules say of them.
    """

    desired: tuple[Desired, ...]
    unresolved: frozenset[str]
    problems: tuple[Problem, ...]
    discoveries: Discoveries = NOTHING_FETCHED
    documents: Mapping[str, Document] = field(default_factory=dict)


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
    declared: Sequence[Declared],
    network: Network,
    options: Options,
    progress: Progress | None = None,
    *,
    key_sets: bool = True,
) -> Prepared:
    """Resolve and check `declared`; do all network work of a run, without `key_sets` half of it.

    A provider outside a partial plan is not asked for: without pinned endpoints it stays unresolved.
    """
    desk = _Desk(url_policy(network), skipped=options.discovery is Discovery.SKIP, key_sets=key_sets)
    chosen = [] if desk.skipped else [one for one in declared if selects(options, one.key)]
    discoveries = desk.discover(chosen, network, progress) if chosen else NOTHING_FETCHED
    desired = [found for one in declared if (found := desk.settle(one, discoveries)) is not None]
    resolved = {one.key for one in desired}
    return Prepared(
        desired=tuple(desired),
        unresolved=frozenset(one.key for one in declared if one.key not in resolved),
        problems=tuple(desk.problems),
        discoveries=discoveries,
        documents=desk.documents,
    )


def governed(prepared: Prepared, policies: Sequence[Policy]) -> Prepared:
    """Return `prepared` with what the policies of the organization say about the resolved providers."""
    if not policies:
        return prepared
    from idpctl.policies.judge import judge

    return replace(prepared, problems=(*prepared.problems, *judge(prepared.desired, policies)))


def check_suppressed(declared: Sequence[Declared], policies: Sequence[Policy]) -> list[Problem]:
    """Return what is wrong with the suppressions of policies."""
    concerned = [one for one in declared if any(rule.startswith("POL-") for rule in one.suppress)]
    if not concerned:
        return []
    from idpctl.policies import suppress

    return suppress.check_suppressed(concerned, policies)


def selects(options: Options, key: str) -> bool:
    """Say whether a run that may be partial covers the provider `key`."""
    return not options.only or any(fnmatchcase(key, pattern) for pattern in options.only)


def _silent(done: int, total: int) -> None:
    """Show nothing."""


class _Desk:
    """Where answers are read as they arrive, and findings are collected."""

    def __init__(self, policy: UrlPolicy, *, skipped: bool, key_sets: bool) -> None:
        self.policy = policy
        self.skipped = skipped
        self.problems: list[Problem] = []
        self._reads_key_sets = key_sets
        self._documents: dict[str, Document | None] = {}
        self._key_sets: dict[str, str | None] = {}

    @property
    def documents(self) -> dict[str, Document]:
        """Return what could be read."""
        return {key: found for key, found in self._documents.items() if found is not None}

    def discover(
        self, declared: Sequence[Declared], network: Network, progress: Progress | None
    ) -> Discoveries:
        """Fetch documents and key sets; documents are read while others are on their way."""
        from idpctl.discovery.gather import discover
        from idpctl.http import NETWORK_RULES, open_fetcher
        from idpctl.http.rules import PROXY

        with open_fetcher(network.policy) as fetcher:
            discoveries = discover(
                declared,
                fetcher,
                plan_key_set=self._read_document,
                parallelism=network.parallelism,
                deadline=network.deadline,
                progress=progress or _silent,
            )
            proxy = next(rule for rule in NETWORK_RULES if rule.id == PROXY)
            self.problems.extend(finding(proxy, note) for note in fetcher.notes)
        for one in declared:
            if one.key not in self._documents:
                self._read_document(one, discoveries.documents[one.well_known_url])
        return discoveries

    def _read_document(self, declared: Declared, response: Response) -> str | None:
        """Check a document that arrived; return the key set to fetch next."""
        document, problems = check.check_document(declared, response, self.policy)
        self._documents[declared.key] = document
        self.problems.extend(problems)
        # A member of a wrong type was found by its own rule, which says more.
        if document is not None and not any(problem.rule == "DSC-04" for problem in problems):
            self._require_shape("discovery", document.members, "SCH-02", declared)
        if not self._reads_key_sets:
            return None
        url = check.key_set_url(declared, document, self.policy)
        self._key_sets[declared.key] = url
        return url

    def settle(self, declared: Declared, discoveries: Discoveries) -> Desired | None:
        """Resolve one provider and check all that is known of it; None where an endpoint is not."""
        keys = discoveries.key_sets.get(self._key_sets.get(declared.key) or "")
        if keys is not None:
            self.problems.extend(check.check_key_set(declared, keys, self.policy))
        document = self._documents.get(declared.key)
        desired = resolve(declared, document)
        if desired is not None:
            self.problems.extend(check.check_resolved(desired, document, self.policy))
            self._require_shape("endpoints", _resolved_values(desired), "SCH-01", declared)
        elif self.skipped:
            problem = finding(RULES["DSC-20"], "an endpoint has to be discovered", declared=declared)
            self.problems.append(problem)
        return desired

    def _require_shape(self, schema: str, value: Json, rule: str, declared: Declared) -> None:
        if not accepts(schema, value):
            self.problems.extend(_violations(schema, value, rule, declared))


def _resolved_values(desired: Desired) -> dict[str, Json]:
    idp = desired.idp
    return {name: getattr(idp, name) for name in _SCHEMA_FIELDS}


def _violations(schema: str, value: Json, rule: str, declared: Declared) -> list[Problem]:
    return [
        finding(
            RULES[rule],
            f"{'.'.join(map(str, violation.path)) or 'the document'}: {violation.message}",
            declared=declared,
            path=str(violation.path[0]) if violation.path else None,
            hint=violation.hint,
        )
        for violation in explain(schema, value)
    ]
