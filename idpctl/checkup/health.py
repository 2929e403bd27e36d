"""Is a provider usable now? What the rules found, step by step, with the figures of this moment. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.checkup.keys import keys_of
from idpctl.checkup.model import Examined, Step
from idpctl.checkup.rows import RULES
from idpctl.documents import Certificate, Fetched, Unreachable
from idpctl.errors import Severity
from idpctl.http.rules import PROXY, TLS
from idpctl.http.target import host_of
from idpctl.rules.base import finding
from idpctl.rules.key_set import SLOW
from idpctl.text import quote
from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from idpctl.documents import Discoveries, Response
    from idpctl.errors import Problem
    from idpctl.model import Declared, Desired

FEW_DAYS = 30
_DAY = 86_400
_ENDPOINTS = ("well_known_url", "jwks_endpoint", "token_endpoint")
_READING = ("NET-", "DSC-01", "DSC-02", "DSC-03", "DSC-04", "SCH-02")
_ISSUER = ("DSC-05", "DSC-06", "DSC-07")
_UNREAD_KEYS = "JWK-09"


@value
class Evidence:
    """What is known of all providers now: answers, certificates by host, and the time of looking.

    `now` is in seconds since 1970 (UTC).
    """

    discoveries: Discoveries
    certificates: Mapping[str, Certificate | Unreachable] = field(default_factory=dict)
    now: int


def hosts_of(declared: Declared, desired: Desired | None) -> dict[str, tuple[str, str]]:
    """Return the https hosts of a provider: host and port -> the field, and the URL there.

    The first field that leads to a host stands for it.
    """
    values = declared if desired is None else desired.idp
    found: dict[str, tuple[str, str]] = {}
    for path in _ENDPOINTS:
        url = getattr(values, path) or ""
        host = host_of(url)
        if host and url[:6].lower() == "https:":
            found.setdefault(host, (path, url))
    return found


def certificate_problems(declared: Declared, desired: Desired | None, evidence: Evidence) -> list[Problem]:
    """Return the findings CHK-01 and CHK-02 on the hosts of a provider.

    A host that does not answer is the affair of who needs its answer; of the token endpoint nobody
    asks for one.
    """
    return [
        problem
        for host, (path, _) in hosts_of(declared, desired).items()
        if (problem := _certificate_problem(declared, path, host, evidence)) is not None
    ]


def _certificate_problem(declared: Declared, path: str, host: str, evidence: Evidence) -> Problem | None:
    found = evidence.certificates.get(host)
    if isinstance(found, Certificate):
        days = _days(found, evidence)
        if days >= FEW_DAYS:
            return None
        return finding(RULES["CHK-01"], f"{quote(host)}: {days} days left", declared=declared, path=path)
    if found is None or found.rule == PROXY or (found.rule != TLS and path != "token_endpoint"):
        return None
    severity = None if found.rule == TLS else Severity.WARNING
    message = f"{quote(host)}: {found.reason}"
    return finding(RULES["CHK-02"], message, declared=declared, path=path, severity=severity)


def _days(certificate: Certificate, evidence: Evidence) -> int:
    return (certificate.not_after - evidence.now) // _DAY


def usable_now(problems: Iterable[Problem]) -> list[Problem]:
    """Return `problems` with the weight that they have for use: without keys nothing can be verified."""
    return [one.with_severity(Severity.ERROR) if one.rule == _UNREAD_KEYS else one for one in problems]


def examine(
    declared: Declared,
    desired: Desired | None,
    evidence: Evidence,
    *,
    offline: Sequence[Problem],
    problems: Sequence[Problem],
    registered: Step | None,
) -> Examined:
    """Return the steps of one provider; `problems` are those of its own, already weighed."""
    by_step = _by_step(problems)
    steps = [
        _configuration(declared, offline),
        _document(evidence.discoveries.documents.get(declared.well_known_url), by_step["discovery"]),
        _resolved("issuer", desired, by_step["issuer"]),
        _resolved("endpoints", desired, by_step["endpoints"]),
        _key_set(_key_answer(desired, evidence), by_step["key set"]),
        *_certificates(declared, desired, evidence, by_step["certificate"]),
    ]
    if registered is not None:
        steps.append(registered)
    return Examined(key=declared.key, name=declared.name, steps=tuple(steps))


def _by_step(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {
        name: [] for name in ("discovery", "issuer", "endpoints", "key set", "certificate")
    }
    for problem in problems:
        found[_step_of(problem)].append(problem)
    return found


def _step_of(problem: Problem) -> str:
    if problem.rule.startswith("CHK-"):
        return "certificate"
    if problem.rule.startswith("JWK-"):
        return "key set"
    if problem.rule.startswith(_READING):
        return "discovery"
    return "issuer" if problem.path == "issuer" or problem.rule in _ISSUER else "endpoints"


def _configuration(declared: Declared, problems: Sequence[Problem]) -> Step:
    place = declared.at()
    return Step(name="configuration", detail="" if place is None else str(place), problems=tuple(problems))


def _document(response: Response | None, problems: Sequence[Problem]) -> Step:
    return Step(
        name="discovery", detail=_timed(response), problems=tuple(problems), reached=response is not None
    )


def _timed(response: Response | None) -> str:
    return f"answered in {response.seconds:.2f} s" if isinstance(response, Fetched) else ""


def _resolved(name: str, desired: Desired | None, problems: Sequence[Problem]) -> Step:
    if desired is None:
        return Step(name=name, problems=tuple(problems), reached=bool(problems))
    detail = quote(desired.idp.issuer) if name == "issuer" else "all known"
    return Step(name=name, detail=detail, problems=tuple(problems))


def _key_answer(desired: Desired | None, evidence: Evidence) -> Response | None:
    return None if desired is None else evidence.discoveries.key_sets.get(desired.idp.jwks_endpoint)


def _key_set(response: Response | None, problems: Sequence[Problem]) -> Step:
    if response is None:
        return Step(name="key set", problems=tuple(problems), reached=bool(problems))
    detail = ""
    if isinstance(response, Fetched):
        usable = len(keys_of(response).found)
        detail = f"{usable} usable, in {response.seconds:.2f} s; the gateway waits {SLOW:.0f} s"
    return Step(name="key set", detail=detail, problems=tuple(problems))


def _certificates(
    declared: Declared, desired: Desired | None, evidence: Evidence, problems: Sequence[Problem]
) -> Iterator[Step]:
    """Yield a step for each host."""
    for host, (path, _) in hosts_of(declared, desired).items():
        found = evidence.certificates.get(host)
        own = tuple(problem for problem in problems if problem.path == path)
        if isinstance(found, Certificate):
            detail = f"{quote(host)}, {_days(found, evidence)} days left"
            yield Step(name="certificate", detail=detail, problems=own)
        else:
            reason = f": {found.reason}" if isinstance(found, Unreachable) and not own else ""
            yield Step(name="certificate", detail=f"{quote(host)}{reason}", problems=own, reached=bool(own))
