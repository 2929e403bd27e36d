"""What a plan remembers of its configuration, and what the good path does not touch."""

from __future__ import annotations

import hashlib
import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from idpctl.config import events
from idpctl.config.load import load
from tests.config.house import FIELDS, GOOD, House

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]


def digest_of(house: House, text: str, *layers: str, **more: object) -> str:
    return house.load(text, *layers, **more).inputs.config_sha256


def test_the_files_are_listed_with_their_digests(house: House) -> None:
    inputs = house.load(GOOD).inputs
    assert inputs.files == {"idpctl.yaml": hashlib.sha256(GOOD.encode()).hexdigest()}


def test_the_digest_depends_on_contents_alone(tmp_path: Path) -> None:
    digests = set()
    for folder in ("one", "two/deeper"):
        house = House(tmp_path / folder)
        house.write("idpctl.yaml", GOOD)
        digests.add(load([Path("idpctl.yaml")], root=house.root, environ={}).inputs.config_sha256)
        digests.add(load([house.root / "idpctl.yaml"], root=house.root, environ={}).inputs.config_sha256)
    assert len(digests) == 1


def test_the_digest_changes_with_what_counts(house: House) -> None:
    variable = GOOD + "    description: ${IDPCTL_VAR_X}\n"
    layer = {"b.yaml": "version: 1\n"}
    include = GOOD + "include: [a.yaml]\n"
    digests = [
        digest_of(house, GOOD),
        digest_of(house, GOOD + "    enabled: true\n"),
        digest_of(house, GOOD, "b.yaml", files=layer),
        digest_of(house, include, files={"a.yaml": "providers: {}\n"}),
        digest_of(house, include, files={"a.yaml": "providers: { }\n"}),
        digest_of(house, variable, environ={"IDPCTL_VAR_X": "1"}),
        digest_of(house, variable, environ={"IDPCTL_VAR_X": "2"}),
    ]
    assert len(set(digests)) == len(digests)
    assert digest_of(house, variable, environ={"IDPCTL_VAR_X": "2", "IDPCTL_VAR_Y": "3"}) == digests[-1]


def test_paths_inside_are_relative_to_the_first_file(house: House) -> None:
    configuration = house.load(GOOD)
    assert configuration.root == house.root
    house.write("deep/more.yaml", GOOD)
    assert load([Path("deep/more.yaml")], root=house.root, environ={}).root == house.root / "deep"


def python(code: str, tmp_path: Path) -> str:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


LAZY = [
    *(
        "jsonschema",
        "difflib",
        "glob",
        "importlib.metadata",
        "tempfile",
        "subprocess",
        "ssl",
        "httpx",
        "deepdiff",
    ),
    *("idpctl.config.places", "idpctl.config.inspect", "idpctl.config.wording", "idpctl.config.rules"),
    *("idpctl.config.syntax", "idpctl.config.include", "idpctl.config.pure", "idpctl.schema.explain"),
]


def test_a_good_file_needs_little(house: House) -> None:
    house.write("idpctl.yaml", GOOD)
    code = (
        "import sys; before = set(sys.modules)\n"
        "from pathlib import Path; from idpctl.config.load import load\n"
        "load([Path('idpctl.yaml')], root=Path('.'), environ={})\n"
        f"print([name for name in {LAZY!r} if name in set(sys.modules) - before])"
    )
    assert python(code, house.root) == "[]"


def test_without_libyaml_the_other_parser_is_taken(house: House) -> None:
    house.write("idpctl.yaml", GOOD + f"  other:\n{FIELDS}")
    code = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from pathlib import Path; from idpctl.config import events; from idpctl.config.load import load\n"
        "assert events.open_events is events.open_pure\n"
        "print(len(load([Path('idpctl.yaml')], root=Path('.'), environ={}).providers))"
    )
    assert python(code, house.root) == "2"


def test_the_choice_of_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    try:
        assert importlib.reload(events).open_events is events.open_pure
    finally:
        monkeypatch.undo()
        assert importlib.reload(events).open_events is events.open_fast
