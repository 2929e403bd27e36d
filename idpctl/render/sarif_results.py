"""Findings as results of SARIF: the heaviest first, no more than code scanning takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote as percent_encoded

from idpctl import digest
from idpctl.errors import IdpctlError, Problem, Severity, Source
from idpctl.plan import Plan
from idpctl.planfile.encode import address_of
from idpctl.render.outcome import Discovered, Validated
from idpctl.render.problems import tally
from idpctl.render.safe import sentence, word
from idpctl.review import FAILED, LEFT_OUT, noteworthy
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from idpctl.model import Json
    from idpctl.render.view import Subject, View

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
MOST = 5000  # GitHub takes 25,000 results, and shows so many of them
LARGEST = 9_000_000  # characters of ASCII: compressed they are never more than GitHub's 10 MB
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
# GitHub refuses a file with a result that has no place.
_SOMEWHERE = "idpctl.yaml"
_FINGERPRINT = "idpctlAddress/v1"


def results_of(view: View, rules: Sequence[str]) -> list[Json]:
    """Return the results; where some are left out, the last one says how many."""
    index = {rule: number for number, rule in enumerate(rules)}
    file = _main_file(view)
    found = (replace(problem, source=view.place(problem.source)) for problem in _problems(view.subject))
    problems = sorted(found, key=_position)
    results: list[Json] = []
    size = 0
    for problem in problems[: MOST if len(problems) <= MOST else MOST - 1]:
        result = _result(problem, index, file)
        size += len(json.dumps(result))
        if size > LARGEST:
            break
        results.append(result)
    if len(results) < len(problems):
        results.append(_result(_left_out(problems[len(results) :]), index, file))
    return results


def _left_out(rest: Sequence[Problem]) -> Problem:
    message = f"{len(rest)} findings are left out of this report: {tally(rest)}"
    return Problem(rule=LEFT_OUT.id, severity=LEFT_OUT.severity, message=message, hint=LEFT_OUT.hint)


def _problems(subject: Subject) -> Iterable[Problem]:
    if isinstance(subject, Plan):
        return (*subject.problems, *noteworthy(subject))
    if isinstance(subject, IdpctlError):
        return subject.problems or (_of_error(subject),)
    return subject.problems if isinstance(subject, Validated | Discovered) else ()


def _of_error(error: IdpctlError) -> Problem:
    """Return the error as a finding: an empty report would pass for a clean one."""
    return Problem(
        rule=error.rule or FAILED.id,
        severity=Severity.ERROR,
        message=f"{error.message} (at {error.where})" if error.where else error.message,
        hint=error.hint or FAILED.hint,
    )


def _main_file(view: View) -> str:
    subject = view.subject
    files: Iterable[str] = ()
    if isinstance(subject, Plan):
        files = subject.inputs.files
    elif isinstance(subject, Validated):
        files = subject.files
    main = view.place(Source(file=next(iter(files), _SOMEWHERE), line=1))
    return _SOMEWHERE if main is None else main.file


def _position(problem: Problem) -> tuple[int, str, int, int, str, str, str]:
    source = problem.source or Source(file="", line=1)
    weight = len(_RANK) if problem.suppressed is not None else _RANK[problem.severity]
    address, path = problem.address or "", problem.path or ""
    return weight, source.file, source.line, source.column, problem.rule, address, path


def _result(problem: Problem, index: Mapping[str, int], file: str) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": word(problem.rule),
        "level": _level(problem),
        "message": {"text": _message(problem)},
        "locations": [_location(problem, file)],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(problem)},
        "suppressions": [] if problem.suppressed is None else [_suppression(problem.suppressed)],
    }
    if problem.rule in index:
        result["ruleIndex"] = index[problem.rule]
    return result


def _level(problem: Problem) -> str:
    # GitHub shows what is suppressed like everything else: it is the least there.
    return "note" if problem.suppressed is not None else LEVELS[problem.severity]


def _message(problem: Problem) -> str:
    subject = ".".join(word(part) for part in (problem.address, problem.path) if part)
    lead = f"{subject}: " if subject else ""
    hint = f"\n{sentence(problem.hint)}" if problem.hint else ""
    # An empty text is refused by GitHub, and `[text](target)` would be a link (SARIF section 3.11.6).
    text = f"{lead}{sentence(problem.message)}{hint}" or word(problem.rule)
    return text.replace("](", "]\\x28")


def _suppression(reason: str) -> dict[str, Json]:
    return {"kind": "inSource", "status": "accepted", "justification": sentence(reason)}


def _location(problem: Problem, file: str) -> dict[str, Json]:
    source = problem.source
    place: dict[str, Json] = {"artifactLocation": _artifact(source.file if source else file)}
    place["region"] = {"startLine": 1}
    if source is not None:
        place["region"] = {"startLine": source.line, "startColumn": source.column}
    location: dict[str, Json] = {"physicalLocation": place}
    if problem.address is not None:
        name = word(problem.address)
        location["logicalLocations"] = [{"fullyQualifiedName": address_of(name), "kind": "resource"}]
    return location


def _artifact(file: str) -> dict[str, Json]:
    """Return the URI of a file: below the source root, or absolute as it is."""
    uri = percent_encoded(file or _SOMEWHERE, errors="surrogatepass")
    return {"uri": f"file://{uri}"} if file.startswith("/") else {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _fingerprint(problem: Problem) -> str:
    """Return what stays when lines move: which rule, about which field of which provider.

    GitHub's `primaryLocationLineHash` is left to its upload action, which warns of any value but
    its own.
    """
    return digest.sha256([problem.rule, problem.address, problem.path])[:32]
