"""The guided first run: each step is a sentence, a command that is really run, and its output."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from idpctl.demo.issuers import running
from idpctl.errors import ExitCode, IdpctlError
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 60  # for one command; the whole demo takes a few


@value
class Stage:
    """Where the demo happens: a directory, the environment of its commands, and where it speaks."""

    directory: Path
    environment: dict[str, str]
    say: Callable[[str], None]

    def run(self, sentence: str, *arguments: str, expect: ExitCode = ExitCode.DONE) -> None:
        """Say `sentence`, show and run the command, show what it prints and its exit code."""
        self.say(f"\n# {sentence}\n$ idpctl {' '.join(arguments)}")
        done = subprocess.run(
            [sys.executable, "-m", "idpctl", *arguments],
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        self.say(done.stdout.rstrip("\n"))
        if done.returncode != expect:
            raise IdpctlError(
                f"the demo's command ended with exit code {done.returncode} where {expect:d} was expected",
                hint="this is a bug, or another program interfered with the demo's directory",
            )
        if done.returncode:
            self.say(f"(exit code {done.returncode})")

    def edit(self, sentence: str, old: str, new: str) -> None:
        """Change the configuration as a person would in an editor."""
        path = self.directory / "idpctl.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        self.say(f"\n# {sentence}\n-{old}\n+{new}")


def _quickstart() -> Path:
    package = Path(__file__).parents[1]
    shipped = package / "examples" / "quickstart"
    return shipped if shipped.is_dir() else package.parent / "examples" / "quickstart"


def play(directory: Path, say: Callable[[str], None]) -> None:
    """Run the demo in `directory`, which must exist; `say` prints one block of text."""
    shutil.copytree(_quickstart(), directory, dirs_exist_ok=True)
    say("Three identity providers now run on this machine, shaped like Okta, Microsoft Entra ID and Auth0.")
    say("examples/quickstart/idpctl.yaml declares them; nothing leaves this machine.")
    with running() as variables:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("IDPCTL_")}
        environment = {**kept, **variables, "IDPCTL_ALLOW_LOOPBACK_HTTP": "1", "NO_COLOR": "1"}
        _acts(Stage(directory=directory, environment=environment, say=say))


def _acts(stage: Stage) -> None:
    stage.run("Is the file right? Nothing is contacted.", "validate")
    stage.run(
        "What would be registered? Discovery fills in issuer, token and JWKS endpoints.",
        "plan",
        "--out",
        "first.json",
    )
    stage.run("Do exactly what that plan says.", "apply", "first.json")
    stage.run("Nothing is left to do.", "plan", "--detailed-exitcode")
    _rename(stage)
    _hijack(stage)
    stage.run("All is as the file says.", "list")


def _rename(stage: Stage) -> None:
    stage.edit(
        "A name cannot be modified once created. Rename one all the same:", "OktaWorkforce", "OktaStaff"
    )
    stage.run("The plan says what that means.", "plan", "--out", "rename.json")
    stage.run(
        "An apply refuses it until it is allowed by name.",
        "apply",
        "rename.json",
        expect=ExitCode.REFUSED,
    )
    stage.run("Allowed:", "apply", "rename.json", "--allow-replace", "workforce")


def _hijack(stage: Stage) -> None:
    stage.say(
        "\n# Somebody points the key set of a provider to a host of his own, in the registry itself.\n"
        "# The value was filled in by discovery and stands in no file."
    )
    with closing(sqlite3.connect(stage.directory / "registry.db")) as registry, registry:
        registry.execute(
            "UPDATE identity_provider SET jwks_endpoint = 'https://evil.example.com/keys'"
            " WHERE name = 'Auth0Customers'"
        )
    stage.run(
        "The next look at it says who made what differ, and its exit code tells a cron job.",
        "drift",
        expect=ExitCode.CHANGES,
    )
    stage.run("What would heal it?", "plan", "--out", "heal.json")
    stage.run(
        "Healing it changes whom the gateway trusts, so it is acknowledged by name.",
        "apply",
        "heal.json",
        "--allow-trust-change",
        "customers",
    )
