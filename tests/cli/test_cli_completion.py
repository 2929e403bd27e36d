"""The completion script in a real bash, which asks the command for the words that fit."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from idpctl.cli.main import COMMANDS
from tests.support.cli import COMMAND, environment, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on the PATH"),
]

# Readline calls the function with the name of the command, and reads COMPREPLY.
DRIVER = """\
source ./completion
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_idpctl_completion idpctl
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def shell(bare: Path) -> Path:
    """Return a directory with the script, and with a command named idpctl."""
    (bare / "completion").write_text(run("completion", "bash", cwd=bare, expect=0).out, encoding="utf-8")
    program = bare / "bin" / "idpctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return bare


def complete(shell: Path, words: str) -> set[str]:
    env = environment()
    env["PATH"] = f"{shell / 'bin'}:{env['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", DRIVER.format(words=words)],
        cwd=shell,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("idpctl ''", set(COMMANDS)),
        ("idpctl pl", {"plan"}),
        ("idpctl de", {"demo", "destroy"}),
        ("idpctl apply --au", {"--auto-approve"}),
        ("idpctl plan --discovery ''", {"live", "lock", "skip"}),
        ("idpctl completion z", {"zsh"}),
    ],
)
def test_bash_completes(shell: Path, words: str, offered: set[str]) -> None:
    assert complete(shell, words) == offered
