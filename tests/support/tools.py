"""Linters of the extra `lint`, each where it is installed: a test without its tool is skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 120
_PLACES = f"{Path(sys.executable).parent}:{os.environ['PATH']}"


def lint(tool: str, *arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run `tool` at the top of the repository; skip the test where it is not installed."""
    program = shutil.which(tool, path=_PLACES)
    if program is None:
        pytest.skip(f"{tool} is not installed: pip install -e '.[dev,lint]'")
    return subprocess.run(
        [program, *map(str, arguments)],
        cwd=REPOSITORY,
        # One tool calls another: actionlint hands scripts to shellcheck.
        env={**os.environ, "PATH": _PLACES, "NO_COLOR": "1"},
        input=text,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def refusals(tool: str, arguments: Sequence[str | Path], text: str | None = None) -> str:
    """Return what `tool` has to say where it is not content, else nothing."""
    done = lint(tool, *arguments, text=text)
    return done.stdout + done.stderr if done.returncode else ""


def promtool(metrics: str) -> str:
    """Return what Prometheus' own checks have to say of `metrics`: nothing where they are content."""
    done = prometheus_tool("check", "metrics", text=metrics)
    assert done.returncode == 0 or done.stderr, done
    return done.stdout + done.stderr


def prometheus_tool(*arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run Prometheus' promtool; skip the test where it is not installed."""
    program = os.environ.get("IDPCTL_TEST_PROMTOOL") or shutil.which("promtool", path=_PLACES)
    if program is None:
        pytest.skip("promtool is not installed: Debian's prometheus, or IDPCTL_TEST_PROMTOOL=FILE")
    return subprocess.run(
        [program, *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
