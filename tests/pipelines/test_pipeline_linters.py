"""What the linters of each system say of our pipelines: nothing; and that they would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pipelines.files import (
    ACTION,
    CRON_JOB,
    DOCKERFILE,
    GITLAB,
    HOOKS,
    PRE_COMMIT,
    STARTER,
    WORKFLOW,
    Script,
    scripts,
)
from tests.support.tools import refusals

if TYPE_CHECKING:
    from pathlib import Path

SHELLCHECK = ["--shell=bash", "--severity=style", "-"]
# Tool, its options, the file, and a mistake in it that this tool has to find.
LINTED: list[tuple[str, list[str], Path, tuple[str, str]]] = [
    ("actionlint", [], WORKFLOW, ("needs: plan", "needs: plans")),
    ("actionlint", [], STARTER, ("github.event_name", "github.event_nam")),
    ("zizmor", ["--offline", "--persona=auditor"], WORKFLOW, ("on:\n", "on:\n  pull_request_target:\n")),
    ("zizmor", ["--offline", "--persona=auditor"], STARTER, ("persist-credentials: false", "fetch-depth: 1")),
    ("zizmor", ["--offline", "--persona=auditor"], ACTION, ('"$COMMAND"', "${{ inputs.command }}")),
    ("check-jsonschema", ["--builtin-schema=vendor.github-workflows"], WORKFLOW, ("runs-on:", "runs-at:")),
    ("check-jsonschema", ["--builtin-schema=vendor.github-workflows"], STARTER, ("runs-on:", "runs-at:")),
    ("check-jsonschema", ["--builtin-schema=vendor.github-actions"], ACTION, ("using:", "use:")),
    (
        "check-jsonschema",
        ["--builtin-schema=vendor.gitlab-ci", "--data-transform=gitlab-ci"],
        GITLAB,
        ("when: manual", "when: by-hand"),
    ),
    ("hadolint", [], DOCKERFILE, ("slim\n", "slim\nRUN cd /tmp\n")),
    ("kubernetes-validate", ["--strict"], CRON_JOB, ("runAsNonRoot", "runAsNoRoot")),
    ("pre-commit", ["validate-manifest"], HOOKS, ("entry:", "entri:")),
    ("pre-commit", ["validate-config"], PRE_COMMIT, ("rev:", "revision:")),
]
IDS = [f"{tool} {path.name}" for tool, _, path, _ in LINTED]


@pytest.mark.parametrize(("tool", "options", "path", "_"), LINTED, ids=IDS)
def test_a_linter_finds_nothing(tool: str, options: list[str], path: Path, _: tuple[str, str]) -> None:
    assert refusals(tool, [*options, path]) == ""


@pytest.mark.parametrize(("tool", "options", "path", "mistake"), LINTED, ids=IDS)
def test_a_linter_would_find_a_mistake(
    tool: str, options: list[str], path: Path, mistake: tuple[str, str], tmp_path: Path
) -> None:
    text = path.read_text(encoding="utf-8")
    assert mistake[0] in text
    spoilt = tmp_path / path.name
    spoilt.write_text(text.replace(*mistake), encoding="utf-8")
    assert refusals(tool, [*options, spoilt]) != ""


@pytest.mark.parametrize("script", [*scripts()], ids=lambda script: script.place)
def test_shellcheck_finds_nothing_in_a_script(script: Script) -> None:
    assert refusals("shellcheck", SHELLCHECK, script.text) == ""


def test_shellcheck_would_find_a_value_that_is_not_quoted() -> None:
    assert "SC2086" in refusals("shellcheck", SHELLCHECK, 'read -r given <<<"$1"\nrm $given\n')
