"""Every command line that stands in a pipeline is one that the command takes."""

from __future__ import annotations

import re
import shlex
from importlib import metadata

import click
import pytest
import yaml

from idpctl.cli.main import cli
from tests.pipelines.files import (
    ACTION,
    CI,
    CRON_JOB,
    DOCKERFILE,
    GITLAB,
    HOOKS,
    PRE_COMMIT,
    STARTER,
    WORKFLOW,
    container,
    gitlab_jobs,
    steps,
    timer_line,
)
from tests.support.workflows import read


def command_line(words: list[str]) -> click.Context:
    """Parse what follows `idpctl`, as the command itself does."""
    name, *rest = words
    command = cli.get_command(click.Context(cli), name)
    assert command is not None, name
    return command.make_context(name, rest)


def test_the_inputs_that_the_workflow_gives_are_the_action_s() -> None:
    inputs = read(ACTION)["inputs"]
    for step in steps(WORKFLOW):
        if step.get("uses", "").startswith("OWNER/idpctl@"):
            assert {*step["with"]} <= {*inputs}
            words = [step["with"]["command"], *step["with"].get("args", "").split()]
            command_line(words)


def commands() -> list[list[str]]:
    """Return every command line that stands in a pipeline outside GitHub's, without `idpctl`."""
    hooks = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    lines = [line for job in gitlab_jobs().values() for line in job["script"]]
    lines += [hook["entry"] for hook in hooks]
    lines += re.findall(r"idpctl:\S+ (.+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)[1:]
    words = [shlex.split(line.removeprefix("idpctl ")) for line in lines]
    return [*words, container()["args"], shlex.split(timer_line())[1:]]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_line_parses(words: list[str]) -> None:
    assert command_line(words).command.name == words[0]


def test_the_hooks_that_the_example_takes_are_the_ones_that_there_are() -> None:
    offered = {hook["id"]: hook for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))}
    (taken,) = yaml.safe_load(PRE_COMMIT.read_text(encoding="utf-8"))["repos"]
    assert [hook["id"] for hook in taken["hooks"]] == [*offered]
    for hook in offered.values():
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)
        assert re.search(hook["files"], "environments/prod.yaml")


def test_a_release_that_is_named_is_this_one() -> None:
    paths = [STARTER, *CI.iterdir()]
    named = {
        (path.name, version)
        for path in paths
        for version in re.findall(r"idpctl(?:==|:)(\d[\w.]*)", path.read_text(encoding="utf-8"))
    }
    assert {path for path, _ in named} >= {STARTER.name, GITLAB.name, CRON_JOB.name, DOCKERFILE.name}
    assert {version for _, version in named} == {metadata.version("idpctl")}
