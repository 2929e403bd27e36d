"""Every command against every exit code, as installed: each cell is a case, or says why it cannot be."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from idpctl.cli.main import COMMANDS
from idpctl.errors import ExitCode
from tests.support.cli import LOOPBACK, REPOSITORY, Done, run, wait_for
from tests.support.issuer import WELL_KNOWN, Issuers
from tests.support.registries import MemoryHands, MemoryRegistry
from tests.support.servers import silent
from tests.support.workspace import Here, Workspace, discovered, pinned

if TYPE_CHECKING:
    from collections.abc import Iterator

SKIP = ("--discovery", "skip")
LOCK = ("--discovery", "lock")
AUTO = ("--auto-approve",)
OTHER = "sha256:" + "0" * 64
TEN = [f"p{number}" for number in range(10)]
PLUGIN = REPOSITORY / "tests" / "support" / "plugin"
Scene = Callable[[Workspace], object]


def nothing(_: Workspace) -> None:
    """Leave the directory empty."""


def declared(here: Workspace) -> None:
    here.declare("okta", "azure")


def applied(here: Workspace) -> None:
    declared(here)
    here.apply()


def drifted(here: Workspace) -> None:
    applied(here)
    here.edit("Okta", description="by hand")


def renamed(here: Workspace) -> None:
    applied(here)
    here.write({"okta": pinned("okta", name="Renamed"), "azure": pinned("azure")})


def emptied(here: Workspace) -> None:
    here.declare(*TEN)
    here.apply()
    here.write({})


def invalid(here: Workspace) -> None:
    here.write({"okta": pinned("okta", well_known_url="ftp://x")})


def broken(here: Workspace) -> None:
    here.config.write_text("version: [", encoding="utf-8")


def unmanaged(here: Workspace) -> None:
    applied(here)
    here.insert("Legacy")
    here.write({"okta": pinned("okta"), "azure": pinned("azure"), "legacy": pinned("legacy", type="okta")})


def foreign(here: Workspace) -> None:
    other = Workspace(here.directory, owner="other/team")
    other.declare("okta")
    other.apply()
    here.declare("okta")


def corrupt(here: Workspace) -> None:
    declared(here)
    here.registry.write_bytes(b"not a registry" * 1000)


def unfilled(here: Workspace) -> None:
    here.write({"one": discovered("one", "https://one.example.com/.well-known/openid-configuration")})


def right(here: Workspace) -> None:
    here.write({"one": discovered("one", here.env["RIGHT"])})


def opaque(here: Workspace) -> None:
    declared(here)
    (here.directory / "token").write_text("an-opaque-token", encoding="utf-8")


def torn(here: Workspace) -> None:
    """Leave what a merge of two locks leaves."""
    right(here)
    (here.directory / "idpctl.lock.yaml").write_text("<<<<<<< HEAD\n", encoding="utf-8")


def unlocked(here: Workspace) -> None:
    right(here)
    (here.directory / "idpctl.lock.yaml").write_text("version: 1\nproviders: {}\n", encoding="utf-8")


def untidy(here: Workspace) -> None:
    here.config.write_text("owner: 'x'   # y\nversion: 1\n", encoding="utf-8")


def secretive(here: Workspace) -> None:
    here.config.write_text("client_secret: canary\n", encoding="utf-8")


def tangled(here: Workspace) -> None:
    """Write an alias that the canonical order would put before its anchor."""
    here.config.write_text("owner: &x a\nversion: *x\n", encoding="utf-8")


def wrong(here: Workspace) -> None:
    """Declare a provider whose document names the issuer of another."""
    here.write({"one": discovered("one", here.env["ONE"])})


def saved(here: Workspace) -> None:
    declared(here)
    here.save()


def stale(here: Workspace) -> None:
    saved(here)
    here.write({"okta": pinned("okta", description="later"), "azure": pinned("azure")})


def blocked(here: Workspace) -> None:
    renamed(here)
    here.save()


def broken_plan(here: Workspace) -> None:
    declared(here)
    (here.directory / "plan.json").write_text("{}", encoding="utf-8")


def started(here: Workspace) -> None:
    here.config.write_text("mine", encoding="utf-8")


def in_the_way(here: Workspace) -> None:
    (here.directory / "place").write_text("a file", encoding="utf-8")


def halfway(here: Workspace) -> None:
    """Have a registry without transactions, whose connection is lost after the second write."""
    here.env["PYTHONPATH"] = f"{PLUGIN}:{REPOSITORY}"
    here.declare(*TEN, registry={"driver": "halting", "path": "registry", "after": 6})


def half_gone(here: Workspace) -> None:
    halfway(here)
    here.declare(*TEN, registry={"driver": "halting", "path": "registry"})
    here.apply()
    here.declare(*TEN, registry={"driver": "halting", "path": "registry", "after": 6})


def half_adopted(here: Workspace) -> None:
    half_gone(here)
    hands = MemoryHands(MemoryRegistry(file=here.directory / "registry"))
    for name in (key.title() for key in TEN):
        hands.strip_mark(name)


class Case(NamedTuple):
    code: int
    scene: Scene
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.code}-{self.scene.__name__}-{' '.join(self.arguments)}"


DESTROY = ("destroy", *AUTO, "--max-deletes", "10")
CASES = [
    Case(0, nothing, ("init",)),
    Case(1, in_the_way, ("init", "place/inside")),
    Case(3, started, ("init",)),
    Case(0, declared, ("validate",)),
    Case(3, nothing, ("validate",)),
    Case(3, invalid, ("validate",)),
    Case(4, wrong, ("validate", "--online")),
    Case(0, wrong, ("render",)),
    Case(3, invalid, ("render", "--resolve")),
    Case(3, nothing, ("render",)),
    Case(3, declared, ("render", "oka")),
    Case(4, wrong, ("render", "--resolve")),
    Case(0, untidy, ("fmt",)),
    Case(0, untidy, ("fmt", "--diff")),
    Case(2, untidy, ("fmt", "--check")),
    Case(3, started, ("fmt", "--check", "nowhere.yaml")),
    Case(3, secretive, ("fmt", "--check")),
    Case(1, tangled, ("fmt", "--check")),
    Case(0, right, ("discover", "one")),
    Case(4, wrong, ("discover", "one")),
    Case(3, invalid, ("discover", "okta")),
    Case(0, right, ("check", "--no-registry")),
    Case(3, right, ("check", "on")),
    Case(3, invalid, ("check",)),
    Case(3, opaque, ("check", "--token-file", "nowhere")),
    Case(4, right, ("check",)),
    Case(4, wrong, ("check", "--no-registry")),
    Case(4, opaque, ("check", "--token-file", "token")),
    Case(0, right, ("lock",)),
    Case(1, right, ("lock", "--lock-file", "no/such.yaml")),
    Case(2, right, ("lock", "--check")),
    Case(3, broken, ("lock",)),
    Case(3, torn, ("lock",)),
    Case(3, right, ("lock", "--update", "two")),
    Case(4, wrong, ("lock",)),
    Case(4, wrong, ("lock", "--check")),
    Case(3, right, ("plan", *LOCK)),
    Case(3, torn, ("plan",)),
    Case(4, unlocked, ("plan", *LOCK)),
    Case(4, unlocked, ("apply", *LOCK, *AUTO)),
    Case(0, drifted, ("plan", *SKIP)),
    Case(0, applied, ("plan", *SKIP, "--detailed-exitcode")),
    Case(1, corrupt, ("plan", *SKIP, "--detailed-exitcode")),
    Case(2, drifted, ("plan", *SKIP, "--detailed-exitcode")),
    Case(2, renamed, ("plan", *SKIP, "--detailed-exitcode")),
    Case(3, invalid, ("plan", *SKIP, "--detailed-exitcode")),
    Case(4, unfilled, ("plan", *SKIP, "--detailed-exitcode")),
    Case(4, wrong, ("plan",)),
    Case(5, emptied, ("plan", *SKIP, "--detailed-exitcode")),
    Case(5, unmanaged, ("plan", *SKIP)),
    Case(5, foreign, ("plan", *SKIP)),
    Case(0, saved, ("show", "plan.json")),
    Case(3, broken_plan, ("show", "plan.json")),
    Case(0, declared, ("apply", *SKIP, *AUTO)),
    Case(0, saved, ("apply", "plan.json")),
    Case(1, corrupt, ("apply", *SKIP, *AUTO)),
    Case(3, invalid, ("apply", *SKIP, *AUTO)),
    Case(3, declared, ("apply", *SKIP)),
    Case(4, wrong, ("apply", *AUTO)),
    Case(5, renamed, ("apply", *SKIP, *AUTO)),
    Case(5, blocked, ("apply", "plan.json")),
    Case(5, emptied, ("apply", *SKIP, *AUTO)),
    Case(6, stale, ("apply", "plan.json")),
    Case(6, declared, ("apply", *SKIP, "--approve", OTHER)),
    Case(3, declared, ("apply", *SKIP, "--approve", "")),
    Case(3, declared, ("apply", *SKIP, "--approve", OTHER.upper())),
    Case(3, declared, ("apply", *SKIP, "--approve", OTHER[:20])),
    Case(3, declared, ("apply", *SKIP, "--approve", OTHER, *AUTO)),
    Case(8, halfway, ("apply", *SKIP, *AUTO)),
    Case(0, unmanaged, ("import", "legacy")),
    Case(1, corrupt, ("import", "okta")),
    Case(3, applied, ("import", "nothing")),
    Case(5, foreign, ("import", "okta")),
    Case(8, half_adopted, ("import", "--all", *AUTO)),
    Case(0, applied, ("drift", *SKIP)),
    Case(2, drifted, ("drift", *SKIP)),
    Case(3, invalid, ("drift",)),
    Case(3, broken, ("drift",)),
    Case(4, wrong, ("drift",)),
    Case(4, corrupt, ("drift", *SKIP)),
    Case(0, applied, ("list",)),
    Case(1, corrupt, ("list",)),
    Case(3, broken, ("list",)),
    Case(0, applied, DESTROY),
    Case(1, corrupt, DESTROY),
    Case(3, invalid, DESTROY),
    Case(5, applied, ("destroy", *AUTO)),
    Case(6, applied, ("destroy", "--approve", OTHER)),
    Case(8, half_gone, DESTROY),
    Case(3, in_the_way, ("demo", "--keep", "place")),
    Case(0, nothing, ("schema",)),
    Case(3, nothing, ("schema", "nope")),
    Case(0, nothing, ("explain", "CFG-01")),
    Case(3, nothing, ("explain", "nope")),
    Case(0, nothing, ("version",)),
    Case(0, nothing, ("completion", "bash")),
    Case(3, nothing, ("completion", "nope")),
]
WITH_OUTPUT = {
    "validate",
    "render",
    "lock",
    "discover",
    "check",
    "drift",
    "plan",
    "show",
    "apply",
    "import",
    "list",
    "destroy",
}
# Held while the command runs: by another run that writes, or by one that commits.
WRITING, COMMITTING = "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"
LOCKED = [
    ("plan", COMMITTING, drifted, ("plan", *SKIP)),
    ("drift", COMMITTING, drifted, ("drift", *SKIP)),
    ("list", COMMITTING, drifted, ("list",)),
    ("apply", WRITING, drifted, ("apply", *SKIP, *AUTO)),
    ("destroy", WRITING, applied, DESTROY),
    ("import", WRITING, unmanaged, ("import", "legacy")),
]
# Runs that wait for a silent provider, or for another run, until a signal ends them.
WAITING = {
    "validate": ("validate", "--online"),
    "discover": ("discover", "one"),
    "check": ("check", "--no-registry"),
    "lock": ("lock",),
    "render": ("render", "--resolve"),
    "plan": ("plan",),
    "drift": ("drift",),
    "apply": ("apply", *AUTO),
}
LOCK_WAITING = {
    "destroy": (applied, (*DESTROY, "--lock-timeout", "60")),
    "import": (unmanaged, ("import", "legacy", "--lock-timeout", "60")),
}
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}

# Why a command never ends with a code: what it does not do.
NEVER = {
    2: (
        "it has no answer that --detailed-exitcode or --check asks for",
        {*COMMANDS} - {"drift", "plan", "fmt", "lock"},
    ),
    4: (
        "it reads no discovery document, and judges no resolved provider",
        {"demo", "init", "show", "import", "list", "destroy", "fmt"},
    ),
    5: ("it plans nothing that a guard could refuse", {*COMMANDS} - {"plan", "apply", "import", "destroy"}),
    6: ("no review goes before it", {*COMMANDS} - {"apply", "destroy"}),
    7: ("it takes no lock", {*COMMANDS} - {"drift", "plan", "list", "apply", "import", "destroy"}),
    8: ("it writes no record", {*COMMANDS} - {"apply", "import", "destroy"}),
    130: ("it waits for nothing", {"init", "show", "list", "fmt"}),
    143: ("it waits for nothing", {"init", "show", "list", "fmt"}),
}
TEXTS = {"schema", "explain", "version", "completion"}  # they print what is known beforehand
OF_TEXTS = {0, 1, 3}


@pytest.fixture(scope="module")
def issuers() -> Iterator[Issuers]:
    with Issuers() as running:
        running.add("one", issuer="https://other.example.com")
        running.add("right")
        running.add("silent")
        running.behave(f"/silent{WELL_KNOWN}", silent)
        yield running


@pytest.fixture
def here(tmp_path: Path, issuers: Issuers) -> Workspace:
    urls = {name.upper(): issuers.well_known(name) for name in ("one", "right", "silent")}
    return Workspace(tmp_path, env={**urls, **LOOPBACK})


def prepare(here: Workspace, scene: Scene) -> None:
    """Set the scene in this process, where no driver is needed that only a process of its own can find."""
    scene(here if scene in {half_gone, half_adopted} else Here(here.directory, env=here.env))


def content(here: Workspace) -> dict[Path, bytes]:
    """Return what the registries hold."""
    return {path: path.read_bytes() for path in here.directory.glob("regist*") if path.suffix != ".lock"}


def told_in_json(here: Workspace, command: str, done: Done) -> None:
    """Hold that JSON says the same; an error and a refusal leave no other trace than words."""
    if command in WITH_OUTPUT:
        told = json.loads((here.directory / "result.json").read_text(encoding="utf-8"))
        assert told["exit_code"] == done.code


def machine(command: str) -> tuple[str, ...]:
    return ("-o", "json=result.json") if command in WITH_OUTPUT else ()


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.code}-{case.scene.__name__}-{' '.join(case.arguments)}"
)
def test_the_exit_code_is_that_of_the_class_and_json_says_the_same(here: Workspace, case: Case) -> None:
    prepare(here, case.scene)
    before = content(here)
    done = here.run(*case.arguments, *machine(case.arguments[0]), expect=case.code)
    told_in_json(here, case.arguments[0], done)
    if case.code not in {0, 2}:
        assert re.search(r"Error: | error |Blocked: ", done.all)
    if case.code not in {0, 8}:
        assert content(here) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_usage_that_cannot_be_meant_is_3(here: Workspace, command: str) -> None:
    assert "No such option" in here.run(command, "--no-such-option", expect=3).err


RUNTIME = {case.arguments[0]: case for case in CASES if case.code == 0} | {
    "demo": Case(0, nothing, ("demo",))
}


@pytest.mark.parametrize("command", RUNTIME)
def test_a_stdout_that_cannot_be_written_is_1(here: Workspace, command: str) -> None:
    case = RUNTIME[command]
    prepare(here, case.scene)
    with Path("/dev/full").open("wb") as full:
        done = run(*case.arguments, cwd=here.directory, env=here.env, expect=1, stdout=full)
    assert "Error: cannot write to stdout: No space left on device" in done.err


@pytest.mark.parametrize(
    ("command", "statement", "scene", "arguments"), LOCKED, ids=[row[0] for row in LOCKED]
)
def test_a_registry_that_another_run_holds_is_7(
    here: Workspace, command: str, statement: str, scene: Scene, arguments: tuple[str, ...]
) -> None:
    prepare(here, scene)
    with here.untouched(), closing(sqlite3.connect(here.registry, isolation_level=None)) as other:
        other.execute(statement)
        done = here.run(*arguments, *machine(command), expect=7)
        other.execute("ROLLBACK")
    assert "Skipped: " in done.out if command == "drift" else "Error: " in done.err
    told_in_json(here, command, done)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("command", WAITING)
def test_a_signal_while_a_provider_is_silent(
    here: Workspace, issuers: Issuers, command: str, number: signal.Signals
) -> None:
    here.write({"one": discovered("one", here.env["SILENT"])})
    asked = len(issuers.asked)
    with here.started(*WAITING[command]) as process:
        wait_for(lambda: len(issuers.asked) > asked)
        process.send_signal(number)
        process.communicate(timeout=7)
    assert process.returncode == SIGNALS[number]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("command", LOCK_WAITING)
def test_a_signal_while_another_run_holds_the_registry(
    here: Workspace, command: str, number: signal.Signals
) -> None:
    scene, arguments = LOCK_WAITING[command]
    prepare(here, scene)
    with here.untouched(), closing(sqlite3.connect(here.registry, isolation_level=None)) as other:
        other.execute(WRITING)
        with here.started(*arguments) as process:
            assert process.stdout is not None
            while "Fingerprint" not in process.stdout.readline():
                pass
            process.send_signal(number)
            process.communicate(timeout=7)
        other.execute("ROLLBACK")
    assert process.returncode == SIGNALS[number]


# Shown in test_e2e_demo.py and test_e2e_signals.py, since it takes seconds.
ELSEWHERE = {
    ("demo", 0),
    ("demo", 130),
    ("demo", 143),
}  # in test_e2e_demo.py and test_e2e_signals.py, since it takes seconds
GENERAL = {(command, 3) for command in COMMANDS} | {(command, 1) for command in RUNTIME}


def shown() -> set[tuple[str, int]]:
    """Return each pair of command and code that a test of this module shows."""
    cells = {(case.arguments[0], case.code) for case in CASES} | GENERAL | ELSEWHERE
    cells |= {(row[0], 7) for row in LOCKED}
    return cells | {(one, code) for one in (*WAITING, *LOCK_WAITING) for code in SIGNALS.values()}


def ruled_out() -> set[tuple[str, int]]:
    """Return each pair of command and code for which there is a reason why it cannot be."""
    cells = {(command, code) for code, (_, commands) in NEVER.items() for command in commands}
    return cells | {(command, int(code)) for command in TEXTS for code in ExitCode if code not in OF_TEXTS}


def test_every_cell_of_the_matrix_is_shown_or_ruled_out_and_none_is_both() -> None:
    every = {(command, int(code)) for command in COMMANDS for code in ExitCode}
    assert every - shown() - ruled_out() == set()
    assert shown() & ruled_out() == set()
