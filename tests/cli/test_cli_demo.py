"""Where the demo happens, and what it says when one of its commands goes wrong; its story is told in e2e."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from idpctl.demo import script
from idpctl.demo.issuers import documents, running
from idpctl.demo.script import Stage
from idpctl.errors import IdpctlError
from tests.support.cli import Done, environment

Run = Callable[..., Done]


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Play nothing; return the directories in which the demo would have run."""
    directories: list[Path] = []

    def play(directory: Path, say: Callable[[str], None]) -> None:
        assert list(directory.iterdir()) == []
        directories.append(directory)
        say("the story")

    monkeypatch.setattr(script, "play", play)
    return directories


def test_the_demo_runs_in_a_directory_that_is_gone_afterwards(idpctl: Run, played: list[Path]) -> None:
    assert idpctl("demo", expect=0).out == "the story\n"
    (directory,) = played
    assert not directory.exists()


@pytest.mark.parametrize("exists", [False, True])
def test_the_demo_runs_in_the_directory_that_is_to_be_kept(
    idpctl: Run, bare: Path, played: list[Path], exists: bool
) -> None:
    if exists:
        (bare / "kept").mkdir()
    done = idpctl("demo", "--keep", "kept", expect=0)
    assert played == [Path("kept")]
    assert (bare / "kept").is_dir()
    assert "The configuration and the registry are in kept." in done.out


@pytest.mark.parametrize("kind", ["file", "full directory"])
def test_the_demo_runs_over_nothing_that_is_there(
    idpctl: Run, bare: Path, played: list[Path], kind: str
) -> None:
    if kind == "file":
        (bare / "kept").touch()
    else:
        (bare / "kept" / "mine").mkdir(parents=True)
    assert "kept is there already" in idpctl("demo", "--keep", "kept", expect=3).err
    assert played == []


def test_a_command_of_the_demo_that_ends_otherwise_is_an_error(bare: Path) -> None:
    said: list[str] = []
    stage = Stage(
        directory=bare, environment=environment(PYTHONPATH=str(Path(__file__).parents[2])), say=said.append
    )
    with pytest.raises(IdpctlError, match="ended with exit code 3 where 0 was expected"):
        stage.run("Plan without a configuration.", "plan")
    assert "$ idpctl plan" in said[0]


def test_the_quickstart_comes_from_the_wheel_where_there_is_one(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = bare / "idpctl"
    shipped = package / "examples" / "quickstart"
    monkeypatch.setattr(script, "__file__", str(package / "demo" / "script.py"))
    assert script._quickstart() == bare / "examples" / "quickstart"
    shipped.mkdir(parents=True)
    assert script._quickstart() == shipped


def test_the_three_issuers_serve_what_their_documents_name() -> None:
    import json
    from urllib.error import HTTPError
    from urllib.request import urlopen

    with running() as variables:
        assert sorted(variables) == ["IDPCTL_VAR_AUTH0", "IDPCTL_VAR_MICROSOFT", "IDPCTL_VAR_OKTA"]
        for variable, base in variables.items():
            for path, served in documents(base, variable.removeprefix("IDPCTL_VAR_")).items():
                with urlopen(base + path) as answer:  # noqa: S310 - loopback
                    assert json.load(answer) == served
            with pytest.raises(HTTPError, match="404") as missing:
                urlopen(f"{base}/nothing")  # noqa: S310 - loopback
            missing.value.close()
