"""How a person agrees at a terminal, key by key, and what is refused where nobody can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.terminal import CTRL_D, at_terminal
from tests.support.workspace import Here, Workspace, pinned

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes

SKIP = ("--discovery", "skip")
QUESTION = "Apply these changes to acme/prod on sqlite registry.db (organization default)?"


@pytest.fixture
def renamed(bare: Path) -> Workspace:
    """Return a workspace in which one provider is renamed, another one no longer protected by anything."""
    here = Here(bare)
    here.write({"okta": pinned("okta"), "azure": pinned("azure", lifecycle={"protect": True})})
    here.apply()
    here.write({"okta": pinned("okta", name="Renamed", jwks_endpoint="https://other.example.net/keys")})
    return Workspace(bare)


def test_each_gate_is_opened_by_its_key_and_the_whole_by_yes(renamed: Workspace) -> None:
    with at_terminal("apply", *SKIP, cwd=renamed.directory) as terminal:
        terminal.answer("Type okta to go on", "okta")
        terminal.answer("Type okta to go on", "okta")
        terminal.answer("Type azure to go on", "azure")
        terminal.answer("Type yes to go on", "yes")
        assert terminal.end() == 0
    assert "must be \x1b[1m\x1b[31mreplaced" in terminal.seen
    assert QUESTION in terminal.seen
    assert "Apply complete!" in terminal.seen
    assert renamed.names() == ["Renamed"]


@pytest.mark.parametrize(
    "answers", [["azure"], ["okta", "OKTA"], ["okta", "okta", ""], ["okta", "okta", "azure", "y"]]
)
def test_any_other_answer_writes_nothing(renamed: Workspace, answers: list[str]) -> None:
    with renamed.untouched(), at_terminal("apply", *SKIP, cwd=renamed.directory) as terminal:
        for answer in answers:
            terminal.answer("to go on: ", answer)
        assert terminal.end() == 5
        assert "not confirmed; nothing was written" in terminal.seen


def test_ctrl_c_at_the_question_writes_nothing(renamed: Workspace) -> None:
    with renamed.untouched(), at_terminal("apply", *SKIP, cwd=renamed.directory) as terminal:
        terminal.wait_for("to go on: ")
        terminal.interrupt()
        assert terminal.end() == 130
    assert "interrupted by SIGINT" in terminal.seen


def test_ctrl_d_at_the_question_is_no_consent(renamed: Workspace) -> None:
    with renamed.untouched(), at_terminal("apply", *SKIP, cwd=renamed.directory) as terminal:
        terminal.wait_for("to go on: ")
        terminal.type(CTRL_D)
        assert terminal.end() == 5


def test_a_mass_delete_is_agreed_to_by_its_number(bare: Path) -> None:
    here = Here(bare)
    here.declare("okta", "azure")
    here.apply()
    with at_terminal("destroy", cwd=bare) as terminal:
        terminal.answer("Type 2 to go on", "2")
        terminal.answer("Type yes to go on", "yes")
        assert terminal.end() == 0
    assert here.names() == []


def test_what_changed_while_a_person_was_reading_is_noticed(renamed: Workspace) -> None:
    renamed.write(
        {"okta": pinned("okta", description="x"), "azure": pinned("azure", lifecycle={"protect": True})}
    )
    with at_terminal("apply", *SKIP, cwd=renamed.directory) as terminal:
        terminal.wait_for("to go on: ")
        renamed.write(
            {"okta": pinned("okta", description="y"), "azure": pinned("azure", lifecycle={"protect": True})}
        )
        with renamed.untouched():
            terminal.type("yes\n")
            assert terminal.end() == 6
    assert '"x"' in terminal.seen
    assert '"y"' in terminal.seen


@pytest.mark.parametrize("command", [("apply", *SKIP), ("destroy",)], ids=lambda one: one[0])
def test_a_pipeline_is_never_asked(bare: Path, command: tuple[str, ...]) -> None:
    Here(bare).declare("okta")
    with at_terminal(*command, cwd=bare, CI="true") as terminal:
        assert terminal.end() == 3
    assert "nobody can be asked here" in terminal.seen


def test_without_a_terminal_nobody_is_asked_and_nothing_is_read(bare: Path) -> None:
    here = Here(bare)
    done = here.run("apply", expect=3)
    assert "nobody can be asked here" in done.err
    assert "--approve FINGERPRINT, or --auto-approve" in done.err


def test_nothing_to_do_asks_nothing(bare: Path) -> None:
    here = Here(bare)
    here.declare("okta")
    here.apply()
    with at_terminal("apply", *SKIP, cwd=bare) as terminal:
        assert terminal.end() == 0
    assert "No changes." in terminal.seen
    assert "to go on" not in terminal.seen


@pytest.mark.parametrize(
    ("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_is_for_a_terminal_that_can_show_it(bare: Path, env: dict[str, str], coloured: bool) -> None:
    Here(bare).declare("okta")
    with at_terminal("plan", *SKIP, cwd=bare, **env) as terminal:
        terminal.end()
    assert ("\x1b[" in terminal.seen) is coloured


@pytest.mark.parametrize(("arguments", "counted"), [((), True), (("-q",), False)])
def test_discovery_counts_on_a_terminal(bare: Path, arguments: tuple[str, ...], counted: bool) -> None:
    from tests.support.cli import LOOPBACK
    from tests.support.issuer import Issuers

    with Issuers("one") as issuers:
        with at_terminal("discover", issuers.well_known("one"), *arguments, cwd=bare, **LOOPBACK) as terminal:
            assert terminal.end() == 0
        assert ("\rDiscovery: " in terminal.seen) is counted
