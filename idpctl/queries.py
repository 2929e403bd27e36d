"""What commands ask without planning: validity, discovery, the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.asked import Discovery
from idpctl.config.load import load_layers
from idpctl.config.model import Trace, TraceKind
from idpctl.documents import MEMBERS, NO_LOCK, Fetched
from idpctl.engine import checked, load, open_ready, open_registry_of, read, weigh
from idpctl.errors import InvalidInputError
from idpctl.model import ENDPOINTS, Declared, Origin
from idpctl.render.outcome import Discovered, Effective, KnownPolicies, Listed, Validated
from idpctl.resolution import check_offline, find_lock, prepare, prepare_all
from idpctl.rules import check
from idpctl.rules.base import finding
from idpctl.text import quote, suggestion
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from idpctl.config.model import Configuration
    from idpctl.documents import Lock
    from idpctl.engine import Progress
    from idpctl.errors import Problem
    from idpctl.request import Request
    from idpctl.resolution import Prepared


def take_inventory(request: Request) -> Listed:
    """Return how every record of the registry stands, whatever the rules say about the configuration."""
    from idpctl.inventory import inventory

    configuration = read(request)
    ready = open_registry_of(configuration, request, request.options)
    rows = inventory(configuration.providers, ready.registry.read(), configuration.owner, configuration.moved)
    return Listed(target=ready.target, rows=tuple(rows))


def validate(request: Request, *, online: bool, progress: Progress | None = None) -> Validated:
    """Check the configuration; with `online` also what its providers serve now."""
    configuration = load(request)
    mode = Discovery.LIVE if online else Discovery.SKIP
    declared = configuration.providers if online else [one for one in configuration.providers if one.pinned]
    options = replace(request.options, discovery=mode)
    prepared = prepare_all(request, configuration, declared, options, progress)
    together = check.check_together(prepared.desired, (), None)
    unjudged = _unjudged(configuration, len(configuration.providers) - len(declared))
    every = [*prepared.problems, *together, *unjudged]
    found = weigh(configuration.providers, every, strict=request.options.strict)
    policies = {policy.rule.source for policy in configuration.policies}
    return Validated(
        files=tuple(file for file in configuration.inputs.files if file not in policies),
        providers=len(configuration.providers),
        problems=(*configuration.warnings, *found),
    )


def _unjudged(configuration: Configuration, missing: int) -> Iterator[Problem]:
    """Yield that policies could not be judged, where providers are not resolved."""
    if configuration.policies and missing:
        from idpctl.policies.model import NOT_JUDGED

        yield finding(
            NOT_JUDGED, f"policies were not judged for {missing} of {len(configuration.providers)} providers"
        )


def effective(
    request: Request, keys: Sequence[str], *, resolve: bool, progress: Progress | None = None
) -> Effective:
    """Return the merged configuration and where each value comes from, whatever the rules say about it.

    `keys` choose providers, all where there are none. With `resolve` the configuration is checked, and
    what its providers serve now is read.
    """
    from idpctl.config.traces import trace

    whole, layers = load_layers(request.files, root=request.root, environ=request.environ)
    shown = _narrowed(whole, keys) if keys else whole
    found = Effective(
        configuration=shown,
        traces=trace(layers),
        declared=len(whole.providers),
        complete=not keys,
        problems=whole.warnings,
    )
    if not resolve:
        return found
    warnings = checked(whole, request).warnings
    prepared = prepare_all(request, whole, shown.providers, request.options, progress)
    every = [*prepared.problems, *check.check_together(prepared.desired, (), None)]
    problems = weigh(shown.providers, every, strict=request.options.strict)
    return replace(
        found,
        traces={**found.traces, **dict(_locked_traces(prepared))},
        resolved={one.key: one for one in prepared.desired},
        problems=(*warnings, *problems),
    )


def _locked_traces(prepared: Prepared) -> Iterator[tuple[tuple[str | int, ...], Trace]]:
    """Yield where in the lock each endpoint stands that comes from there."""
    for one in prepared.desired:
        for path in ENDPOINTS:
            if one.provenance.of(path) is Origin.LOCK:
                source = prepared.lock.entries[one.key].at(MEMBERS[path])
                yield ("providers", one.key, path), Trace(kind=TraceKind.LOCK, source=source)


def _narrowed(configuration: Configuration, keys: Sequence[str]) -> Configuration:
    """Return `configuration` with the providers `keys` alone; raise InvalidInputError for unknown ones."""
    declared = {one.key: one for one in configuration.providers}
    chosen = {find(key, declared).key for key in keys}
    return replace(
        configuration,
        providers=tuple(one for one in configuration.providers if one.key in chosen),
        moved=(),
    )


def keys_to_adopt(request: Request, keys: Sequence[str]) -> frozenset[str]:
    """Return `keys` once all are known to be declared; for none, every key whose record can be ours.

    A record that is ours already counts, so that an import can be repeated. Never empty: raises
    InvalidInputError where there is nothing that could be adopted.
    """
    ready = open_ready(request, request.options)
    declared = {one.key: one for one in ready.configuration.providers}
    if keys:
        return frozenset(find(key, declared).key for key in keys)
    owner = ready.configuration.owner
    names = {
        record.idp.name
        for record in ready.registry.read().records
        if record.mark is None or record.mark.owner == owner
    }
    found = frozenset(key for key, one in declared.items() if one.name in names)
    if not found:
        raise InvalidInputError(
            "there is nothing to adopt: no record has the name of a declared provider",
            hint="idpctl list shows the records; idpctl apply creates what is missing",
        )
    return found


def discover(request: Request, subjects: Sequence[str], progress: Progress | None = None) -> Discovered:
    """Resolve and check providers by key, or discovery documents by URL.

    What is served is shown, and where it differs from the lock.
    """
    urls = [subject for subject in subjects if "://" in subject]
    chosen = [_stand_in(url) for url in urls]
    suppress: dict[str, Mapping[str, str]] = {}
    lock = NO_LOCK
    if len(urls) < len(subjects):
        declared = {one.key: one for one in load(request).providers}
        chosen.extend(find(subject, declared) for subject in subjects if subject not in urls)
        suppress = {one.key: one.suppress for one in chosen}
        lock = find_lock(request, Discovery.LIVE)
    strict = request.options.strict
    offline = check.weigh(check_offline(chosen, request.network), suppress, strict)
    if any(problem.blocks for problem in offline):
        raise InvalidInputError("nothing was contacted: the URLs have errors", problems=offline)
    prepared = prepare(chosen, request.network, request.options, progress)
    beside = [problem for one in chosen for problem in _beside_lock(one, lock, prepared)]
    found = check.weigh([*prepared.problems, *beside], suppress, strict)
    resolved = {one.key: one for one in prepared.desired}
    problems = (*offline, *found)
    return Discovered(
        resolved=tuple((one.key, resolved.get(one.key)) for one in chosen),
        problems=problems,
        passed={one.key: _passed(one, prepared, problems) for one in chosen},
    )


def _beside_lock(declared: Declared, lock: Lock, prepared: Prepared) -> Iterator[Problem]:
    """Yield what is wrong with the entry of a provider, and where it is served otherwise."""
    if lock is NO_LOCK or declared.pinned or "://" in declared.key:
        return
    entry, problems = check.find_entry(declared, lock, alone=False)
    yield from problems
    document = prepared.documents.get(declared.key)
    if entry is not None and document is not None:
        yield from check.check_moved(declared, entry, document)


def _passed(declared: Declared, prepared: Prepared, problems: Sequence[Problem]) -> tuple[str, ...]:
    """Return the ids of the rules that were checked for this provider and found nothing.

    What was not fetched was not checked.
    """
    from idpctl.rules.catalog import RULES

    checked = ["URL-"]  # by family
    if isinstance(prepared.discoveries.documents.get(declared.well_known_url), Fetched):
        checked.append("DSC-")
    keys = next((one.idp.jwks_endpoint for one in prepared.desired if one.key == declared.key), "")
    if isinstance(prepared.discoveries.key_sets.get(keys), Fetched):
        checked.append("JWK-")
    failed = {problem.rule for problem in problems if problem.address == declared.key}
    failed.add("DSC-20")  # of a discovery that is skipped
    return tuple(rule for rule in RULES if rule.startswith(tuple(checked)) and rule not in failed)


def _stand_in(url: str) -> Declared:
    """Return a provider of which only the well-known URL is known."""
    return Declared(key=url, name=url, type="custom", allowed_token_audience="any", well_known_url=url)  # noqa: S106 - an audience is no secret


def find(key: str, declared: Mapping[str, Declared]) -> Declared:
    """Return the provider `key`; raise InvalidInputError, with the nearest key, for an unknown one."""
    if key not in declared:
        near = suggestion(key, declared)
        raise InvalidInputError(
            f"no provider {quote(key)} is declared", hint=f"did you mean {near}?" if near else None
        )
    return declared[key]


def explain(request: Request, word: str | None, *, named: bool) -> str:
    """Return what is known about `word`, the overview for None; raise InvalidInputError where nothing is.

    The configuration is read where `word` may mean one of its policies. Unless it is `named`, it need
    not be there.
    """
    from idpctl import explain as texts
    from idpctl.render.text_policy import policy_lines, policy_text

    asked = word is None or word.upper().startswith("POL-")
    known = _known_policies(request, named=named) if asked else KnownPolicies()
    if word is None:
        return texts.overview(list(policy_lines(known)))
    policies = {policy.rule.id.upper(): policy for policy in known.policies}
    if word.upper() in policies:
        return policy_text(policies[word.upper()])
    if known.problems:
        raise InvalidInputError(
            f"nothing is known about {quote(word)}: the configuration has errors", problems=known.problems
        )
    return texts.explain(word, [policy.rule.id for policy in known.policies])


def _known_policies(request: Request, *, named: bool) -> KnownPolicies:
    if not named and not any((request.root / file).exists() for file in request.files):
        return KnownPolicies()
    from idpctl.config.load import load_policies

    policies, problems = load_policies(request.files, root=request.root, environ=request.environ)
    return KnownPolicies(policies=policies, problems=problems)
