"""A folder of configuration files, read as the commands read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from idpctl.config.load import load
from idpctl.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.config.model import Configuration
    from idpctl.errors import Problem

HEAD = "version: 1\nowner: acme/prod\n"
FIELDS = """\
    name: OktaWorkforce
    type: okta
    allowed_token_audience: api://default
    well_known_url: https://acme.okta.com/oauth2/default/.well-known/openid-configuration
"""
# The fields of the provider are lines 5 to 8; what a test adds begins in line 9.
GOOD = f"{HEAD}providers:\n  workforce:\n{FIELDS}"


class House:
    """Writes files below `root`, and reads them; `text` is idpctl.yaml, the first layer."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        return path

    def load(
        self,
        text: str | bytes,
        *layers: str,
        environ: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> Configuration:
        """Read `text` and further `layers`, which stand in `files` beside what is included."""
        self.write("idpctl.yaml", text)
        for name, content in (files or {}).items():
            self.write(name, content)
        names = [Path("idpctl.yaml"), *map(Path, layers)]
        return load(names, root=self.root, environ=environ or {})

    def problems(self, text: str | bytes, *layers: str, **more: Mapping[str, str]) -> tuple[Problem, ...]:
        with pytest.raises(InvalidInputError) as caught:
            self.load(text, *layers, **more)
        return caught.value.problems

    def found(self, text: str | bytes, *layers: str, **more: Mapping[str, str]) -> list[str]:
        """Return `file:line:column RULE` of each problem."""
        return [f"{problem.source} {problem.rule}" for problem in self.problems(text, *layers, **more)]

    def only(self, text: str | bytes, *layers: str, **more: Mapping[str, str]) -> Problem:
        (problem,) = self.problems(text, *layers, **more)
        return problem
