"""Usage errors end with 3: 2 means "there are changes", and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idpctl.cli.main import COMMANDS
from tests.support.cli import Done

Run = Callable[..., Done]

WRONG = {
    "unknown option": ("plan", "--nope"),
    "unknown group option": ("--nope", "plan"),
    "unknown command": ("pln",),
    "option without its value": ("plan", "--out"),
    "not a choice": ("plan", "--discovery", "sometimes"),
    "not a number": ("plan", "--parallelism", "many"),
    "out of range": ("plan", "--parallelism", "0"),
    "not a number at all": ("plan", "--timeout", "nan"),
    "a lock timeout that is no number": ("apply", "--lock-timeout", "nan"),
    "a deadline without end": ("plan", "--deadline", "inf"),
    "the same file twice": ("plan", "-o", "json=a", "-o", "text=./a"),
    "timeout out of range": ("plan", "--timeout", "0"),
    "negative count": ("plan", "--max-deletes", "-1"),
    "missing argument": ("show",),
    "missing subjects": ("discover",),
    "too many arguments": ("version", "more"),
    "unknown shell": ("completion", "tcsh"),
    "unknown format": ("plan", "-o", "yaml"),
    "two formats on stdout": ("plan", "-o", "text", "-o", "json"),
    "format without a name": ("plan", "-o", "=file"),
    "no such schema": ("schema", "nope"),
    "nothing to explain": ("explain", "nope"),
    "connect-to of another form": ("plan", "--connect-to", "here"),
    "connect-to with a word for a port": ("plan", "--connect-to", "a:https:b:443"),
    "import of nothing": ("import",),
    "import of some and all": ("import", "workforce", "--all"),
    "no configuration": ("plan",),
    "no such directory": ("plan", "-C", "nowhere"),
    "no such plan file": ("apply", "plan.json"),
    "a plan that is no file": ("apply", "."),
    "no fingerprint": ("apply", "--approve", "sha256:0"),
    "one plan, and any": ("apply", "--approve", "sha256:" + "0" * 64, "--auto-approve"),
    "a saved plan needs no consent": ("apply", "plan.json", "--auto-approve"),
    "a saved plan has its fingerprint": ("apply", "plan.json", "--approve", "sha256:0"),
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG.keys())
def test_a_usage_error_ends_with_3_and_one_message_on_stderr(idpctl: Run, arguments: tuple[str, ...]) -> None:
    done = idpctl(*arguments, expect=3)
    assert done.out == ""
    assert "Error: " in done.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_refuses_an_unknown_option_with_3(idpctl: Run, name: str) -> None:
    assert "--nope" in idpctl(name, "--nope", expect=3).err


@pytest.mark.parametrize(
    ("given", "meant"), [("pln", "plan"), ("aply", "apply"), ("validat", "validate"), ("lst", "list")]
)
def test_a_misspelt_command_is_told_its_neighbour(idpctl: Run, given: str, meant: str) -> None:
    assert f"Did you mean {meant}?" in idpctl(given, expect=3).err


def test_a_command_like_none_gets_no_guess(idpctl: Run) -> None:
    assert "Did you mean" not in idpctl("xyzzyxyzzy", expect=3).err


def test_a_misspelt_option_is_told_its_neighbour(idpctl: Run) -> None:
    assert "--strict" in idpctl("plan", "--strikt", expect=3).err


@pytest.mark.parametrize("given", ["\x1b]0;owned\x07", "pl\u202ean", "a\nError: all is well"])
def test_an_unknown_command_cannot_forge_output(idpctl: Run, given: str) -> None:
    done = idpctl(given, expect=3)
    assert all(line.isprintable() for line in done.err.splitlines())
    assert "\nError: all is well" not in done.err


@pytest.mark.parametrize("given", ["--\x1b]0;owned\x07", "--discovery=\x1b[31mred"])
def test_an_unknown_option_cannot_forge_output(idpctl: Run, given: str) -> None:
    done = idpctl("plan", given, expect=3)
    assert all(line.isprintable() for line in done.err.splitlines())
