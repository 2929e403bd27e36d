from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import click
import pytest

from idpctl.cli.main import COMMANDS, cli, main
from tests.support.cli import Done

Run = Callable[..., Done]


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def examples(name: str) -> list[str]:
    """Return the command lines among the examples of a command, pipes and chains taken apart."""
    text = (command(name).epilog or "").partition("Examples:\n")[2]
    parts = [part.strip() for line in text.splitlines() for part in re.split(r"&&|\||>", line)]
    return [part for part in parts if part.startswith("idpctl ")]


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_the_help_lists_every_command_with_its_line(idpctl: Run, flag: str) -> None:
    text = " ".join(idpctl(flag, expect=0).out.split())
    for name, line in COMMANDS.items():
        assert f"{name} {line}" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_the_line_of_the_table_and_examples(idpctl: Run, name: str) -> None:
    done = idpctl(name, "--help", expect=0)
    assert " ".join(COMMANDS[name].split()) in " ".join(done.out.split())
    assert done.out.startswith(f"Usage: idpctl {name}")
    assert "\n  Examples:\n" in done.out
    assert done.err == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_of_every_command_are_command_lines_that_parse(name: str) -> None:
    assert examples(name)
    for line in examples(name):
        _, subcommand, *rest = shlex.split(line)
        with command(subcommand).make_context(subcommand, rest):
            pass


@pytest.mark.parametrize("name", COMMANDS)
def test_the_function_of_a_command_says_in_short_what_its_help_says(name: str) -> None:
    callback = command(name).callback
    assert callback is not None
    assert callback.__doc__


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_variable_and_says_so(idpctl: Run, name: str) -> None:
    text = "".join(idpctl(name, "--help").out.split())
    for parameter in command(name).params:
        if isinstance(parameter, click.Option):
            long = max(parameter.opts, key=len)
            variable = "IDPCTL_" + long.removeprefix("--").replace("-", "_").upper()
            assert parameter.envvar == variable
            assert f"[envvar:{variable}" in text


def test_the_help_fits_a_narrow_terminal(idpctl: Run) -> None:
    assert max(map(len, idpctl("--help").out.splitlines())) <= 100


def test_the_exit_codes_stand_in_the_help(idpctl: Run) -> None:
    text = idpctl("--help").out
    assert "Exit codes: 0 done, 1 runtime error" in text
    assert "Two minutes to a first plan:\n    idpctl init\n" in text


def test_without_a_command_the_help_is_shown_and_the_code_is_that_of_usage(idpctl: Run) -> None:
    done = idpctl(expect=3)
    assert "Commands:" in done.err
    assert done.out == ""


def test_main_reads_the_arguments_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["idpctl", "version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("idpctl ")
