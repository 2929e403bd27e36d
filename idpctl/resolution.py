"""From declared providers to desired ones: discovery, resolving, and every check on the way."""

from __future__ import annotations

from os.path import lexists
from typing import TYPE_CHECKING

from idpctl.asked import Discovery
from idpctl.documents import LOCK_FILE, NO_LOCK, NOTHING_FETCHED
from idpctl.errors import InvalidInputError
from idpctl.model import ENDPOINTS
from idpctl.resolve import resolve
from idpctl.rules import check
from idpctl.rules.base import finding
from idpctl.rules.catalog import RULES
from idpctl.rules.urls import UrlPolicy
from idpctl.schema.check import accepts, explain
from idpctl.text import escape
from idpctl.value import field, replace, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from idpctl.asked import Options
    from idpctl.config.model import Configuration
    from idpctl.documents import Discoveries, Document, Entry, Lock, Response
    from idpctl.errors import Problem
    from idpctl.model import Declared, Desired, Json
    from idpctl.policies.model import Policy
    from idpctl.request import Network, Request

    Progress = Callable[[int, int], None]

_SCHEMA_FIELDS = ("name", "type", "allowed_token_audience", "well_known_url", *ENDPOINTS)


@value
class Prepared:
    """What planning needs: resolved providers, the keys whose values are not known, and all findings.

    `documents` are the discovery documents that could be read, by key: whatever the rules say of them.
    `lock` is the discovery lock as it was read: its entries may be those of others, or be wrong;
    `entries` are those that count, by key.
    """

    desired: tuple[Desired, ...]
    unresolved: frozenset[str]
    problems: tuple[Problem, ...]
    discoveries: Discoveries = NOTHING_FETCHED
    documents: Mapping[str, Document] = field(default_factory=dict)
    lock: Lock = NO_LOCK
    entries: Mapping[str, Entry] = field(default_factory=dict)


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


def lock_path(request: Request) -> Path:
    """Return where the discovery lock is, relative to the root: beside the first file unless it is named."""
    return request.lock_file or request.files[0].parent / LOCK_FILE


def find_lock(request: Request, mode: Discovery) -> Lock:
    """Return the discovery lock that a run in `mode` goes by.

    `NO_LOCK` where discovery is skipped, or where it is live and there is no lock. Raises
    InvalidInputError for a lock that cannot be read, and for none where one is named or nothing else
    would be read.
    """
    if mode is Discovery.SKIP:
        return NO_LOCK
    path = lock_path(request)
    if lexists(request.root / path):
        from idpctl.config.lock import read_lock

        return read_lock(request.root, path)
    if request.lock_file is None and mode is Discovery.LIVE:
        return NO_LOCK
    raise InvalidInputError(
        f"there is no lock file {escape(path.as_posix())}",
        hint="make it where the providers can be reached, and commit it: idpctl lock",
    )


def prepare(
    declared: Sequence[Declared],
    network: Network,
    options: Options,
    progress: Progress | None = None,
    *,
    key_sets: bool = True,
    lock: Lock = NO_LOCK,
) -> Prepared:
    """Resolve and check `declared`; do all network work of a run, without `key_sets` half of it.

    A provider outside a partial plan is not asked for: without pinned endpoints it stays unresolved.
    What is in the `lock` is used, and what is served is compared with it.
    """
    desk = _Desk(url_policy(network), options.discovery, key_sets=key_sets)
    chosen = [] if desk.skipped else [one for one in declared if options.selects(one.key)]
    if lock is not NO_LOCK or options.discovery is Discovery.LOCK:
        desk.look_up(chosen, lock)
    online = chosen and options.discovery is Discovery.LIVE
    discoveries = desk.discover(chosen, network, progress) if online else NOTHING_FETCHED
    desired = [found for one in declared if (found := desk.settle(one, discoveries)) is not None]
    resolved = {one.key for one in desired}
    return Prepared(
        desired=tuple(desired),
        unresolved=frozenset(one.key for one in declared if one.key not in resolved),
        problems=tuple(desk.problems),
        discoveries=discoveries,
        documents=desk.documents,
        lock=lock,
        entries=desk.entries,
    )


def prepare_all(
    request: Request,
    configuration: Configuration,
    declared: Sequence[Declared],
    options: Options,
    progress: Progress | None = None,
) -> Prepared:
    """Resolve and check `declared`, all of `configuration` or a part, by its lock and its policies."""
    lock = find_lock(request, options.discovery)
    prepared = prepare(declared, request.network, options, progress, lock=lock)
    return governed(_with_spare(prepared, configuration.providers), configuration.policies)


def _with_spare(prepared: Prepared, declared: Sequence[Declared]) -> Prepared:
    """Return `prepared` with what there is to say of entries of the lock that none of `declared` needs."""
    if prepared.lock is NO_LOCK:
        return prepared
    return replace(prepared, problems=(*prepared.problems, *check.check_spare(declared, prepared.lock)))


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


def _silent(done: int, total: int) -> None:
    """Show nothing."""


class _Desk:
    """Where answers are read as they arrive, and findings are collected."""

    def __init__(self, policy: UrlPolicy, mode: Discovery, *, key_sets: bool) -> None:
        self.policy = policy
        self.skipped = mode is Discovery.SKIP
        self.problems: list[Problem] = []
        self._alone = mode is Discovery.LOCK
        self.entries: dict[str, Entry] = {}
        self._reads_key_sets = key_sets
        self._documents: dict[str, Document | None] = {}
        self._key_sets: dict[str, str | None] = {}

    @property
    def documents(self) -> dict[str, Document]:
        """Return what could be read."""
        return {key: found for key, found in self._documents.items() if found is not None}

    def look_up(self, declared: Sequence[Declared], lock: Lock) -> None:
        """Find what is locked of the providers that have something to be filled."""
        for one in declared:
            entry, problems = (None, []) if one.pinned else check.find_entry(one, lock, alone=self._alone)
            self.problems.extend(problems)
            if entry is not None:
                self.entries[one.key] = entry
                if self._alone:
                    self.problems.extend(check.check_locked(one, entry, self.policy))

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
        entry = self.entries.get(declared.key)
        document, problems = check.check_document(
            declared, response, self.policy, locked=entry is not None and _fills(entry, declared)
        )
        self._documents[declared.key] = document
        self.problems.extend(problems)
        # A member of a wrong type was found by its own rule, which says more.
        if document is not None and not any(problem.rule == "DSC-04" for problem in problems):
            self._require_shape("discovery", document.members, "SCH-02", declared)
        if entry is not None:
            self._compare(declared, entry, document, problems)
            document = entry.document() if entry.jwks_uri else document
        if not self._reads_key_sets:
            return None
        url = check.key_set_url(declared, document, self.policy)
        self._key_sets[declared.key] = url
        return url

    def _compare(
        self, declared: Declared, entry: Entry, document: Document | None, known: Sequence[Problem]
    ) -> None:
        """Note what has moved; judge what is locked where it is not the document that is used."""
        found = [] if document is None else check.check_moved(declared, entry, document)
        self.problems.extend(found)
        if document is None or found:
            locked = check.check_locked(declared, entry, self.policy)
            self.problems.extend(problem for problem in locked if problem not in known)

    def settle(self, declared: Declared, discoveries: Discoveries) -> Desired | None:
        """Resolve one provider and check all that is known of it; None where an endpoint is not."""
        keys = discoveries.key_sets.get(self._key_sets.get(declared.key) or "")
        if keys is not None:
            self.problems.extend(check.check_key_set(declared, keys, self.policy))
        document = self._documents.get(declared.key)
        desired = resolve(declared, document, self.entries.get(declared.key))
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


def _fills(entry: Entry, declared: Declared) -> bool:
    """Say whether nothing has to be served beside what is locked and written."""
    return resolve(declared, None, entry) is not None


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
