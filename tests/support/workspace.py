"""A directory with a configuration and a registry, and the command run in it."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from idpctl.cli.main import main
from tests.support.cli import OWNER, STEERING, Done, held, run, started

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def pinned(key: str, **fields: Any) -> dict[str, Any]:
    """Return a provider that needs no discovery; the `fields` given win, None leaves one out."""
    host = f"https://{key}.example.com"
    written = {
        "name": key.title(),
        "type": "custom",
        "allowed_token_audience": "api://default",
        "well_known_url": f"{host}/.well-known/openid-configuration",
        "issuer": host,
        "token_endpoint": f"{host}/token",
        "jwks_endpoint": f"{host}/keys",
        **fields,
    }
    return {name: value for name, value in written.items() if value is not None}


def discovered(key: str, url: str, **fields: Any) -> dict[str, Any]:
    """Return a provider whose endpoints are filled from the document at `url`."""
    nothing = dict.fromkeys(("issuer", "token_endpoint", "jwks_endpoint"))
    return pinned(key, well_known_url=url, **{**nothing, **fields})


@dataclass(slots=True)
class Workspace:
    """A directory with a configuration and an SQLite registry, and the command run in it."""

    directory: Path
    owner: str = OWNER
    env: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.directory / "idpctl.yaml"

    @property
    def registry(self) -> Path:
        return self.directory / "registry.db"

    def copied_to(self, other: Workspace) -> Workspace:
        """Put a copy of all files into the directory of `other`; return it, with our variables."""
        shutil.copytree(self.directory, other.directory, dirs_exist_ok=True)
        other.env.update(self.env)
        return other

    def write(self, providers: Mapping[str, Any] | None, **top: Any) -> None:
        """Write the configuration; `providers` of None leaves the block out."""
        body: dict[str, Any] = {
            "version": 1,
            "owner": self.owner,
            "registry": {"driver": "sqlite", "path": self.registry.name},
            **top,
        }
        if providers is not None:
            body["providers"] = dict(providers)
        self.config.write_text(yaml.safe_dump(body, sort_keys=False, allow_unicode=True), encoding="utf-8")

    def declare(self, *keys: str, **top: Any) -> None:
        """Write a configuration of pinned providers."""
        self.write({key: pinned(key) for key in keys}, **top)

    def run(self, *arguments: str, expect: int | None = 0, **env: str) -> Done:
        return run(*arguments, cwd=self.directory, env={**self.env, **env}, expect=expect)

    def offline(self, *arguments: str, expect: int | None = 0) -> Done:
        """Run without discovery, as pinned providers allow."""
        return self.run(*arguments, "--discovery", "skip", expect=expect)

    def apply(self, *arguments: str, expect: int | None = 0) -> Done:
        return self.offline("apply", "--auto-approve", *arguments, expect=expect)

    def plan(self, *arguments: str, expect: int | None = 0) -> dict[str, Any]:
        """Return the plan as JSON, made without discovery."""
        return self.offline("plan", "-o", "json", *arguments, expect=expect).json()

    def save(self, *arguments: str, expect: int | None = 0, name: str = "plan.json") -> Path:
        """Save a plan made without discovery."""
        self.offline("plan", "--out", name, *arguments, expect=expect)
        return self.directory / name

    def sql(self, *statements: str) -> None:
        """Change the registry by hand, behind the command's back."""
        with closing(sqlite3.connect(self.registry)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def edit(self, record: str, /, **columns: Any) -> None:
        """Change columns of one record by hand, behind the command's back."""
        changes = ", ".join(f"{column} = ?" for column in columns)
        with closing(sqlite3.connect(self.registry)) as connection, connection:
            connection.execute(
                f"UPDATE identity_provider SET {changes} WHERE name = ?",  # noqa: S608 - a test's own columns
                (*columns.values(), record),
            )

    def insert(self, name: str, **columns: Any) -> None:
        """Add a record of nobody by hand."""
        url = f"https://{name.lower()}.example.net"
        values = {
            "organization": "default",
            "name": name,
            "type": "okta",
            "allowed_token_audience": "audience",
            "well_known_url": f"{url}/.well-known/openid-configuration",
            "issuer": url,
            "token_endpoint": f"{url}/token",
            "jwks_endpoint": f"{url}/keys",
            **columns,
        }
        marks = ", ".join("?" * len(values))
        with closing(sqlite3.connect(self.registry)) as connection, connection:
            connection.execute(
                f"INSERT INTO identity_provider ({', '.join(values)}) VALUES ({marks})",  # noqa: S608 - as above
                tuple(values.values()),
            )

    def delete(self, name: str) -> None:
        """Delete one record by hand."""
        with closing(sqlite3.connect(self.registry)) as connection, connection:
            connection.execute("DELETE FROM identity_provider WHERE name = ?", (name,))

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none where there is no registry yet."""
        if not self.registry.exists():
            return []
        with closing(sqlite3.connect(self.registry)) as connection:
            return list(connection.execute(statement))

    def names(self) -> list[str]:
        return [name for (name,) in self.query("SELECT name FROM identity_provider ORDER BY name")]

    def content(self) -> list[str]:
        """Return all that the registry holds, its log included, as SQL; nothing where there is no file."""
        if not self.registry.exists():
            return []
        with closing(sqlite3.connect(self.registry)) as connection:
            return list(connection.iterdump())

    def row(self, name: str) -> tuple[Any, ...]:
        """Return every column of one record."""
        (row,) = self.query(f"SELECT * FROM identity_provider WHERE name = '{name}'")  # noqa: S608 - a test's own name
        return row

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Hold that the registry is the same after the block."""
        before = self.content()
        yield
        assert self.content() == before

    @contextmanager
    def started(self, *arguments: str, **env: str) -> Iterator[subprocess.Popen[str]]:
        with started(*arguments, cwd=self.directory, env={**self.env, **env}) as process:
            yield process


class Here(Workspace):
    """A workspace whose commands run in this very process: for long tables, where start-up would be most."""

    __slots__ = ()

    def run(self, *arguments: str, expect: int | None = 0, **env: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name in [*os.environ]:
                if name.startswith("IDPCTL_") or name in STEERING:
                    patch.delenv(name)
            for name, value in {**self.env, **env}.items():
                patch.setenv(name, value)
            patch.chdir(self.directory)
            code = main(list(arguments))
        return held(Done(arguments, code, out.getvalue(), err.getvalue()), expect)


def change_of(plan: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the one resource change of a provider."""
    (found,) = [change for change in plan["resource_changes"] if change["name"] == key]
    return dict(found)


def fields_of(change: Mapping[str, Any]) -> dict[str, str]:
    """Return path -> cause of the fields that a change changes."""
    return {one["path"]: one["cause"] for one in change["idpctl"]["fields"]}


def actions(plan: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return provider -> Terraform's actions."""
    return {change["name"]: change["change"]["actions"] for change in plan["resource_changes"]}
