"""Suites and cases as values: what a test report is made of."""

from __future__ import annotations

from enum import StrEnum

from idpctl.value import value


class Fate(StrEnum):
    """How a case ended: the name of the element that says so."""

    PASSED = "passed"
    FAILURE = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


@value
class Case:
    """One line of a test report; `message` says why it did not pass, `text` is read on demand."""

    name: str
    fate: Fate = Fate.PASSED
    message: str = ""
    text: str = ""


@value
class Suite:
    """The cases of one provider; no two have one name, since viewers keep only one of such."""

    name: str
    classname: str
    cases: tuple[Case, ...]
