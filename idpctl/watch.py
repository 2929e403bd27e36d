"""One look at everything, for `idpctl drift`: configuration, registry and providers; nothing is written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from idpctl.asked import Discovery
from idpctl.documents import FIELD_OF, moved
from idpctl.drift.compare import Move, Seen, findings
from idpctl.drift.model import COUNTED, DriftClass, DriftReport, Run
from idpctl.drift.weigh import Terms, blind, memory_of, states, strangers, unused, weigh
from idpctl.engine import load, target_of
from idpctl.engine import weigh as weigh_problems
from idpctl.errors import CheckFailedError, IdpctlError, InvalidInputError, LockedError, RegistryError
from idpctl.model import Remembered
from idpctl.registry.reader import read_only
from idpctl.registry.table import open_registry
from idpctl.resolution import find_lock, prepare
from idpctl.rules import check
from idpctl.value import replace, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from idpctl.config.model import Configuration
    from idpctl.drift.model import Acceptance, Since
    from idpctl.engine import Progress
    from idpctl.errors import Problem
    from idpctl.http import NetworkPolicy
    from idpctl.model import Declared, Snapshot, Target
    from idpctl.registry.base import Reader
    from idpctl.request import Request
    from idpctl.resolution import Prepared

# The rules by which a document that was asked for can fail to be of use.
_ABOUT_READING = ("NET-", "DSC-", "LCK-", "SCH-02")
_SUCCESS = range(200, 300)


@value
class Watch:
    """What a run of `drift` is asked beside its request."""

    fail_on: frozenset[DriftClass] = COUNTED
    accept: Path | None = None
    since: Path | None = None


class UnreadableError(CheckFailedError):
    """The registry could not be read: an outage, and no drift."""


def drift(request: Request, watch: Watch, progress: Progress | None = None) -> DriftReport:
    """Return how registry, providers and configuration differ.

    No error of the run is raised: a report of a run that was skipped or failed keeps what the last one
    knew, so that the next one can compare with it.
    """
    begun = time.monotonic()
    terms = Terms(fail_on=watch.fail_on, started=_now())
    target = None
    try:
        terms = replace(terms, since=_last_report(watch.since))
        terms = replace(terms, acceptances=_accepted(watch.accept))
        configuration = load(request)
        registry = open_registry(configuration.registry, configuration.root)
        reader = read_only(registry, configuration.owner)
        target = target_of(configuration, reader)
        other = _other_target(terms.since, target)
        if other is not None:
            terms = replace(terms, since=None)
            raise other
        report = _look(request, configuration, reader, terms, progress)
    except LockedError as error:
        report = blind(target, error, Run.SKIPPED, terms)
    except IdpctlError as error:
        report = blind(target, error, Run.FAILED, terms)
    return replace(report, milliseconds=round((time.monotonic() - begun) * 1000))


def notify(report: DriftReport, url: str, policy: NetworkPolicy) -> DriftReport:
    """Tell `url` of drift that is another than it was told last; return the report, which remembers it.

    What could not be delivered is a problem in it, and tried again by the next run. A run of a part
    tells nothing: what it did not look at has not ended.
    """
    if not (report.looked and report.complete and report.changed):
        return report
    from idpctl.documents import Fetched
    from idpctl.drift.notice import not_told, notice
    from idpctl.http import open_fetcher

    with open_fetcher(policy) as fetcher:
        answer = fetcher.post(url, notice(report))
    if isinstance(answer, Fetched):
        if answer.status in _SUCCESS:
            return replace(report, notified=report.fingerprint)
        reason = f"the receiver answered {answer.status}"
    else:
        reason = f"{answer.reason} [{answer.rule}]"
    return replace(report, problems=(*report.problems, not_told(reason)))


def _last_report(path: Path | None) -> Since | None:
    """Read the last report; None for the first run, which has none yet."""
    if path is None or not path.exists():
        return None
    from idpctl.drift.decode import read_report

    return read_report(path)


def _accepted(path: Path | None) -> tuple[Acceptance, ...]:
    if path is None:
        return ()
    from idpctl.drift.acceptances import read_acceptances

    return read_acceptances(path)


def _other_target(since: Since | None, target: Target) -> InvalidInputError | None:
    """Return the error for a last report that is of something else."""
    if since is None or since.target is None or since.target == target:
        return None
    return InvalidInputError(
        f"the last report is of {since.target}, not of {target}",
        hint="give each target a report of its own with --since",
    )


def _look(
    request: Request, configuration: Configuration, reader: Reader, terms: Terms, progress: Progress | None
) -> DriftReport:
    _require_idle(reader)
    options = request.options
    declared = configuration.providers
    lock = find_lock(request, options.discovery)
    prepared = prepare(declared, request.network, options, progress, key_sets=False, lock=lock)
    snapshot = _read(reader)
    _require_idle(reader)
    found = check.check_together(prepared.desired, (), snapshot.gateway_issuer)
    problems = weigh_problems(declared, [*prepared.problems, *found], strict=options.strict)
    seen = Seen(
        owner=configuration.owner,
        declared=declared,
        snapshot=snapshot,
        desired={one.key: one for one in prepared.desired},
        documents=prepared.documents,
        moves=dict(_moves(declared, prepared)),
        unreadable=dict(_unreadable(declared, prepared, request)),
        moved=configuration.moved,
        capabilities=reader.capabilities,
        remembered=_remembered(snapshot, terms.since),
        strangers=None if terms.since is None else terms.since.strangers,
        only=options.only,
    )
    return _report(target_of(configuration, reader), seen, terms, (*configuration.warnings, *problems))


def _report(target: Target, seen: Seen, terms: Terms, problems: tuple[Problem, ...]) -> DriftReport:
    judged = weigh(findings(seen), seen, terms)
    since, unknown = terms.since, any(one.kind is DriftClass.UNKNOWN for one in judged)
    last = None if since is None else since.last_success
    return DriftReport(
        target=target,
        run=Run.INCOMPLETE if unknown else Run.COMPLETE,
        findings=judged,
        providers=states(judged, seen, since),
        strangers=strangers(seen.snapshot.records, seen.owner),
        problems=problems,
        unused=unused(terms.acceptances, judged),
        fail_on=terms.fail_on,
        memory=memory_of(log=seen.snapshot.remembered is not None, since=since),
        complete=not seen.only,
        since=since,
        started=terms.started,
        last_success=last if unknown or seen.only else terms.started,
        notified=None if since is None else since.notified,
    )


def _require_idle(reader: Reader) -> None:
    """Raise LockedError while an apply is at work: what it has not finished is no drift."""
    holder = reader.at_work()
    if holder is not None:
        raise LockedError(
            f"skipped: an apply is running ({holder})",
            hint="nothing has to be done: the next run looks again",
        )


def _read(reader: Reader) -> Snapshot:
    try:
        return reader.read()
    except LockedError:
        raise
    except RegistryError as error:
        raise UnreadableError(
            error.message, hint=error.hint, where=error.where, rule=error.rule, problems=error.problems
        ) from error


def _remembered(snapshot: Snapshot, since: Since | None) -> tuple[Remembered, ...] | None:
    """Return the records that should be there: the registry's own log knows better than a report."""
    if snapshot.remembered is not None or since is None:
        return snapshot.remembered
    return tuple(
        Remembered(ref=ref, key=one.key, name=one.name) for one in since.providers for ref in one.refs
    )


def _moves(declared: Sequence[Declared], prepared: Prepared) -> Iterator[tuple[str, Sequence[Move]]]:
    """Yield what each provider serves otherwise than it is locked, where nothing is written instead."""
    for one in declared:
        entry, document = prepared.entries.get(one.key), prepared.documents.get(one.key)
        if entry is None or document is None:
            continue
        moves = [
            Move(path=path, locked=locked, served=served)
            for member, locked, served in moved(entry, document)
            if getattr(one, path := FIELD_OF[member]) is None
        ]
        if moves:
            yield one.key, moves


def _unreadable(
    declared: Sequence[Declared], prepared: Prepared, request: Request
) -> Iterator[tuple[str, str]]:
    """Yield each key of which nothing upstream could be compared, and why."""
    options = request.options
    reasons = _reasons(prepared.problems)
    resolved = {one.key for one in prepared.desired}
    for one in declared:
        if not options.selects(one.key) or one.pinned:
            continue
        unread = options.discovery is Discovery.LIVE and one.key not in prepared.documents
        if unread or one.key not in resolved:
            yield one.key, reasons.get(one.key, "its discovery document could not be read")


def _reasons(problems: Iterable[Problem]) -> Mapping[str, str]:
    reasons: dict[str, str] = {}
    for problem in problems:
        if problem.address is not None and problem.rule.startswith(_ABOUT_READING):
            reasons.setdefault(problem.address, f"{problem.message} [{problem.rule}]")
    return reasons


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
