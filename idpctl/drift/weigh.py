"""What findings mean for a run: which are drift, which were accepted, and what a blind run keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.drift.model import (
    COUNTED,
    DriftClass,
    DriftReport,
    Memory,
    ProviderState,
    Reason,
    Run,
    State,
    Stranger,
)
from idpctl.value import replace, value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from idpctl.drift.compare import Seen
    from idpctl.drift.model import Acceptance, Finding, Since
    from idpctl.errors import IdpctlError
    from idpctl.model import Record, Target

_STATES = (
    (DriftClass.REGISTRY, State.DRIFTED),
    # Of a provider there is only one such finding: that it shares its issuer.
    (DriftClass.UNMANAGED, State.DRIFTED),
    (DriftClass.FOREIGN, State.DRIFTED),
    (DriftClass.MISSING, State.MISSING),
    (DriftClass.UPSTREAM, State.UPSTREAM),
    (DriftClass.UNKNOWN, State.UNKNOWN),
    (DriftClass.PENDING, State.PENDING),
)
_CLASSES = tuple(DriftClass)


@value
class Terms:
    """By what a run judges: the classes that count, what was accepted, the last report, and the time.

    `started` is UTC in ISO 8601.
    """

    fail_on: frozenset[DriftClass] = COUNTED
    acceptances: Sequence[Acceptance] = ()
    since: Since | None = None
    started: str = ""


def weigh(found: Iterable[Finding], seen: Seen, terms: Terms) -> tuple[Finding, ...]:
    """Return `found` and what is carried over from the last report, judged and in order."""
    findings = list(found)
    findings.extend(_carried(findings, seen, terms.since))
    return _judged(findings, terms)


def _judged(findings: Iterable[Finding], terms: Terms) -> tuple[Finding, ...]:
    first = {} if terms.since is None else {one.identity: one.first_seen for one in terms.since.findings}
    judged = [
        replace(
            _accept(finding, terms),
            counts=finding.kind in terms.fail_on or finding.reason is Reason.COLLISION,
            first_seen=first.get(finding.identity) or terms.started,
        )
        for finding in findings
    ]
    return tuple(sorted(judged, key=_position))


def _position(finding: Finding) -> tuple[bool, int, str, str, str]:
    return (
        not finding.alarms,
        _CLASSES.index(finding.kind),
        finding.subject,
        finding.path or "",
        finding.name,
    )


def _accept(finding: Finding, terms: Terms) -> Finding:
    """Return `finding` with the acceptance that covers it, or why one does not any more.

    What could not be read cannot be accepted: nobody knows what it would be.
    """
    if finding.kind is DriftClass.UNKNOWN:
        return finding
    lapsed = ""
    for one in terms.acceptances:
        if (one.key, one.path) != (finding.subject, finding.path):
            continue
        if one.value_sha256 != finding.value_sha256:
            lapsed = "another value was accepted"
        elif one.until < terms.started[:10]:
            lapsed = f"it was accepted until {one.until}"
        else:
            return replace(finding, acceptance=one, lapsed="")
    return replace(finding, lapsed=lapsed)


def unused(acceptances: Iterable[Acceptance], findings: Iterable[Finding]) -> tuple[Acceptance, ...]:
    """Return the acceptances of what is not there: they can be removed."""
    there = {(one.subject, one.path) for one in findings}
    return tuple(one for one in acceptances if (one.key, one.path) not in there)


def _carried(findings: Sequence[Finding], seen: Seen, since: Since | None) -> list[Finding]:
    """Return what the last report had found upstream of providers that could not be read now.

    Missing information never becomes a change: drift does not end because nobody could look. It does
    where the registry holds by now what was served then.
    """
    if since is None:
        return []
    blind = {one.key for one in findings if one.kind is DriftClass.UNKNOWN}
    found = {(one.key, one.path) for one in findings}
    return [
        replace(one, carried=True)
        for one in since.findings
        if one.kind is DriftClass.UPSTREAM
        and one.key in blind
        and (one.key, one.path) not in found
        and not _follows(one, seen)
    ]


def _follows(finding: Finding, seen: Seen) -> bool:
    records = [
        record
        for record in seen.snapshot.records
        if record.mark is not None and (record.mark.owner, record.mark.key) == (seen.owner, finding.key)
    ]
    path = finding.path or ""
    return any(getattr(record.idp, path, None) == finding.served.value for record in records)


def states(findings: Iterable[Finding], seen: Seen, since: Since | None) -> tuple[ProviderState, ...]:
    """Return how each provider stands, by key: the gravest of its findings that nobody accepted.

    Of one that was left out nobody knows.
    """
    kinds: dict[str, set[DriftClass]] = {}
    for one in findings:
        if one.key is not None and one.acceptance is None:
            kinds.setdefault(one.key, set()).add(one.kind)
    refs = _refs(seen, since)
    names = {one.key: one.name for one in seen.declared}
    return tuple(
        ProviderState(
            key=key,
            name=names.get(key, ""),
            state=_state(kinds.get(key, ())) if seen.selects(key) else State.UNKNOWN,
            refs=refs.get(key, ()),
        )
        for key in sorted({*names, *kinds})
    )


def _state(kinds: Collection[DriftClass]) -> State:
    return next((state for kind, state in _STATES if kind in kinds), State.IN_SYNC)


def _refs(seen: Seen, since: Since | None) -> dict[str, tuple[str, ...]]:
    """Return key -> refs of its records; of a provider without any, those that it had."""
    refs: dict[str, tuple[str, ...]] = {} if since is None else {one.key: one.refs for one in since.providers}
    for one in seen.remembered or ():
        refs.setdefault(one.key, (one.ref,))
    held: dict[str, list[str]] = {}
    for record in seen.snapshot.records:
        if record.mark is not None and record.mark.owner == seen.owner:
            held.setdefault(record.mark.key, []).append(record.ref)
    refs.update({key: tuple(sorted(found)) for key, found in held.items()})
    return refs


def strangers(records: Iterable[Record], owner: str) -> tuple[Stranger, ...]:
    """Return the records that are not ours, as the next run shall remember them."""
    found = [
        Stranger(
            ref=record.ref, name=record.idp.name, owner=None if record.mark is None else record.mark.owner
        )
        for record in records
        if record.mark is None or record.mark.owner != owner
    ]
    return tuple(sorted(found, key=lambda one: (one.name, one.ref)))


def memory_of(*, log: bool, since: Since | None) -> Memory:
    """Return what remembered deletions in this run."""
    if log:
        return Memory.LOG if since is None else Memory.BOTH
    return Memory.NONE if since is None else Memory.REPORT


def blind(target: Target | None, error: IdpctlError, run: Run, terms: Terms) -> DriftReport:
    """Return the report of a run that could not compare: everything is as it was last seen."""
    since = terms.since
    if since is None:
        return DriftReport(target=target, run=run, error=error, fail_on=terms.fail_on, started=terms.started)
    carried = [replace(one, carried=True) for one in since.findings]
    return DriftReport(
        target=target or since.target,
        run=run,
        error=error,
        findings=_judged(carried, terms),
        providers=since.providers,
        strangers=since.strangers,
        fail_on=terms.fail_on,
        since=since,
        started=terms.started,
        last_success=since.last_success,
        notified=since.notified,
    )
