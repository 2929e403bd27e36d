"""Drift as values: what differs between configuration, registry and providers, and who made it differ."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.text import hide_userinfo, hide_userinfo_inside
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.errors import IdpctlError, Problem, Source
    from idpctl.model import Json, Origin, Target


class DriftClass(StrEnum):
    """Who made it differ: the question that decides what a person has to do."""

    REGISTRY = "registry"  # somebody edited a record that is ours
    MISSING = "missing"  # somebody deleted it
    UPSTREAM = "upstream"  # the provider's discovery document says otherwise now
    UNMANAGED = "unmanaged"  # a record appeared that nobody owns
    FOREIGN = "foreign"  # a record appeared that another configuration owns
    PENDING = "pending"  # the configuration is not applied yet: reported, and no drift
    UNKNOWN = "unknown"  # it could not be read


COUNTED = frozenset({DriftClass.REGISTRY, DriftClass.MISSING, DriftClass.UPSTREAM})
"""The classes that are drift unless others are chosen."""

FAILING = frozenset(DriftClass) - {DriftClass.UNKNOWN}
"""The classes that can be chosen: what could not be read has an exit code of its own."""


class Reason(StrEnum):
    """What exactly was seen."""

    EDITED = "edited"  # registry: as last applied it was as wanted
    CONFLICT = "conflict"  # registry: and something else is wanted now than was last applied
    MARK_LOST = "mark_lost"  # registry: the record is there, and does not say any more that it is ours
    OWNER_CHANGED = "owner_changed"  # registry: it says that another owner's it is
    COLLISION = "collision"  # unmanaged, foreign: it has the issuer of one of our providers
    DELETED = "deleted"  # missing
    MOVED = "moved"  # upstream: served is not what is registered
    LOCKED = "locked"  # upstream: served is not what is locked
    APPEARED = "appeared"  # unmanaged, foreign: not in the last report
    NOT_CREATED = "not_created"  # pending
    NOT_APPLIED = "not_applied"  # pending: another value is wanted than was last applied
    NOT_DELETED = "not_deleted"  # pending: owned, and no longer declared
    NOT_FINISHED = "not_finished"  # pending: what an interrupted replacement left
    NOT_REMEMBERED = "not_remembered"  # pending: as wanted, but the mark does not know
    UNREADABLE = "unreadable"  # unknown


class Run(StrEnum):
    """How the run itself went; of one that was skipped or failed the last report's memory is kept."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"  # something could not be read
    SKIPPED = "skipped"  # an apply was running
    FAILED = "failed"  # nothing could be compared


class State(StrEnum):
    """How one provider stands: the gravest of its findings."""

    IN_SYNC = "in_sync"
    DRIFTED = "drifted"
    MISSING = "missing"
    UPSTREAM = "upstream"
    UNKNOWN = "unknown"
    PENDING = "pending"


class Memory(StrEnum):
    """What can tell a record that was deleted by hand from one that was never created."""

    NONE = "none"
    LOG = "log"  # the registry's own
    REPORT = "report"  # the last report
    BOTH = "both"


class Knowledge(StrEnum):
    """Whether a side of a comparison is known."""

    VALUE = "value"
    ABSENT = "absent"  # there is none, or nobody asked
    UNKNOWN = "unknown"  # there is one, and at most its digest is known


@value
class Side:
    """What one party holds of a field: a value, nothing, or something that is not known.

    `digest` are the 8 hex digits of a mark where they are all that is known.
    """

    knowledge: Knowledge = Knowledge.VALUE
    value: Json = None
    digest: str = ""


ABSENT = Side(knowledge=Knowledge.ABSENT)
UNKNOWN = Side(knowledge=Knowledge.UNKNOWN)


def held(content: Json) -> Side:
    """Return the side of a party that holds `content`."""
    return Side(value=content)


@value
class Acceptance:
    """A finding that somebody accepted, in the file given with --accept, until a day (UTC, inclusive)."""

    key: str
    path: str | None
    value_sha256: str
    until: str
    reason: str
    source: Source | None = None


@value
class Finding:
    """One thing that differs.

    `key` is the provider's; a record that is not ours has none, but for a collision that of the provider
    that it collides with. `path` is a field, `properties.KEY`, or None for a record as a whole. The four
    sides are: `applied`, as the mark remembers it; `live`, in the registry; `wanted`, by configuration,
    lock or discovery; `served`, by the discovery document now. `trust` says that the difference
    changes whom the gateway believes. `first_seen` is when a report first held exactly this
    (UTC, ISO 8601), `carried` that this run could not look again. `lapsed` says why an acceptance of
    this does not count any more. `detail` is a reason in words, where there is one.
    """

    kind: DriftClass
    reason: Reason
    name: str
    key: str | None = None
    path: str | None = None
    applied: Side = ABSENT
    live: Side = ABSENT
    wanted: Side = ABSENT
    served: Side = ABSENT
    origin: Origin | None = None
    trust: bool = False
    source: Source | None = None
    detail: str = ""
    first_seen: str = ""
    carried: bool = False
    counts: bool = False
    acceptance: Acceptance | None = None
    lapsed: str = ""

    @property
    def subject(self) -> str:
        """Return what this is about: the provider's key, else the record's name."""
        return self.name if self.key is None else self.key

    @property
    def drifted(self) -> Json:
        """Return the value that should not be there: served for upstream drift, else the live one."""
        side = self.served if self.kind is DriftClass.UPSTREAM else self.live
        return side.value

    @property
    def value_sha256(self) -> str:
        """Return the digest of that value as it is shown: what an acceptance names, and nothing else."""
        return digest.sha256(hide_userinfo_inside(self.drifted))

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Return what makes two findings of two runs the same one."""
        return str(self.kind), hide_userinfo(self.subject), self.path or "", self.value_sha256

    @property
    def alarms(self) -> bool:
        """Say whether this is drift that nobody accepted."""
        return self.counts and self.acceptance is None


@value
class ProviderState:
    """How one provider stands, and where it is registered: what the next run compares with."""

    key: str
    name: str
    state: State
    refs: tuple[str, ...] = ()


@value
class Stranger:
    """A record that is not ours, as the next run remembers it; `owner` is None for an unmanaged one."""

    ref: str
    name: str
    owner: str | None = None


@value
class Since:
    """What the last report says, as far as the next run needs it.

    `notified` is the fingerprint that the outside was last told; `last_success` when a run last
    compared everything.
    """

    target: Target | None
    started: str
    fingerprint: str
    notified: str | None = None
    last_success: str | None = None
    findings: tuple[Finding, ...] = ()
    providers: tuple[ProviderState, ...] = ()
    strangers: tuple[Stranger, ...] = ()


NOTHING_DRIFTED = "sha256:" + digest.sha256([])


@value
class DriftReport:
    """All that a run saw. `findings` are in order: what alarms first, then by class, key and field.

    `target` is None where the configuration could not be read. `error` is what ended a run that was
    skipped or failed: then findings, providers and strangers are those of the last report. Times are
    UTC in ISO 8601, `milliseconds` how long the run took. `unused` are acceptances that met nothing.
    """

    target: Target | None
    run: Run = Run.COMPLETE
    findings: tuple[Finding, ...] = ()
    providers: tuple[ProviderState, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    problems: tuple[Problem, ...] = ()
    unused: tuple[Acceptance, ...] = ()
    fail_on: frozenset[DriftClass] = COUNTED
    memory: Memory = Memory.NONE
    complete: bool = True
    since: Since | None = None
    error: IdpctlError | None = None
    started: str = ""
    milliseconds: int = 0
    last_success: str | None = None
    notified: str | None = None

    @property
    def looked(self) -> bool:
        """Say whether this run compared anything; else all that it holds is of the last report."""
        return self.run not in {Run.SKIPPED, Run.FAILED}

    @property
    def informed(self) -> bool:
        """Say whether anything is known: from this run, or from the last report."""
        return self.looked or self.since is not None

    @property
    def drift(self) -> tuple[Finding, ...]:
        """Return the findings that are drift: they count, and nobody accepted them."""
        return tuple(finding for finding in self.findings if finding.alarms)

    @property
    def unknown(self) -> tuple[Finding, ...]:
        """Return what could not be read."""
        return tuple(finding for finding in self.findings if finding.kind is DriftClass.UNKNOWN)

    @property
    def untold(self) -> tuple[Problem, ...]:
        """Return the findings of rules that say more than `findings` do.

        What a document says wrongly is told as upstream drift, and what could not be read as unknown.
        """
        told = {one.key for one in self.findings if one.kind in {DriftClass.UPSTREAM, DriftClass.UNKNOWN}}
        return tuple(problem for problem in self.problems if problem.address not in told)

    def of(self, kind: DriftClass) -> tuple[Finding, ...]:
        """Return the findings of one class, accepted ones too."""
        return tuple(finding for finding in self.findings if finding.kind is kind)

    def counts(self) -> Mapping[DriftClass, int]:
        """Return how many findings of each class nobody accepted."""
        counts = dict.fromkeys(DriftClass, 0)
        for finding in self.findings:
            counts[finding.kind] += finding.acceptance is None
        return counts

    def states(self) -> Mapping[State, int]:
        """Return how many providers stand how."""
        counts = dict.fromkeys(State, 0)
        for provider in self.providers:
            counts[provider.state] += 1
        return counts

    @property
    def fingerprint(self) -> str:
        """Return `sha256:` and the digest over the drift set: the same drift, the same fingerprint."""
        return "sha256:" + digest.sha256(sorted(finding.identity for finding in self.drift))

    @property
    def changed(self) -> bool:
        """Say whether the drift set is another one than that which was last told outside."""
        told = NOTHING_DRIFTED if self.since is None else self.since.notified or NOTHING_DRIFTED
        return self.fingerprint != told
