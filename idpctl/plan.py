"""The plan as a value: what would be done, why, and what has to be allowed for it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.asked import Inputs
from idpctl.text import hide_userinfo_inside
from idpctl.value import field, replace, value

if TYPE_CHECKING:
    from idpctl.asked import Options
    from idpctl.errors import Problem, Source
    from idpctl.model import Capabilities, Desired, Json, Origin, Record, ReplaceOrder, Target


class Action(StrEnum):
    """What is done to a provider."""

    NO_OP = "no_op"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ADOPT = "adopt"
    MOVE = "move"


class Reason(StrEnum):
    """Why an action was chosen; shown, never acted upon."""

    IN_SYNC = "in_sync"
    DECLARED = "declared"
    CHANGED = "changed"
    IMMUTABLE = "immutable"
    UNDECLARED = "undeclared"
    DEPOSED = "deposed"
    DESTROY = "destroy"
    IMPORTED = "imported"
    RENAMED_KEY = "renamed_key"


class Cause(StrEnum):
    """Who made a field differ."""

    CONFIG = "config"
    REGISTRY_DRIFT = "registry_drift"
    UPSTREAM_DRIFT = "upstream_drift"
    CONFLICT = "conflict"
    ADOPT = "adopt"


class Verb(StrEnum):
    """One call to the registry."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class GateKind(StrEnum):
    """What has to be allowed, by name or by number, before an apply."""

    REPLACE = "replace"
    DESTROY = "destroy"
    TRUST_CHANGE = "trust_change"
    GAP = "gap"
    MASS_DELETE = "mass_delete"


@value
class FieldChange:
    """One field that differs.

    `path` is a field, `properties.KEY[...]`, or `mark.key`, `mark.protect`, `mark.applied` for what
    only idpctl keeps. `trust` says that it changes whom the gateway believes.
    """

    path: str
    before: Json
    after: Json
    origin: Origin
    cause: Cause
    immutable: bool = False
    trust: bool = False

    def as_dict(self) -> dict[str, Json]:
        """Return the change as plain JSON."""
        return {
            "path": self.path,
            "before": hide_userinfo_inside(self.before),
            "after": hide_userinfo_inside(self.after),
            "origin": str(self.origin),
            "cause": str(self.cause),
            "immutable": self.immutable,
            "trust": self.trust,
        }


@value
class Step:
    """One registry call of a change, in the order of `Change.steps`; `name` is the record's."""

    verb: Verb
    name: str
    ref: str | None = None


@value
class Change:
    """What happens to one provider.

    `before` is the live record (None for a create), `desired` what is wanted (None for a delete).
    `gap` says that for a moment neither record of a replacement exists; `linked` is False for a
    second record of a key of which no mark says that it was replaced; `protected` that the
    configuration protects what a destroy would delete.
    """

    address: str
    action: Action
    reason: Reason
    before: Record | None = None
    desired: Desired | None = None
    fields: tuple[FieldChange, ...] = ()
    steps: tuple[Step, ...] = ()
    order: ReplaceOrder | None = None
    gap: bool = False
    linked: bool = True
    protected: bool = False
    previous_address: str | None = None
    source: Source | None = None

    @property
    def trust(self) -> tuple[FieldChange, ...]:
        """Return the fields that change whom the gateway believes."""
        return tuple(change for change in self.fields if change.trust)

    @property
    def drifted(self) -> bool:
        """Say whether the registry was edited outside idpctl."""
        return any(change.cause in {Cause.REGISTRY_DRIFT, Cause.CONFLICT} for change in self.fields)

    @property
    def usage(self) -> tuple[str, ...]:
        """Return who uses the live record, as far as the registry tells."""
        return () if self.before is None or self.before.usage is None else self.before.usage

    @property
    def managed(self) -> frozenset[str]:
        """Return the keys of the properties that idpctl manages in this record, or did."""
        if self.desired is not None:
            return frozenset(self.desired.declared.properties)
        applied = () if self.before is None or self.before.mark is None else self.before.mark.applied
        prefix = "properties."
        return frozenset(path.removeprefix(prefix) for path in applied if path.startswith(prefix))

    def public(self) -> Change:
        """Return the change as it may be saved: what is not managed is there as a digest only."""
        before, desired, managed = self.before, self.desired, self.managed
        if before is not None:
            before = replace(before, idp=before.idp.public(managed), seal=before.digest())
        if desired is not None:
            desired = replace(desired, idp=desired.idp.public(managed))
        return replace(self, before=before, desired=desired)

    def effect(self) -> dict[str, Json]:
        """Return what this change would do, as JSON: the part that a fingerprint covers."""
        return {
            "address": self.address,
            "action": str(self.action),
            "previous_address": self.previous_address,
            "before_sha256": None if self.before is None else self.before.digest(),
            "after": None if self.desired is None else self.desired.idp.public(self.managed).as_dict(),
            "protect": self.desired is not None and self.desired.declared.lifecycle.protect,
            "fields": [change.as_dict() for change in self.fields],
            "steps": [[str(step.verb), step.name, step.ref] for step in self.steps],
        }


@value
class Gate:
    """Something that a person must allow; `flag` is the exact option that does."""

    kind: GateKind
    address: str | None
    flag: str
    message: str
    allowed: bool


@value
class Summary:
    """Counts by action, and of what needs attention; a count of `unchanged` are no-ops."""

    create: int = 0
    update: int = 0
    replace: int = 0
    delete: int = 0
    adopt: int = 0
    move: int = 0
    unchanged: int = 0
    drifted: int = 0
    trust: int = 0


@value
class Plan:
    """All that an apply would do, in a deterministic order, with its gates and checks.

    `changes` hold no no-ops: these are counted in `unchanged`. `problems` are all findings,
    suppressed ones too; with an error among them nothing can be applied. `records` counts the
    registry, `owned` the keys that this configuration owns there, `declared` the configuration.
    """

    target: Target
    capabilities: Capabilities
    options: Options
    changes: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    problems: tuple[Problem, ...] = ()
    unmanaged: tuple[str, ...] = ()
    foreign: tuple[tuple[str, str], ...] = ()
    records: int = 0
    owned: int = 0
    declared: int = 0
    inputs: Inputs = field(default_factory=Inputs)
    created: str = ""

    @property
    def complete(self) -> bool:
        """Say whether the plan covers all declared providers."""
        return not self.options.only

    @property
    def errored(self) -> bool:
        """Say whether a check failed, so that nothing can be applied."""
        return any(problem.blocks for problem in self.problems)

    @property
    def blocked(self) -> tuple[Gate, ...]:
        """Return the gates that nobody has opened."""
        return tuple(gate for gate in self.gates if not gate.allowed)

    @property
    def applyable(self) -> bool:
        """Say whether an apply would do something, and may."""
        return bool(self.changes) and not self.errored and not self.blocked

    def effect(self) -> dict[str, Json]:
        """Return what the plan would do, as JSON; defined for the empty plan too."""
        target = self.target
        return {
            "target": [target.owner, target.driver, target.location, target.organization],
            "changes": [change.effect() for change in self.changes],
        }

    @property
    def fingerprint(self) -> str:
        """Return `sha256:` and the digest over the effect: not time, tool version or warnings."""
        return "sha256:" + digest.sha256(self.effect())

    def summary(self) -> Summary:
        """Count the changes."""
        counts = dict.fromkeys(Action, 0)
        for change in self.changes:
            counts[change.action] += 1
        return Summary(
            create=counts[Action.CREATE],
            update=counts[Action.UPDATE],
            replace=counts[Action.REPLACE],
            delete=counts[Action.DELETE],
            adopt=counts[Action.ADOPT],
            move=counts[Action.MOVE],
            unchanged=len(self.unchanged),
            drifted=sum(change.drifted for change in self.changes),
            trust=sum(len(change.trust) for change in self.changes),
        )
