"""Collects what is wrong in all files, so that one run tells everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idpctl.errors import Source

MOST = 1000
_SEVERAL = {"CFG-21", "CFG-26", "CFG-34"}


class StopReadingError(Exception):
    """A file cannot be read any further; the report holds the reason."""


class Report:
    """The problems of one run.

    One place is reported once: what is found first, nearest to the text, explains the rest. Only
    of what is missing, and of what a policy says, there can be more at one place.
    No more than `MOST` problems are kept.
    """

    __slots__ = ("_places", "_problems", "_total")

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._places: set[tuple[str, int, int, str]] = set()
        self._total = 0

    def add(
        self,
        rule: str,
        message: str,
        source: Source,
        *,
        hint: str | None = None,
        path: tuple[str | int, ...] = (),
    ) -> None:
        """Note a problem of `rule` at `source`; `path` leads to the value inside the file."""
        from idpctl.config.rules import RULES

        place = (source.file, source.line, source.column, message if rule in _SEVERAL else "")
        if place in self._places:
            return
        self._places.add(place)
        self._total += 1
        if self._total > MOST:
            return
        known = RULES.get(rule)
        address, field = _split(path)
        self._problems.append(
            Problem(
                rule=rule,
                severity=Severity.ERROR if known is None else known.severity,
                message=message,
                hint=hint or (None if known is None else known.hint),
                source=source,
                address=address,
                path=field,
            )
        )

    @property
    def full(self) -> bool:
        """Say whether more problems than anyone reads were found."""
        return self._total > MOST

    @property
    def failed(self) -> bool:
        """Say whether an error was noted."""
        return any(problem.severity is Severity.ERROR for problem in self._problems)

    def problems(self) -> tuple[Problem, ...]:
        """Return what was noted, by file, line and column."""
        return tuple(sorted(self._problems, key=position))

    @property
    def shared(self) -> bool:
        """Say whether an error was noted outside of single providers, in what all of them inherit."""
        return any(one.address is None and (one.path or "").startswith("defaults") for one in self._problems)

    def faulty(self) -> frozenset[str]:
        """Return the keys of the providers of which something was noted."""
        return frozenset(one.address for one in self._problems if one.address is not None)

    def summary(self) -> str:
        """Return how many errors were noted, as a sentence."""
        return count_of_errors(self._problems) + (" and more" if self.full else "")

    def error(self) -> InvalidInputError:
        """Return the error that tells all problems."""
        return InvalidInputError(self.summary(), problems=self.problems())


def count_of_errors(problems: Iterable[Problem]) -> str:
    """Return the sentence above a list of problems."""
    errors = sum(problem.blocks for problem in problems)
    return "the configuration has " + ("1 error" if errors == 1 else f"{errors} errors")


def _split(path: tuple[str | int, ...]) -> tuple[str | None, str | None]:
    """Return the key of the provider that `path` leads into, and the field inside it."""
    address = None
    if len(path) > 1 and path[0] == "providers":
        address, path = str(path[1]), path[2:]
    return address, ".".join(map(str, path)) or None


def position(problem: Problem) -> tuple[str, int, int, str]:
    """Return the key that sorts problems by file, line and column; without a place they come first."""
    source = problem.source
    return (
        ("", 0, 0, problem.rule)
        if source is None
        else (source.file, source.line, source.column, problem.rule)
    )
