"""What the commands do, as a handful of short functions over the modules that know how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import verdict
from idpctl.config.load import UnsoundError
from idpctl.config.load import load as load_configuration
from idpctl.config.report import count_of_errors, position
from idpctl.errors import (
    CheckFailedError,
    ExitCode,
    IncompleteError,
    InvalidInputError,
    RefusedError,
    StaleError,
)
from idpctl.model import Target
from idpctl.planner import plan as plan_providers
from idpctl.registry.base import Operation
from idpctl.registry.table import open_registry
from idpctl.resolution import (
    NOTHING_PREPARED,
    check_offline,
    check_suppressed,
    prepare_all,
)
from idpctl.rules import check
from idpctl.stale import acknowledged, differences, narrow
from idpctl.text import listing
from idpctl.value import replace, value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idpctl.applier import Event
    from idpctl.asked import Options
    from idpctl.config.model import Configuration
    from idpctl.documents import Lock
    from idpctl.errors import Problem
    from idpctl.model import Declared, Desired, Record, Snapshot
    from idpctl.plan import Plan
    from idpctl.registry.base import Reader, Registry
    from idpctl.report import Report
    from idpctl.request import Request
    from idpctl.resolution import Prepared
    from idpctl.signals import Signals

    Progress = Callable[[int, int], None]
    Notify = Callable[[Event], None]


@value
class Ready:
    """A configuration that was read and checked, its registry opened, its providers resolved."""

    request: Request
    configuration: Configuration
    registry: Registry
    prepared: Prepared
    options: Options

    @property
    def target(self) -> Target:
        """Return what the plan is for."""
        return target_of(self.configuration, self.registry)


def target_of(configuration: Configuration, registry: Registry | Reader) -> Target:
    """Return what `registry` is to `configuration`, as it is shown and fingerprinted."""
    return Target(
        owner=configuration.owner,
        driver=registry.driver,
        location=registry.location,
        organization=registry.organization,
    )


def read(request: Request) -> Configuration:
    """Read the configuration; raise InvalidInputError where it cannot be understood."""
    return load_configuration(request.files, root=request.root, environ=request.environ)


def load(request: Request) -> Configuration:
    """Read the configuration and check it offline; raise InvalidInputError with everything that blocks."""
    try:
        configuration = read(request)
    except UnsoundError as error:
        found = _check_offline(error.sound, request)
        problems = sorted([*error.problems, *found], key=position)
        raise InvalidInputError(count_of_errors(problems), problems=problems) from error
    return checked(configuration, request)


def checked(configuration: Configuration, request: Request) -> Configuration:
    """Check offline what was read; raise InvalidInputError with everything that blocks."""
    problems = [*configuration.warnings, *_check_offline(configuration.providers, request)]
    problems += check_suppressed(configuration.providers, configuration.policies)
    problems = weigh((), problems, strict=request.options.strict)
    if any(problem.blocks for problem in problems):
        raise InvalidInputError(count_of_errors(problems), problems=sorted(problems, key=position))
    return replace(configuration, warnings=tuple(problems))


def _check_offline(declared: Sequence[Declared], request: Request) -> list[Problem]:
    return weigh(declared, check_offline(declared, request.network), strict=request.options.strict)


def weigh(declared: Sequence[Declared], problems: Sequence[Problem], *, strict: bool) -> list[Problem]:
    """Return `problems` with what `declared` suppresses, and with the weight that `strict` gives."""
    suppress = {one.key: one.suppress for one in declared if one.suppress}
    return check.weigh(problems, suppress, strict)


def get_ready(request: Request, *, options: Options | None = None, progress: Progress | None = None) -> Ready:
    """Do all that comes before the registry is read: configuration, driver, discovery, checks."""
    ready = open_ready(request, options or request.options)
    if ready.options.destroy or ready.options.adopt:
        return ready
    configuration = ready.configuration
    prepared = prepare_all(request, configuration, configuration.providers, ready.options, progress)
    configuration = _with_lock(configuration, prepared.lock, request)
    return replace(ready, configuration=configuration, prepared=prepared)


def _with_lock(configuration: Configuration, lock: Lock, request: Request) -> Configuration:
    """Return the configuration with the lock among what a plan is made from."""
    if lock.sha256 is None:
        return configuration
    named = None if request.lock_file is None else lock.file
    return replace(
        configuration, inputs=replace(configuration.inputs, lock_sha256=lock.sha256, lock_file=named)
    )


def open_ready(request: Request, options: Options) -> Ready:
    """Read the configuration and open its registry; resolve nothing."""
    return open_registry_of(load(request), request, options)


def open_registry_of(configuration: Configuration, request: Request, options: Options) -> Ready:
    """Open the registry that `configuration` names."""
    percent = configuration.guards_max_delete_percent
    return Ready(
        request=request,
        configuration=configuration,
        registry=open_registry(configuration.registry, configuration.root),
        prepared=NOTHING_PREPARED,
        options=replace(options, max_delete_percent=percent),
    )


def make_plan(ready: Ready) -> Plan:
    """Read the registry, and return what would have to be done."""
    return _plan(ready, ready.registry.read(), ready.options)


def _plan(ready: Ready, snapshot: Snapshot, options: Options) -> Plan:
    configuration, prepared = ready.configuration, ready.prepared
    if options.adopt or options.destroy:
        return _plan_without_discovery(ready, snapshot, options)
    plan = plan_providers(
        prepared.desired,
        snapshot,
        ready.registry.capabilities,
        options,
        target=ready.target,
        moved=configuration.moved,
        unresolved=prepared.unresolved,
        inputs=configuration.inputs,
    )
    planned = [one for one in prepared.desired if options.selects(one.key)]
    together = check.check_together(planned, staying(plan, planned, snapshot), snapshot.gateway_issuer)
    found = weigh(
        configuration.providers, [*prepared.problems, *plan.problems, *together], strict=options.strict
    )
    return replace(plan, problems=(*configuration.warnings, *found))


def _plan_without_discovery(ready: Ready, snapshot: Snapshot, options: Options) -> Plan:
    from idpctl.adoption import plan_import
    from idpctl.removal import plan_destroy

    configuration = ready.configuration
    plan = plan_import if options.adopt else plan_destroy
    return plan(
        configuration.providers,
        snapshot,
        ready.registry.capabilities,
        options,
        target=ready.target,
        moved=configuration.moved,
        inputs=configuration.inputs,
    )


def staying(plan: Plan, planned: Sequence[Desired], snapshot: Snapshot) -> list[Record]:
    """Return the records that an apply leaves as they are and that none of `planned` describes."""
    touched = {change.before.ref for change in plan.changes if change.before is not None}
    described = {(plan.target.owner, one.key) for one in planned}
    return [
        record
        for record in snapshot.records
        if record.ref not in touched
        and (record.mark is None or (record.mark.owner, record.mark.key) not in described)
    ]


def apply(ready: Ready, reviewed: Plan, *, notify: Notify, signals: Signals) -> Report:
    """Do exactly what `reviewed` says, or raise before the first write.

    Raises StaleError when something else would be done now, RefusedError or CheckFailedError when
    it may not be done, LockedError when another run holds the registry.
    """
    from idpctl import applier

    # Not even the file of another registry is opened, which would make it.
    require_same(reviewed, replace(reviewed, target=ready.target))
    options = acknowledged(reviewed.options, ready.options)

    def prepare_under_lock(snapshot: Snapshot) -> Plan:
        now = _plan(ready, snapshot, options)
        require_same(reviewed, now)
        plan = narrow(now, reviewed, options)
        require_allowed(plan)
        return plan

    def verify(snapshot: Snapshot) -> None:
        require_done(narrow(_plan(ready, snapshot, options), reviewed, options))

    return applier.apply(
        ready.registry,
        operation=new_operation(reviewed, ready.request.lock_timeout),
        prepare=prepare_under_lock,
        verify=verify,
        on_event=notify,
        signals=signals,
    )


def new_operation(plan: Plan, lock_timeout: float) -> Operation:
    """Return a new operation with an id that no other run has."""
    from uuid import uuid4

    return Operation(
        id=uuid4().hex,
        owner=plan.target.owner,
        fingerprint=plan.fingerprint,
        summary=", ".join(f"{change.action} {change.address}" for change in plan.changes[:20]),
        lock_timeout=lock_timeout,
    )


def require_same(reviewed: Plan, now: Plan) -> None:
    """Raise StaleError with every difference between what was reviewed and what would be done."""
    found = differences(reviewed, now)
    if found:
        raise StaleError(
            "the plan is stale: something else would be done now; nothing was written",
            hint="plan again, and have the new plan reviewed",
            problems=[difference.problem for difference in found],
        )


def require_allowed(plan: Plan) -> None:
    """Raise when a check failed or a gate is closed; nothing has been written then."""
    code = verdict.of_apply(plan)
    if code is ExitCode.REFUSED:
        flags = ", ".join(gate.flag for gate in plan.blocked)
        raise RefusedError(
            "refused by a guard; nothing was written",
            hint=f"review the plan, then allow: {flags}" if flags else None,
            problems=[problem for problem in plan.problems if problem.blocks],
        )
    if code is not ExitCode.DONE:
        blocking = [problem for problem in plan.problems if problem.blocks]
        kind = InvalidInputError if code is ExitCode.INVALID else CheckFailedError
        raise kind("the plan has errors; nothing was written", problems=blocking)


def require_done(left: Plan) -> None:
    """Raise when the registry does not hold what was just written."""
    if left.changes:
        keys = listing([change.address for change in left.changes])
        raise IncompleteError(
            f"the registry does not hold what was written: {keys}",
            hint="read it with: idpctl plan",
        )
