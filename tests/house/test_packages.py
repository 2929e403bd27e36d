"""What is shipped: pinned, so that nothing is forgotten and nothing slips in."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.house.measures import PACKAGE, REPOSITORY, sources

if TYPE_CHECKING:
    from pathlib import Path

DATA = {
    "examples/quickstart/idpctl.yaml",
    "py.typed",
    "rules/explain.toml",
    "schemas/accept.schema.json",
    "schemas/check.schema.json",
    "schemas/config.schema.json",
    "schemas/discovery.schema.json",
    "schemas/drift.schema.json",
    "schemas/endpoints.schema.json",
    "schemas/jwks.schema.json",
    "schemas/lock.schema.json",
    "schemas/plan.schema.json",
    "schemas/policy.schema.json",
    "schemas/registry-sqlite.schema.json",
    "schemas/result.schema.json",
    "templates/gitignore",
    "templates/idpctl.yaml",
    "templates/workflow.yml",
}
SOURCE_TREE = {".ci", "examples", "idpctl", "schemas", "tests"}
SOURCE_FILES = {
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "PKG-INFO",
    "README.md",
    "action.yml",
    "pyproject.toml",
    ".gitignore",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(directory)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    return directory


def names_in(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_package_its_data_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    code = {str(path.relative_to(REPOSITORY)) for path in sources(PACKAGE)}
    inside = {name for name in names_in(wheel) if ".dist-info/" not in name}
    assert inside == code | {f"idpctl/{name}" for name in DATA}


def test_the_wheel_has_its_licence_and_its_command(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with ZipFile(wheel) as archive:
        (points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "idpctl = idpctl.cli.main:entry" in archive.read(points).decode()
        (licence,) = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
        assert archive.read(licence) == (REPOSITORY / "LICENSE").read_bytes()


def test_the_sdist_holds_what_builds_and_tests_it(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name for name in names if "/" not in name} == SOURCE_FILES
    assert {name.partition("/")[0] for name in names if "/" in name} == SOURCE_TREE
    assert not [name for name in names if "node_modules" in name or name.endswith((".pyc", ".db"))]
    assert {
        f"tests/{path.relative_to(REPOSITORY / 'tests')}" for path in sources(REPOSITORY / "tests")
    } <= names
