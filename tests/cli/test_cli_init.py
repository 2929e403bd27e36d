from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from idpctl.cli.init import FILES
from tests.support.cli import Done

Run = Callable[..., Done]


def contents(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): path.read_text(encoding="utf-8")
        for path in directory.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("directory", [".", "new", "a/b"])
def test_the_starter_files_are_written_and_named(idpctl: Run, bare: Path, directory: str) -> None:
    done = idpctl("init", *([] if directory == "." else [directory]), expect=0)
    assert sorted(contents(bare / directory)) == sorted(FILES)
    for name in FILES:
        assert f"written  {Path(directory) / name}\n" in done.out
    assert "idpctl plan" in done.out


def test_a_configuration_that_is_there_stays_and_nothing_is_written(idpctl: Run, bare: Path) -> None:
    (bare / "idpctl.yaml").write_text("mine", encoding="utf-8")
    done = idpctl("init", expect=3)
    assert "nothing was written" in done.err
    assert contents(bare) == {"idpctl.yaml": "mine"}


@pytest.mark.parametrize("name", [name for name in FILES if name != "idpctl.yaml"])
def test_any_other_file_that_is_there_is_kept(idpctl: Run, bare: Path, name: str) -> None:
    (bare / name).parent.mkdir(parents=True, exist_ok=True)
    (bare / name).write_text("mine", encoding="utf-8")
    assert f"kept     {name}\n" in idpctl("init", expect=0).out
    assert contents(bare)[name] == "mine"
    assert len(contents(bare)) == len(FILES)


def test_a_dangling_link_is_not_written_through(idpctl: Run, bare: Path) -> None:
    (bare / ".gitignore").symlink_to("elsewhere")
    idpctl("init", expect=0)
    assert not (bare / "elsewhere").exists()


def test_the_starter_becomes_a_valid_configuration_by_what_it_says(idpctl: Run, bare: Path) -> None:
    idpctl("init", expect=0)
    assert "No changes." in idpctl("plan", expect=0).out
    path = bare / "idpctl.yaml"
    head, _, block = path.read_text(encoding="utf-8").partition("providers: {}\n")
    uncommented = "\n".join(line.removeprefix("#") for line in block.splitlines())
    assert "YOUR-DOMAIN" in block
    path.write_text(f"{head}providers:\n{uncommented}\n".replace("YOUR-DOMAIN", "acme"), encoding="utf-8")
    done = idpctl("validate", "--strict", expect=0)
    assert "1 provider in 1 file" in done.out


def test_the_workflow_is_yaml_whose_commands_parse(idpctl: Run, bare: Path) -> None:
    idpctl("init", expect=0)
    workflow = yaml.safe_load((bare / ".github/workflows/identity-providers.yml").read_text(encoding="utf-8"))
    lines = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    commands = [line for line in lines if line.startswith("idpctl ")]
    assert len(commands) == 3
    for line in commands:
        assert "Usage: " in idpctl(*line.split()[1:], "--help", expect=0).out


def test_where_nothing_can_be_written_the_place_is_named(idpctl: Run, bare: Path) -> None:
    (bare / "file").touch()
    done = idpctl("init", "file/inside", expect=1)
    assert "Error: cannot write file/inside" in done.err


def test_the_discovery_lock_is_to_be_committed(idpctl: Run, bare: Path) -> None:
    idpctl("init", expect=0)
    subprocess.run(["git", "init", "-q"], cwd=bare, check=True)
    ignored = ["git", "check-ignore", "-q", "--no-index"]
    assert subprocess.run([*ignored, "idpctl.lock.yaml"], cwd=bare, check=False).returncode == 1
    assert subprocess.run([*ignored, ".idpctl/registry.db"], cwd=bare, check=False).returncode == 0
