"""python -m tests.bench: measure the installed command, print tables, write JSON.

Where a `terraform` is on the PATH it does the same work beside us, in turn within one run (ours,
theirs, ours, theirs), with the builtin terraform_data resource: one block per provider, its input the nine
fields. Compared are whole processes: a plan of N resources against a state of N, and an apply of N creates.
No figure is a test: a busy machine would fail it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench import cases, peer, report
from tests.bench.process import environment, middle
from tests.bench.results import Results, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.discovery import Discovery

REPOSITORY = Path(__file__).parents[2]


def _numbers(given: str) -> list[int]:
    return [int(number) for number in given.split(",") if number]


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure the installed command."
    )
    add = parser.add_argument
    add("--sizes", type=_numbers, default=[1, 100, 1_000, 10_000], metavar="N,...", help="providers to plan")
    add("--hosts", type=_numbers, default=[10, 100, 1_000], metavar="M,...", help="providers to discover")
    add("--applies", type=_numbers, default=[1_000], metavar="N,...", help="creates to apply")
    add("--repetitions", type=int, default=5, help="pairs per case (default 5)")
    add(
        "--large",
        type=int,
        default=2,
        help="pairs where terraform takes long: 10,000 to plan, 1,000 to apply",
    )
    add("--no-terraform", action="store_true", help="measure ours alone")
    add("--json", type=Path, default=REPOSITORY / "reports" / "bench.json", metavar="FILE")
    return parser.parse_args()


def main() -> None:
    """Measure what was asked for."""
    given = options()
    results = Results(terraform=None if given.no_terraform else peer.version())
    for case in _cases(given, compared=results.terraform is not None):
        results.rows.append(_measure(case, given))
        print(".", end="", file=sys.stderr, flush=True)
    results.stages = {size: _stages(size, given.repetitions) for size in given.sizes}
    results.discoveries = _discoveries(given)
    print(file=sys.stderr)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(results.as_json(), indent=2) + "\n", encoding="utf-8")
    print(report.text(results), end="")


def _discoveries(given: argparse.Namespace) -> list[Discovery]:
    # Imported last: asyncio and ssl would raise this process's memory, below which no child can be measured.
    from tests.bench.discovery import discover, watch

    return [
        measured(hosts, min(given.repetitions, 3)) for measured in (discover, watch) for hosts in given.hosts
    ]


def _cases(given: argparse.Namespace, *, compared: bool) -> Iterator[cases.Case]:
    with TemporaryDirectory(prefix="idpctl-bench-") as directory:
        yield from cases.start_up(Path(directory), compared=compared)
    for size in given.sizes:
        with cases.planned(size, compared=compared) as plans:
            yield from plans
    for size in given.applies:
        with cases.applied(size, compared=compared) as case:
            yield case


def _measure(case: cases.Case, given: argparse.Namespace) -> Row:
    slow = case.size >= (10_000 if case.name.startswith("plan") else 1_000)
    repetitions = given.large if slow and case.theirs else given.repetitions
    case.ours()  # what the page cache holds is the same for all that follow
    ours, theirs = [], []
    for _ in range(repetitions):
        ours.append(case.ours())
        if case.theirs is not None:
            theirs.append(case.theirs())
    return Row(
        name=case.name,
        size=case.size,
        repetitions=repetitions,
        ours=middle(ours),
        theirs=middle(theirs) if theirs else None,
    )


def _stages(size: int, repetitions: int) -> dict[str, float]:
    """Return the stages of the fastest of several plans: the one that was disturbed least."""
    with cases.staged(size) as directory:
        command = [sys.executable, "-m", "tests.bench.stages", str(directory)]
        runs = [
            json.loads(subprocess.check_output(command, cwd=REPOSITORY, env=environment()))
            for _ in range(repetitions)
        ]
    return min(runs, key=lambda stages: sum(stages.values()))


if __name__ == "__main__":
    main()
