"""Terraform beside us: the builtin terraform_data resource, offline, in a directory of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.bench.process import environment

if TYPE_CHECKING:
    from pathlib import Path

# No configuration of this machine, no look for a newer version, no question.
VARIABLES = {"TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1", "TF_INPUT": "0"}
PLAN = ("terraform", "plan", "-no-color", "-detailed-exitcode")
APPLY = ("terraform", "apply", "-no-color", "-auto-approve")


def version() -> str | None:
    """Return the version of the terraform on the PATH, None where there is none."""
    if shutil.which("terraform") is None:
        return None
    done = subprocess.run(
        ["terraform", "version", "-json"], env=environment(**VARIABLES), capture_output=True, check=True
    )
    return str(json.loads(done.stdout)["terraform_version"])


def initialise(directory: Path) -> None:
    """Run `terraform init` for what main.tf needs: only the builtin provider, so nothing is fetched."""
    subprocess.run(
        ["terraform", "init", "-no-color"],
        cwd=directory,
        env=environment(**VARIABLES),
        stdout=subprocess.DEVNULL,
        check=True,
    )
