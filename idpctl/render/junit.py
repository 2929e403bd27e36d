"""JUnit's XML, for the test reports of pipelines: a suite a provider, a case a check or a change."""

from __future__ import annotations

from html import escape as as_markup
from typing import TYPE_CHECKING

from idpctl.render.junit_cases import Fate
from idpctl.render.junit_suites import suites_of
from idpctl.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idpctl.render.junit_cases import Case, Suite
    from idpctl.render.view import View

_COUNTED = {"failures": Fate.FAILURE, "errors": Fate.ERROR, "skipped": Fate.SKIPPED}


def render(view: View) -> str:
    """Return XML in ASCII, of the structure that Jenkins' schema (junit-10.xsd) describes.

    Every character that XML 1.0 forbids, or that cannot be seen, stands in it as a visible escape.
    """
    suites = suites_of(view)
    # The schema knows the number of skipped cases of a suite, and not of all of them.
    totals = {name: str(number) for name, number in _counts(suites).items() if name != "skipped"}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _open("testsuites", {"name": "idpctl", **totals, "time": "0"}),
        *(line for suite in suites for line in _suite(suite)),
        "</testsuites>",
    ]
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode("ascii") + "\n"


def _counts(suites: Iterable[Suite]) -> dict[str, int]:
    cases = [case for suite in suites for case in suite.cases]
    fates = {name: sum(case.fate is fate for case in cases) for name, fate in _COUNTED.items()}
    return {"tests": len(cases), **fates}


def _suite(suite: Suite) -> Iterator[str]:
    counts = {name: str(number) for name, number in _counts([suite]).items()}
    yield _open("testsuite", {"name": suite.name, **counts, "time": "0"})
    for case in suite.cases:
        yield from _case(case, suite.classname)
    yield "</testsuite>"


def _case(case: Case, classname: str) -> Iterator[str]:
    # No time is known; viewers that add them up make NaN of a missing one.
    start = _open("testcase", {"classname": classname, "name": case.name, "time": "0"})
    yield start + _inside(case) + "</testcase>"


def _inside(case: Case) -> str:
    if case.fate is Fate.PASSED:
        return f"<system-out>{_visible(case.text)}</system-out>" if case.text else ""
    element = str(case.fate)
    # Rails, with which GitLab reads this, casts by `type`: it is never a text from outside.
    attributes = {"type": "idpctl", "message": case.message}
    # GitLab shows the text alone where there is one, and Jenkins both.
    return f"{_open(element, attributes)}{_visible(case.text or case.message)}</{element}>"


def _open(name: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {key}="{_visible(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"


def _visible(text: str) -> str:
    """Return `text` as character data or as an attribute's value, line by line.

    Jenkins and GitLab attach the file that `[[ATTACHMENT|path]]` names in a text.
    """
    lines = [escape(line, None) for line in text.split("\n")]
    return as_markup("\n".join(lines).replace("[[", "[\\x5b"))
