"""Results other than a plan, as values for the renderers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.checkup.model import Examined
    from idpctl.config.model import Configuration, Trace
    from idpctl.errors import Problem
    from idpctl.inventory import Row
    from idpctl.lockfile.update import LockChange
    from idpctl.model import Desired, Target
    from idpctl.plan import Plan
    from idpctl.policies.model import Policy
    from idpctl.report import Report


@value
class Applied:
    """What an apply did: the plan that was reviewed, and the fate of each operation."""

    plan: Plan
    report: Report


@value
class Validated:
    """What a check of the configuration found; `files` are those that were read."""

    files: tuple[str, ...]
    providers: int
    problems: tuple[Problem, ...] = ()


@value
class Discovered:
    """What providers resolve to, by key or URL: None where an endpoint is missing.

    `passed` are the ids of the rules that were checked and found nothing, by the same key or URL.
    """

    resolved: tuple[tuple[str, Desired | None], ...]
    problems: tuple[Problem, ...] = ()
    passed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@value
class Checked:
    """What an examination of providers, or of a token, found; `general` belongs to none of them."""

    examined: tuple[Examined, ...]
    general: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return every finding."""
        return (*(problem for one in self.examined for problem in one.problems), *self.general)


@value
class Renewed:
    """The discovery lock as it should be: its `file`, relative to the root, and its `text`.

    `current` says that the file is so already, `written` that it is so now.
    """

    file: str
    text: str
    current: bool
    entries: int
    changes: tuple[LockChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    written: bool = False


@value
class KnownPolicies:
    """The policies of a configuration that can be used, and what is wrong with that configuration."""

    policies: tuple[Policy, ...] = ()
    problems: tuple[Problem, ...] = ()


@value
class Listed:
    """The records of a registry, and how each one stands."""

    target: Target
    rows: tuple[Row, ...]


@value
class Effective:
    """A configuration with all its layers merged, and where each value of it comes from.

    `traces` are by path; what has none is built in. With `complete` of False the configuration holds
    some of its providers alone, of `declared` in all. `resolved` are the providers whose endpoints
    were discovered, by key.
    """

    configuration: Configuration
    traces: Mapping[tuple[str | int, ...], Trace]
    declared: int
    complete: bool = True
    resolved: Mapping[str, Desired] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
