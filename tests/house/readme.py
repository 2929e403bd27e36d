"""python -m tests.house.readme [bench.json]: make the marked blocks of README.md anew.

A block stands between `<!-- made: NAME -->` and `<!-- end -->`; what makes it is the function NAME here. The
figures are those of a JSON that `python -m tests.bench` wrote; without one they stay as they are. A test
holds that all other blocks are what the commands print now.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from idpctl.cli.main import COMMANDS
from idpctl.explain import EXIT_CODES
from idpctl.render.table import FORMATS
from tests.house.measures import REPOSITORY
from tests.support.cli import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

README = REPOSITORY / "README.md"
BLOCK = re.compile(r"<!-- made: (?P<name>\w+) -->\n.*?<!-- end -->\n", re.DOTALL)
CONFIGURATION = """\
version: 1
owner: acme/prod

registry:
  driver: sqlite
  path: registry.db

providers:
  workforce:
    name: OktaWorkforce
    type: okta
    description: Employees
    allowed_token_audience: api://default
    well_known_url: https://acme.okta.com/oauth2/default/.well-known/openid-configuration
    issuer: https://acme.okta.com/oauth2/default
    token_endpoint: https://acme.okta.com/oauth2/default/v1/token
    jwks_endpoint: https://acme.okta.com/oauth2/default/v1/keys
  customers:
    name: Auth0Customers
    type: auth0
    allowed_token_audience: https://api.acme.example/
    well_known_url: https://acme.eu.auth0.com/.well-known/openid-configuration
    issuer: https://acme.eu.auth0.com/
    token_endpoint: https://acme.eu.auth0.com/oauth/token
    jwks_endpoint: https://acme.eu.auth0.com/.well-known/jwks.json
"""
HIJACK = "UPDATE identity_provider SET jwks_endpoint = 'https://evil.example.com/keys' WHERE type = 'auth0'"


@contextmanager
def hijacked() -> Iterator[Path]:
    """Make a directory whose registry was edited by hand; one provider is renamed in the file."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        file = directory / "idpctl.yaml"
        file.write_text(CONFIGURATION, encoding="utf-8")
        _run(directory, "apply", "--auto-approve", "--discovery", "skip")
        with closing(sqlite3.connect(directory / "registry.db")) as registry, registry:
            registry.execute(HIJACK)
        file.write_text(CONFIGURATION.replace("OktaWorkforce", "OktaStaff"), encoding="utf-8")
        yield directory


def plan() -> str:
    """Return a real plan: one provider renamed in the file, another one edited in the registry by hand."""
    with hijacked() as directory:
        text = _run(directory, "plan", "--discovery", "skip")
    # Records have random ids, which the fingerprint covers.
    return _fenced(
        "text",
        "$ idpctl plan --discovery skip\n" + re.sub(r"(sha256:[0-9a-f]{4})\w+", r"sha256:1f3d...", text),
    )


def drift() -> str:
    """Return a real report of the same."""
    with hijacked() as directory:
        text = _run(directory, "drift", "--discovery", "skip", code=2)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-25T03:17:00Z", text)
    return _fenced("text", f"$ idpctl drift --discovery skip\n{text}")


def commands() -> str:
    """Return the table of commands."""
    return _table(("command", "does"), ((f"`idpctl {name}`", text) for name, text in COMMANDS.items()))


def formats() -> str:
    """Return the table of output formats, and of the commands that have results for each."""
    rows = (
        (
            f"`-o {name}`",
            one.about,
            ", ".join(sorted(one.commands)) if one.commands else "all that have results",
        )
        for name, one in FORMATS.items()
    )
    return _table(("format", "for", "commands"), rows)


def exit_codes() -> str:
    """Return the table of exit codes, the first sentence of each."""
    first = ((f"{code:d}", re.split(r"[:.] ", text + " ")[0]) for code, text in EXIT_CODES.items())
    return _table(("code", "meaning"), first)


def figures(measured: dict[str, Any]) -> str:
    """Return the table of the benchmark's figures, beside terraform's where it ran."""
    machine = measured["machine"]
    beside = f"terraform {machine['terraform']} in turn with it" if machine["terraform"] else "idpctl alone"
    where = f"{machine['cpus']} CPUs, Python {machine['python']}, {beside}"
    head = f"Medians on {where}; whole processes, wall time.\n\n"
    cases = _table(
        ("what", "providers", "idpctl", "memory", "terraform", "ratio"),
        (_case(case) for case in measured["cases"] if not case["case"].startswith("interpreter")),
    )
    found = measured["discovery"]
    return head + cases + ("\n" + "".join(_discovered(one) for one in found) if found else "")


def _case(case: dict[str, Any]) -> Iterator[str]:
    ours, theirs = case["idpctl"], case["terraform"]
    yield case["case"]
    yield f"{case['providers']:,}" if case["providers"] else ""
    yield f"{ours['wall_seconds']:.3f} s"
    yield f"{ours['peak_mib']:.0f} MiB"
    yield f"{theirs['wall_seconds']:.3f} s" if theirs else ""
    yield f"{case['ratio']:.3f}" if theirs else ""


def _discovered(one: dict[str, Any]) -> str:
    wall, ideal = one["idpctl"]["wall_seconds"], one["ideal_seconds"]
    what = "`drift` of" if one["command"] == "drift" else "A plan that discovers"
    return (
        f"- {what} {one['hosts']:,} providers over TLS, each answer 50 ms late: "
        f"{wall:.2f} s, of which the answers alone are {ideal:.2f} s.\n"
    )


def _run(directory: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=directory, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != code:
        raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)
    return done.stdout


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


MAKERS: dict[str, Callable[[], str]] = {
    "plan": plan,
    "drift": drift,
    "commands": commands,
    "exit_codes": exit_codes,
    "formats": formats,
}


def made(text: str, makers: dict[str, Callable[[], str]]) -> str:
    """Return `text` with every block that one of `makers` makes; others stay as they are."""

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in makers:
            return match[0]
        return f"<!-- made: {name} -->\n{makers[name]()}<!-- end -->\n"

    return BLOCK.sub(block, text)


def main(bench: Path | None) -> None:
    """Rewrite README.md."""
    makers = dict(MAKERS)
    if bench is not None:
        measured = json.loads(bench.read_text(encoding="utf-8"))
        makers["figures"] = lambda: figures(measured)
    README.write_text(made(README.read_text(encoding="utf-8"), makers), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
