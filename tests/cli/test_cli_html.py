"""`-o html=FILE`, of every command that has something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.pages import Page
from tests.support.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.cli import Done

    Run = Callable[..., Done]

OFFLINE = ("--discovery", "skip")


@pytest.fixture
def workspace(bare: Path) -> Workspace:
    made = Workspace(bare)
    made.declare("okta", "azure")
    return made


def page_in(directory: Path) -> Page:
    text = (directory / "page.html").read_text(encoding="ascii")
    assert text.endswith("</html>\n")
    return Page(text)


def verdict_in(directory: Path) -> str:
    return page_in(directory).root.find("p", "verdict")[0].text


def test_a_page_is_written_beside_the_text(idpctl: Run, workspace: Workspace) -> None:
    done = idpctl("plan", *OFFLINE, "--out", "plan.json", "-o", "html=page.html", expect=0)
    assert "Plan: 2 to add" in done.out
    assert verdict_in(workspace.directory) == "Ready to be applied"
    idpctl("show", "plan.json", "-o", "html=page.html", expect=0)
    assert verdict_in(workspace.directory) == "Ready to be applied"
    idpctl("apply", "plan.json", "-o", "html=page.html", expect=0)
    assert verdict_in(workspace.directory).startswith("Apply complete!")
    idpctl("list", "-o", "html=page.html", expect=0)
    assert verdict_in(workspace.directory) == "2 in sync"


def test_an_error_is_a_page_too(idpctl: Run, workspace: Workspace) -> None:
    (workspace.directory / "idpctl.yaml").write_text("version: 1\nowner: [\n", encoding="utf-8")
    idpctl("plan", "-o", "html=page.html", expect=3)
    assert verdict_in(workspace.directory) == "Error"
    assert page_in(workspace.directory).root.find("dd")[-1].text == "3"


@pytest.mark.parametrize("arguments", [("validate",), ("discover", "okta")])
def test_other_results_have_no_page(idpctl: Run, workspace: Workspace, arguments: tuple[str, ...]) -> None:
    done = idpctl(*arguments, "-o", "html=page.html", expect=3)
    assert f"the format html has nothing to say of idpctl {arguments[0]}" in done.err
    assert not (workspace.directory / "page.html").exists()
