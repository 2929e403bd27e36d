"""The arrows between modules, as pyproject.toml draws them and CONTRIBUTING.md explains them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.measures import PACKAGE, REPOSITORY, sources

DISTRIBUTIONS = {"yaml": "pyyaml", "ruamel": "ruamel.yaml"}


def contracts() -> list[dict[str, Any]]:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return found


def test_every_import_follows_the_arrows() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_map_in_contributing_names_every_module() -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (layers,) = [contract["layers"] for contract in contracts() if contract["type"] == "layers"]
    modules = {module for layer in layers for module in re.findall(r"\w+", layer)} - {"__main__"}
    assert sorted(module for module in modules if not re.search(rf"\b{module}\b", text)) == []


def test_every_package_that_is_imported_is_declared() -> None:
    import grimp

    graph = grimp.build_graph(
        "idpctl", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )
    outside = {module for module in graph.modules if module.partition(".")[0] != "idpctl"}
    imported = {DISTRIBUTIONS.get(module, module) for module in outside - sys.stdlib_module_names}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["fmt"], *extras["verify"]]
    assert imported == {re.split(r"[<>=]", line)[0] for line in declared}


@pytest.mark.parametrize("kind", ["dependencies", "fmt", "verify", "dev", "lint"])
def test_every_dependency_has_its_reason_in_contributing(kind: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = project["dependencies"] if kind == "dependencies" else project["optional-dependencies"][kind]
    names = {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in listed}
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8").lower()
    assert sorted(name for name in names if f"`{name}`" not in text) == []


def possessive(source: str) -> list[str]:
    """Return the raw strings in a source that repeat a group possessively."""
    raw = [
        one or other
        for one, other in re.findall(r"""r[f"']*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""", source)
    ]
    classes = re.compile(r"\[(?:[^\]\\]|\\.)+\]")
    return [one for one in raw if re.search(r"\)(?:[*+?]|\{\d*,?\d*\})\+", classes.sub("C", one))]


def test_no_pattern_has_a_possessive_group() -> None:
    # CPython up to 3.11.4, Debian 12's among them, lets them match less than they should (gh-106052).
    assert [one for path in sources(PACKAGE) for one in possessive(path.read_text("utf-8"))] == []
    assert possessive('x = r"(?:a|b)*+[)*+]"') == ["(?:a|b)*+[)*+]"]
    assert possessive('x = r"(?:a|b)+[)*+]"') == []
