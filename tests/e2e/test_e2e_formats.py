"""Formats for machines through the command: several files of one run, errors in each, refusals early."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml.ElementTree import fromstring

from idpctl.schema.check import explain
from tests.support.workspace import pinned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.workspace import Here, Workspace

ALL = ("-o", "gitlab=a.json", "-o", "junit=b.xml", "-o", "sarif=c.sarif")


def report_of(directory: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((directory / "a.json").read_text())
    return body


def cases_of(directory: Path) -> dict[str, list[str]]:
    """Return suite -> its cases, those that did not pass with how they ended."""
    root = fromstring((directory / "b.xml").read_text())
    return {
        suite.attrib["name"]: [
            " ".join([case.attrib["name"], *(one.tag for one in case if one.tag != "system-out")])
            for case in suite
        ]
        for suite in root
    }


def results_of(directory: Path) -> list[tuple[str, str, int]]:
    """Return (rule, file, line) of every result."""
    (run,) = json.loads((directory / "c.sarif").read_text())["runs"]
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    return [
        (one["ruleId"], place["artifactLocation"]["uri"], place["region"]["startLine"])
        for one, place in zip(run["results"], places, strict=True)
    ]


def test_one_plan_goes_to_every_format_at_once(workspace: Workspace) -> None:
    azure = pinned("azure", allowed_token_audience="api://azure")
    workspace.write({"okta": pinned("okta"), "azure": azure})
    workspace.apply()
    workspace.edit("Azure", description="by hand")
    workspace.write({"okta": pinned("okta", name="Renamed"), "azure": azure})
    done = workspace.offline("plan", *ALL)
    assert "Plan: 1 to add, 1 to change, 1 to destroy." in done.out
    assert report_of(workspace.directory) == {"create": 1, "update": 1, "delete": 1}
    assert cases_of(workspace.directory) == {
        "idpctl": ["run"],
        "azure": ["update: description (changed outside idpctl)"],
        "okta": ["replace: name", "--allow-replace okta skipped"],
    }
    lines = workspace.config.read_text().splitlines()
    at = {key: lines.index(f"  {key}:") + 1 for key in ("okta", "azure")}
    assert results_of(workspace.directory) == [
        ("REV-03", "idpctl.yaml", at["okta"]),
        ("REV-01", "idpctl.yaml", at["azure"]),
    ]


def test_an_error_is_told_in_every_format_and_claims_nothing(here: Here) -> None:
    here.write({"okta": pinned("okta", issuer="http://okta.example.com")})
    here.offline("plan", *ALL, expect=3)
    assert report_of(here.directory).keys() == {"error"}
    assert cases_of(here.directory) == {"idpctl": ["run error"], "okta": ["URL-01 issuer failure"]}
    assert [rule for rule, _, _ in results_of(here.directory)] == ["URL-01"]


def test_without_a_configuration_no_report_looks_clean(here: Here) -> None:
    here.run("plan", *ALL, expect=3)
    assert report_of(here.directory).keys() == {"error"}
    assert "run error" in cases_of(here.directory)["idpctl"]
    assert len(results_of(here.directory)) == 1


def test_warnings_pass_and_under_strict_they_fail(here: Here) -> None:
    here.write({"okta": pinned("okta", allowed_token_audience="two words")})
    here.run("validate", "-o", "junit=b.xml")
    assert cases_of(here.directory) == {"idpctl": ["run"], "okta": ["CFG-10 allowed_token_audience"]}
    here.run("validate", "--strict", "-o", "junit=b.xml", "-o", "sarif=c.sarif", expect=3)
    assert cases_of(here.directory)["okta"] == ["CFG-10 allowed_token_audience failure"]
    assert [rule for rule, _, _ in results_of(here.directory)] == ["CFG-10"]


def test_a_suppressed_finding_is_skipped_with_its_reason(here: Here) -> None:
    fields = {"allowed_token_audience": "two words", "suppress": {"CFG-10": "the issuer wants it"}}
    here.write({"okta": pinned("okta", **fields)})
    here.run("validate", "-o", "junit=b.xml", "-o", "sarif=c.sarif")
    assert cases_of(here.directory)["okta"] == ["CFG-10 allowed_token_audience skipped"]
    (run,) = json.loads((here.directory / "c.sarif").read_text())["runs"]
    assert run["results"][0]["suppressions"][0]["justification"] == "the issuer wants it"


def test_an_apply_is_a_case_an_operation_and_its_json_is_as_its_schema_says(here: Here) -> None:
    here.declare("okta", "azure")
    done = here.apply("-o", "gitlab=a.json", "-o", "junit=b.xml", "-o", "json")
    assert explain("result", done.json()) == []
    assert report_of(here.directory) == {"create": 2, "update": 0, "delete": 0}
    assert cases_of(here.directory) == {
        "idpctl": ["run"],
        "azure": ["1 create Azure"],
        "okta": ["2 create Okta"],
    }


def test_a_saved_plan_is_shown_in_every_format(here: Here) -> None:
    here.declare("okta")
    saved = here.save()
    here.run("show", str(saved), *ALL)
    assert report_of(here.directory) == {"create": 1, "update": 0, "delete": 0}
    assert cases_of(here.directory) == {"idpctl": ["run"], "okta": ["create"]}
    assert results_of(here.directory) == []


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["validate"], "gitlab"),
        (["discover", "okta"], "gitlab"),
        (["list"], "junit"),
        (["list"], "sarif"),
        (["apply", "--auto-approve"], "sarif"),
        (["destroy", "--auto-approve"], "sarif"),
    ],
)
def test_a_format_without_words_for_a_command_is_refused_before_any_work(
    here: Here, arguments: list[str], kind: str
) -> None:
    refused = here.run(*arguments, "-o", f"{kind}=file", expect=3)
    assert f"the format {kind} has nothing to say of idpctl {arguments[0]}" in refused.err
    assert "hint: formats for it are: text, json" in refused.err
    assert not (here.directory / "file").exists()
