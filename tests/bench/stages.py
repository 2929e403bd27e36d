"""Where the time of one plan goes, measured inside the process: python -m tests.bench.stages DIRECTORY

Prints JSON, stage -> seconds. A pass of its own: what is timed from outside runs without these clocks.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from time import perf_counter
from types import SimpleNamespace
from typing import Any

READ = "read configuration"
OTHER = "other"


class Clocks:
    """Adds up the seconds between entering and leaving functions."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def attach(self, owner: Any, name: str, stage: str) -> None:
        """Put a clock around `owner.name`; the stages must not contain each other."""
        function = getattr(owner, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            before = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[stage] += perf_counter() - before

        setattr(owner, name, timed)


def attach_all(clocks: Clocks) -> None:
    """Put a clock around each stage of `idpctl plan`."""
    from idpctl import engine
    from idpctl.registry.sqlite import SqliteRegistry
    from idpctl.render import table
    from idpctl.rules import check

    clocks.attach(engine, "load_configuration", READ)
    clocks.attach(engine, "check_offline", "check what is written")
    clocks.attach(engine, "prepare_all", "resolve and check")
    clocks.attach(SqliteRegistry, "read", "read registry")
    clocks.attach(engine, "plan_providers", "plan")
    clocks.attach(check, "check_together", "check across providers")
    renderer = table.renderer

    def timed_renderer(kind: str) -> Any:
        holder = SimpleNamespace(render=renderer(kind))
        clocks.attach(holder, "render", "render")
        return holder.render

    table.renderer = timed_renderer


def main(directory: str) -> None:
    """Time one plan with `perf_counter`, which every process of a machine shares on Linux."""
    began = perf_counter()
    clocks = Clocks()
    from idpctl.cli import main as cli

    attach_all(clocks)
    clocks.seconds["import"] = perf_counter() - began
    stdout = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    cli.main(["plan", "-C", directory, "--discovery", "skip"])
    sys.stdout.flush()
    os.dup2(stdout, 1)
    clocks.seconds[OTHER] = perf_counter() - began - sum(clocks.seconds.values())
    print(json.dumps(clocks.seconds))


if __name__ == "__main__":
    main(sys.argv[1])
