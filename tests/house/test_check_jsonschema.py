"""The shipped schemas in a user's hands: the command `check-jsonschema` over what idpctl wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from idpctl.planfile import dump
from idpctl.render.outcome import Applied
from idpctl.render.table import renderer
from idpctl.render.view import View
from idpctl.report import OperationResult, Outcome, Report, Status
from tests.house.measures import REPOSITORY
from tests.scenarios.test_scenarios import CASES


def check(schema: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Run the command once over all files: it is slow to start."""
    command = Path(sys.executable).with_name("check-jsonschema")
    file = REPOSITORY / "schemas" / f"{schema}.schema.json"
    return subprocess.run(
        [command, "--schemafile", file, *paths], capture_output=True, text=True, check=False
    )


def results() -> list[Applied]:
    """Return the results of every scenario's plan, ended in every way."""
    ends = [
        (Outcome.COMPLETE, Status.DONE),
        (Outcome.FAILED, Status.FAILED),
        (Outcome.INTERRUPTED, Status.NOT_STARTED),
        (Outcome.IN_DOUBT, Status.IN_DOUBT),
    ]
    found = []
    for make in CASES.values():
        plan = make()
        for outcome, status in ends:
            operations = tuple(
                OperationResult(
                    address=change.address,
                    action=change.action,
                    verb=step.verb,
                    name=step.name,
                    ref=step.ref,
                    status=status,
                )
                for change in plan.changes
                for step in change.steps
            )
            found.append(Applied(plan=plan, report=Report(op="op-1", operations=operations, outcome=outcome)))
    return found


@pytest.mark.parametrize("schema", ["plan", "result"])
def test_what_idpctl_writes_is_accepted(schema: str, tmp_path: Path) -> None:
    if schema == "plan":
        texts = [dump(make()) for make in CASES.values()]
    else:
        texts = [
            renderer("json")(View(subject=applied, exit_code=applied.report.exit_code))
            for applied in results()
        ]
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(text, encoding="utf-8")
    done = check(schema, *paths)
    assert done.returncode == 0, done.stdout[-4000:]
    assert len(paths) >= len(CASES)


def test_what_another_schema_describes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(dump(CASES["create"]()), encoding="utf-8")
    done = check("result", path)
    assert done.returncode == 1
    assert "'kind' is a required property" in done.stdout
