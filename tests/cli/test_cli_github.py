"""`-o github` in a step: text stays on stdout, commands go to stderr, files are appended to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.workspace import Here, pinned

if TYPE_CHECKING:
    from pathlib import Path

SKIP = ("--discovery", "skip")


@pytest.fixture
def step(bare: Path) -> Here:
    here = Here(
        bare, env={"GITHUB_STEP_SUMMARY": str(bare / "summary"), "GITHUB_OUTPUT": str(bare / "output")}
    )
    here.declare("okta", "azure")
    return here


def test_a_plan_leaves_text_summary_and_outputs(step: Here) -> None:
    (step.directory / "output").write_text("earlier=1\n", encoding="utf-8")
    done = step.run("plan", *SKIP, "-o", "github")
    assert done.out.startswith("idpctl plan: ")
    assert done.err == ""
    assert "**Plan: 2 to add, 0 to change, 0 to destroy.**" in (step.directory / "summary").read_text("utf-8")
    lines = (step.directory / "output").read_text("utf-8").splitlines()
    assert lines[:2] == ["earlier=1", "exit_code=0"]
    assert "has_changes=true" in lines


def test_a_second_run_of_the_step_adds_its_summary(step: Here) -> None:
    step.run("plan", *SKIP, "-o", "github")
    step.apply("-o", "github")
    page = (step.directory / "summary").read_text("utf-8")
    assert page.index("### idpctl plan") < page.index("### idpctl apply")
    assert "added=2" in (step.directory / "output").read_text("utf-8").splitlines()


def test_findings_are_commands_on_stderr_and_failures_reach_the_files(step: Here) -> None:
    step.write({"okta": pinned("okta", well_known_url="ftp://x")})
    done = step.run("plan", *SKIP, "-o", "github", expect=3)
    commands = [line for line in done.err.splitlines() if line.startswith("::error ")]
    assert any("title=URL-01,file=idpctl.yaml,line=" in line for line in commands)
    assert (step.directory / "output").read_text("utf-8") == "exit_code=3\n"
    assert "[!CAUTION]" in (step.directory / "summary").read_text("utf-8")


def test_the_directory_of_the_run_is_part_of_the_place(step: Here) -> None:
    inner = Here(step.directory / "deploy", env=step.env)
    inner.directory.mkdir()
    inner.write({"okta": pinned("okta", well_known_url="ftp://x")})
    done = step.run("validate", "-C", "deploy", "-o", "github", expect=3)
    assert "file=deploy/idpctl.yaml,line=" in done.err


def test_commands_can_go_to_a_file_and_need_no_files_of_a_runner(step: Here) -> None:
    step.env.clear()
    step.write({"okta": pinned("okta", well_known_url="ftp://x")})
    done = step.run("validate", "-o", "github=commands", "-o", "json", expect=3)
    assert "::error" not in done.all
    assert (step.directory / "commands").read_text("utf-8").startswith("::error ")
    assert not (step.directory / "summary").exists()


def test_a_file_that_cannot_be_appended_to_is_named(step: Here) -> None:
    step.env["GITHUB_OUTPUT"] = str(step.directory / "nowhere" / "output")
    done = step.run("plan", *SKIP, "-o", "github", expect=1)
    assert f"cannot write {step.env['GITHUB_OUTPUT']}: No such file or directory" in done.err


def test_several_formats_in_one_run(step: Here) -> None:
    step.run("plan", *SKIP, "-o", "github", "-o", "markdown=a.md", "-o", "json=a.json", "-o", "text=a.txt")
    for name in ("a.md", "a.json", "a.txt", "summary", "output"):
        assert (step.directory / name).stat().st_size > 0
