"""Examinations in every format that shows one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idpctl.checkup.model import Difference, Examined, Step
from idpctl.errors import ExitCode, InvalidInputError, Severity, Source
from idpctl.render.github_files import outputs
from idpctl.render.html import render as html
from idpctl.render.outcome import Checked
from idpctl.render.table import renderer, require_shown
from idpctl.render.view import View
from idpctl.schema.check import accepts, explain
from tests.render.plans import problem

GOOD = Step(name="discovery", detail="answered in 0.01 s")
FAILED = Step(
    name="registered", problems=(problem(rule="CHK-03", message="there is no record", address="okta"),)
)
WARNED = Step(name="key set", problems=(problem(rule="JWK-11", severity=Severity.WARNING, message="slow"),))
SKIPPED = Step(name="issuer", reached=False)
UNKNOWN = Step(name="registered", problems=(problem(rule="CHK-06", message="down"),), unknown=True)
OKTA = Examined(key="okta", name="Okta", steps=(GOOD, WARNED, SKIPPED, FAILED))
AZURE = Examined(key="azure", name="Azure", steps=(GOOD, UNKNOWN))
FINE = Examined(key="fine", name="Fine", steps=(GOOD,))
TOKEN = Examined(
    key=None,
    name="Legacy",
    steps=(
        Step(
            name="audience",
            problems=(problem(rule="TOK-14", message="another audience", address=None),),
            difference=Difference(token="api://user:hidden@x", registered="api://user:hidden@y"),
        ),
    ),
    claims={"iss": "https://user:hidden@idp.example", "exp": "2026-11-25T14:00:00Z"},
)


def shown(kind: str, *examined: Examined, **options: Any) -> str:
    code = ExitCode.CHECKS if any(one.failed for one in examined) else ExitCode.DONE
    view = View(subject=Checked(examined=examined), exit_code=code, **options)
    return renderer(kind)(view)


def test_the_text_is_a_block_for_each_and_ends_with_the_counts() -> None:
    assert shown("text", OKTA, AZURE, FINE).splitlines() == [
        "okta: not usable",
        "  passed       discovery      answered in 0.01 s",
        "  warning      key set",
        *[f"  {line}" for line in block(WARNED)],
        "  not reached  issuer",
        "  failed       registered",
        *[f"  {line}" for line in block(FAILED)],
        "",
        "azure: cannot tell",
        "  passed       discovery      answered in 0.01 s",
        "  cannot tell  registered",
        *[f"  {line}" for line in block(UNKNOWN)],
        "",
        "fine: usable",
        "  passed       discovery      answered in 0.01 s",
        "",
        "idpctl: 1 usable, 1 not usable, 1 cannot tell",
    ]


def block(step: Step) -> list[str]:
    from idpctl.render.problems import problem_lines

    return problem_lines(step.problems)


def test_colours_tell_verdicts_apart_and_take_no_room() -> None:
    text = shown("text", OKTA, FINE, color=True)
    assert "\x1b[1mokta\x1b[0m: \x1b[31mnot usable\x1b[0m" in text
    assert "\x1b[1mfine\x1b[0m: \x1b[32musable\x1b[0m" in text
    assert "  \x1b[32mpassed\x1b[0m       discovery" in text
    assert "  not reached  issuer" in text
    warned = Examined(key="w", name="W", steps=(WARNED,))
    assert "\x1b[33musable with warnings\x1b[0m" in shown("text", warned, color=True)


def test_a_token_ends_with_the_check_that_failed() -> None:
    lines = shown("text", TOKEN).splitlines()
    assert lines[:2] == [
        "token for Legacy: refused",
        '  iss "https://***@idp.example"  exp 2026-11-25T14:00:00Z',
    ]
    assert lines[-1] == "idpctl: refused: audience (TOK-14)"


def test_texts_that_are_equal_once_user_information_is_hidden_have_no_caret() -> None:
    same = Difference(token="https://a:b@host.example/", registered="https://c:d@host.example/")
    step = Step(name="issuer", problems=TOKEN.steps[0].problems, difference=same)
    text = shown("text", Examined(key="k", name="N", steps=(step,), claims={}))
    assert "^" not in text
    assert "user information" in text


def test_json_is_what_its_schema_describes_and_hides_user_information() -> None:
    for examined in ((OKTA, AZURE, FINE), (TOKEN,), ()):
        body = json.loads(shown("json", *examined))
        assert explain("check", body) == []
        assert accepts("check", body)
        assert "hidden" not in json.dumps(body)
    (token,) = json.loads(shown("json", TOKEN))["examined"]
    assert (token["subject"], token["failed"], token["verdict"]) == ("token", "audience", "refused")
    assert token["steps"][0]["difference"] == {"token": "api://***@x", "registered": "api://***@y", "at": 10}
    wrong = {**json.loads(shown("json", OKTA)), "exit_code": 2}
    assert not accepts("check", wrong)


def test_markdown_begins_with_what_it_comes_to() -> None:
    lines = shown("markdown", OKTA, FINE).splitlines()
    assert lines[:4] == [
        "<!-- idpctl:check -->",
        "### idpctl check",
        "",
        "`idpctl: 1 usable, 1 not usable`",
    ]


def test_junit_has_a_case_for_each_step() -> None:
    text = shown("junit", OKTA, AZURE, TOKEN)
    assert '<testsuite name="okta" tests="4" failures="1" errors="0" skipped="1" time="0">' in text
    assert '<testsuite name="azure" tests="2" failures="0" errors="1" skipped="0" time="0">' in text
    assert '<testsuite name="Legacy" tests="1" failures="1"' in text
    assert 'message="there is no record"' in text
    assert 'message="not reached"' in text
    nobody = Examined(key=None, name="", steps=(SKIPPED,), claims={})
    assert '<testsuite name="token"' in shown("junit", nobody)
    assert "no provider" in shown("text", nobody)


def test_github_annotates_and_tells_whether_all_is_usable() -> None:
    found = shown("github", OKTA)
    assert "::error title=CHK-03" in found
    assert "::warning title=JWK-11" in found
    assert outputs(View(subject=Checked(examined=(OKTA,)), exit_code=ExitCode.CHECKS)) == (
        "exit_code=4\nusable=false\n"
    )
    assert "usable=true" in outputs(View(subject=Checked(examined=(FINE,))))


@pytest.mark.parametrize("kind", ["html", "gitlab", "sarif"])
def test_other_formats_have_no_words_for_it(kind: str) -> None:
    with pytest.raises(InvalidInputError, match="nothing to say of idpctl check"):
        require_shown(kind, "check")


def test_there_is_no_page_of_it() -> None:
    with pytest.raises(TypeError):
        html(View(subject=Checked(examined=())))


def test_findings_of_no_provider_stand_below() -> None:
    note = problem(
        rule="NET-06", severity=Severity.WARNING, message="a proxy", source=Source(file="f", line=1)
    )
    text = renderer("text")(View(subject=Checked(examined=(FINE,), general=(note,))))
    assert text.index("NET-06") > text.index("fine: usable")
