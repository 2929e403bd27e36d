"""The exit codes: each command against each class that it can end in, and JSON that says the same."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from idpctl import engine
from idpctl.cli.main import COMMANDS
from idpctl.errors import IncompleteError
from idpctl.explain import EXIT_CODES
from tests.support.cli import LOOPBACK
from tests.support.issuer import Issuers
from tests.support.workspace import Here, discovered, pinned

if TYPE_CHECKING:
    from pathlib import Path

SKIP = ("--discovery", "skip")
AUTO = ("--auto-approve",)
TEN = [f"p{number}" for number in range(10)]

Scene = Callable[[Here], Any]


def nothing(_: Here) -> None:
    """Leave the directory empty."""


def declared(here: Here) -> None:
    here.declare("okta", "azure")


def applied(here: Here) -> None:
    declared(here)
    here.apply()


def drifted(here: Here) -> None:
    applied(here)
    here.edit("Okta", description="by hand")


def renamed(here: Here) -> None:
    applied(here)
    here.write({"okta": pinned("okta", name="Renamed"), "azure": pinned("azure")})


def emptied(here: Here) -> None:
    here.declare(*TEN)
    here.apply()
    here.write({})


def invalid(here: Here) -> None:
    here.write({"okta": pinned("okta", well_known_url="ftp://x")})


def unmanaged(here: Here) -> None:
    applied(here)
    here.insert("Legacy")
    here.write({"okta": pinned("okta"), "azure": pinned("azure"), "legacy": pinned("legacy", type="okta")})


def foreign(here: Here) -> None:
    other = Here(here.directory, owner="other/team")
    other.declare("okta")
    other.apply()
    here.declare("okta")


def corrupt(here: Here) -> None:
    declared(here)
    here.registry.write_bytes(b"not a registry" * 1000)


def unfilled(here: Here) -> None:
    here.write({"one": discovered("one", "https://one.example.com/.well-known/openid-configuration")})


def wrong(here: Here) -> None:
    """Declare a provider whose document names the issuer of another."""
    here.write({"one": discovered("one", here.env["ONE"])})


def saved(here: Here) -> None:
    declared(here)
    here.save()


def stale(here: Here) -> None:
    saved(here)
    here.write({"okta": pinned("okta", description="later"), "azure": pinned("azure")})


def blocked(here: Here) -> None:
    renamed(here)
    here.save()


def broken_plan(here: Here) -> None:
    declared(here)
    (here.directory / "plan.json").write_text("{}", encoding="utf-8")


def started(here: Here) -> None:
    (here.directory / "idpctl.yaml").write_text("mine", encoding="utf-8")


def untidy(here: Here) -> None:
    here.config.write_text("owner: 'x'   # y\nversion: 1\n", encoding="utf-8")


def secretive(here: Here) -> None:
    here.config.write_text("client_secret: canary\n", encoding="utf-8")


def tangled(here: Here) -> None:
    """Write an alias that the canonical order would put before its anchor."""
    here.config.write_text("owner: &x a\nversion: *x\n", encoding="utf-8")


def in_the_way(here: Here) -> None:
    (here.directory / "place").write_text("a file", encoding="utf-8")


@dataclass(frozen=True)
class Case:
    code: int
    scene: Scene
    arguments: tuple[str, ...]


CASES = [
    Case(0, declared, ("validate",)),
    Case(3, nothing, ("validate",)),
    Case(3, invalid, ("validate",)),
    Case(4, wrong, ("validate", "--online")),
    Case(0, declared, ("render",)),
    Case(0, wrong, ("render",)),
    Case(0, invalid, ("render",)),
    Case(3, invalid, ("render", "--resolve")),
    Case(3, nothing, ("render",)),
    Case(3, declared, ("render", "oka")),
    Case(4, wrong, ("render", "--resolve")),
    Case(4, wrong, ("discover", "one")),
    Case(3, invalid, ("discover", "okta")),
    Case(3, nothing, ("discover", "okta")),
    Case(0, declared, ("plan", *SKIP)),
    Case(0, drifted, ("plan", *SKIP)),
    Case(0, applied, ("plan", *SKIP, "--detailed-exitcode")),
    Case(1, corrupt, ("plan", *SKIP)),
    Case(1, corrupt, ("plan", *SKIP, "--detailed-exitcode")),
    Case(2, drifted, ("plan", *SKIP, "--detailed-exitcode")),
    Case(2, renamed, ("plan", *SKIP, "--detailed-exitcode")),
    Case(3, invalid, ("plan", *SKIP, "--detailed-exitcode")),
    Case(4, unfilled, ("plan", *SKIP, "--detailed-exitcode")),
    Case(4, wrong, ("plan",)),
    Case(5, emptied, ("plan", *SKIP)),
    Case(5, emptied, ("plan", *SKIP, "--detailed-exitcode")),
    Case(5, unmanaged, ("plan", *SKIP)),
    Case(5, foreign, ("plan", *SKIP)),
    Case(0, saved, ("show", "plan.json")),
    Case(3, broken_plan, ("show", "plan.json")),
    Case(3, nothing, ("show", "plan.json")),
    Case(0, declared, ("apply", *SKIP, *AUTO)),
    Case(0, applied, ("apply", *SKIP, *AUTO)),
    Case(0, saved, ("apply", "plan.json")),
    Case(1, corrupt, ("apply", *SKIP, *AUTO)),
    Case(3, invalid, ("apply", *SKIP, *AUTO)),
    Case(3, declared, ("apply", *SKIP)),
    Case(3, broken_plan, ("apply", "plan.json")),
    Case(4, wrong, ("apply", *AUTO)),
    Case(5, renamed, ("apply", *SKIP, *AUTO)),
    Case(5, blocked, ("apply", "plan.json")),
    Case(5, emptied, ("apply", *SKIP, *AUTO)),
    Case(5, unmanaged, ("apply", *SKIP, *AUTO)),
    Case(6, stale, ("apply", "plan.json")),
    Case(6, declared, ("apply", *SKIP, "--approve", "sha256:other")),
    Case(0, unmanaged, ("import", "legacy")),
    Case(1, corrupt, ("import", "okta")),
    Case(3, applied, ("import", "nothing")),
    Case(3, applied, ("import",)),
    Case(5, foreign, ("import", "okta")),
    Case(0, applied, ("list",)),
    Case(1, corrupt, ("list",)),
    Case(3, nothing, ("list",)),
    Case(0, applied, ("destroy", *AUTO, "--max-deletes", "2")),
    Case(1, corrupt, ("destroy", *AUTO)),
    Case(3, invalid, ("destroy", *AUTO)),
    Case(3, applied, ("destroy",)),
    Case(5, applied, ("destroy", *AUTO)),
    Case(6, applied, ("destroy", "--approve", "sha256:other")),
    Case(0, nothing, ("init",)),
    Case(1, in_the_way, ("init", "place/inside")),
    Case(3, started, ("init",)),
    Case(3, in_the_way, ("demo", "--keep", "place")),
    Case(0, untidy, ("fmt",)),
    Case(0, untidy, ("fmt", "--diff")),
    Case(2, untidy, ("fmt", "--check")),
    Case(3, started, ("fmt", "--check", "nowhere.yaml")),
    Case(3, secretive, ("fmt", "--check")),
    Case(1, tangled, ("fmt", "--check")),
    Case(0, nothing, ("schema",)),
    Case(3, nothing, ("schema", "nope")),
    Case(0, nothing, ("explain",)),
    Case(3, nothing, ("explain", "nope")),
    Case(0, nothing, ("version",)),
    Case(3, nothing, ("version", "nope")),
    Case(0, nothing, ("completion", "bash")),
    Case(3, nothing, ("completion", "nope")),
]
WITH_OUTPUT = {"validate", "render", "discover", "plan", "show", "apply", "import", "list", "destroy"}


@pytest.fixture(scope="module")
def issuers() -> Iterator[Issuers]:
    with Issuers() as running:
        running.add("one", issuer="https://other.example.com")
        yield running


@pytest.fixture
def here(bare: Path, issuers: Issuers) -> Here:
    return Here(bare, env={"ONE": issuers.well_known("one"), **LOOPBACK})


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.code}-{case.scene.__name__}-{' '.join(case.arguments)}"
)
def test_the_exit_code_is_that_of_the_class_and_json_says_the_same(here: Here, case: Case) -> None:
    case.scene(here)
    before = here.registry.read_bytes() if here.registry.exists() else b""
    machine = ("-o", "json=result.json") if case.arguments[0] in WITH_OUTPUT else ()
    done = here.run(*case.arguments, *machine, expect=case.code)
    if machine:
        told = json.loads((here.directory / "result.json").read_text(encoding="utf-8"))
        assert told["exit_code"] == case.code
    if case.code not in {0, 2}:
        assert re.search(r"Error: | error |Blocked: ", done.all)
        assert (here.registry.read_bytes() if here.registry.exists() else b"") == before


def test_every_command_and_every_code_is_in_the_table() -> None:
    assert {case.arguments[0] for case in CASES} == set(COMMANDS)
    # Locked, incomplete and interrupted need more than a scene: they have tests of their own.
    assert {case.code for case in CASES} == set(EXIT_CODES) - {7, 8, 130, 143}


@pytest.mark.parametrize(
    "command", [("apply", *SKIP), ("destroy", "--max-deletes", "2")], ids=lambda one: one[0]
)
def test_a_locked_registry_is_7(here: Here, command: tuple[str, ...]) -> None:
    drifted(here)
    with closing(sqlite3.connect(here.registry, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = here.run(*command, *AUTO, "-o", "json=result.json", expect=7)
        other.execute("ROLLBACK")
    assert "Error: " in done.all
    assert json.loads((here.directory / "result.json").read_text(encoding="utf-8"))["exit_code"] == 7


def test_an_apply_whose_result_is_not_what_was_wanted_is_8(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared(here)

    def not_there(_: object) -> None:
        raise IncompleteError("the registry does not hold what was written: okta")

    monkeypatch.setattr(engine, "require_done", not_there)
    done = here.apply("-o", "json=result.json", expect=8)
    assert "the registry does not hold what was written" in done.all
    assert json.loads((here.directory / "result.json").read_text(encoding="utf-8"))["exit_code"] == 8
    assert here.names() == []
