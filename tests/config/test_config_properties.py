"""Properties over whole configurations: places, layers, secrets, and the same words every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idpctl.config.load import load
from idpctl.errors import InvalidInputError
from tests.config.house import House

if TYPE_CHECKING:
    from idpctl.errors import Problem

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[2]
in_one_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)

BASE = {
    "name": "Okta",
    "type": "okta",
    "allowed_token_audience": "api://default",
    "well_known_url": "https://acme.okta.com/oauth2/default/.well-known/openid-configuration",
}
OPTIONAL = {
    "description": st.sampled_from(["Employees", "'two  words'", '"quoted"']),
    "issuer": st.just("https://acme.okta.com/oauth2/default"),
    "enabled": st.sampled_from(["true", "false"]),
    "properties": st.sampled_from(["{}", "{a: [1, {b: c}]}", "{a: 1, d: null}"]),
    "lifecycle": st.sampled_from(["{}", "{protect: true}", "{replace: delete_first, protect: false}"]),
    "suppress": st.sampled_from(["{}", "{DSC-09: because}"]),
}
providers = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True),
    st.fixed_dictionaries({name: st.just(value) for name, value in BASE.items()}, optional=OPTIONAL),
    min_size=1,
    max_size=4,
)


def block(fields: dict[str, str], indent: str) -> str:
    return "".join(f"{indent}{name}: {value}\n" for name, value in fields.items())


def flow(fields: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + "}"


def render(document: dict[str, dict[str, str]], styles: list[bool]) -> str:
    """Write `document` with each provider in block or flow style."""
    lines = ["version: 1", "owner: acme/prod", "providers:"]
    for index, (key, fields) in enumerate(document.items()):
        if styles[index % len(styles)]:
            lines.append(f"  {key}: {flow(fields)}")
        else:
            lines.append(f"  {key}:\n{block(fields, '    ').rstrip()}")
    return "\n".join(lines) + "\n"


styles = st.lists(st.booleans(), min_size=1, max_size=4)


def read(folder: Path, **files: str) -> Any:
    house = House(folder)
    for name, text in files.items():
        house.write(f"{name}.yaml", text)
    return load([Path(f"{name}.yaml") for name in files], root=folder, environ={})


def refused(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInputError) as caught:
        read(folder, idpctl=text)
    return caught.value.problems


@given(document=providers, style=styles)
@in_one_folder
def test_a_place_points_at_the_value(tmp_path: Path, document: dict[str, Any], style: list[bool]) -> None:
    text = render(document, style)
    lines = text.splitlines()
    for declared in read(tmp_path, idpctl=text).providers:
        fields = document[declared.key]
        begin = declared.at()
        assert lines[begin.line - 1][begin.column - 1 :].startswith(f"{declared.key}:")
        for name, written in fields.items():
            place = declared.at(name)
            shown = f"{name}:" if written.startswith("{") else written
            assert lines[place.line - 1][place.column - 1 :].startswith(shown)


FAULTS = [
    ("zzz", "x", "CFG-20", "zzz"),
    ("jwks_endpoint", "12", "CFG-02", "12"),
    ("jwks_endpoint", "1.50", "CFG-02", "1.50"),
    ("jwks_endpoint", "''", "CFG-24", "''"),
    ("token_endpoint", "!!str x", "YML-10", "!!str"),
    ("token_endpoint", "*nothing", "YML-13", "*nothing"),
    ("token_endpoint", "'${HOME}'", "CFG-28", "'${HOME}"),
    ("type", "okta", "CFG-03", "type"),
    ("<<", "{}", "YML-11", "<<"),
    ("true", "x", "YML-12", "true"),
    ("api_key", "canary", "CFG-27", "canary"),
]


@given(document=providers, style=styles, data=st.data())
@in_one_folder
def test_a_fault_is_found_where_it_was_put(
    tmp_path: Path, document: dict[str, Any], style: list[bool], data: st.DataObject
) -> None:
    name, written, rule, shown = data.draw(st.sampled_from(FAULTS))
    victim = data.draw(st.sampled_from(sorted(document)))
    marked = {**document[victim], "MARK": written}
    if name not in BASE:
        marked.pop(name, None)
    text = render({**document, victim: marked}, style).replace("MARK", name)
    problems = [one for one in refused(tmp_path, text) if one.rule == rule]
    assert problems
    source = problems[0].source
    assert text.splitlines()[source.line - 1][source.column - 1 :].startswith(shown)
    assert "canary" not in "".join(map(repr, problems))


@given(base=providers, layer=providers, style=styles)
@in_one_folder
def test_a_layer_wins_where_it_speaks(
    tmp_path: Path, base: dict[str, Any], layer: dict[str, Any], style: list[bool]
) -> None:
    merged = read(tmp_path, base=render(base, style), layer=render(layer, style))
    one, other = read(tmp_path, base=render(base, style)), read(tmp_path, layer=render(layer, style))
    below = {declared.key: declared for declared in one.providers}
    above = {declared.key: declared for declared in other.providers}
    assert [declared.key for declared in merged.providers] == list(dict.fromkeys([*below, *above]))
    for declared in merged.providers:
        lower, upper = below.get(declared.key), above.get(declared.key)
        written = layer.get(declared.key, {})
        for name in ("description", "issuer", "enabled"):
            expected = upper if lower is None or name in written else lower
            assert getattr(declared, name) == getattr(expected, name)
        sources = [source for source in (lower, upper) if source is not None]
        assert declared.properties == {k: v for source in sources for k, v in source.properties.items()}


@given(document=providers, style=styles)
@in_one_folder
def test_defaults_are_what_every_provider_could_have_written(
    tmp_path: Path, document: dict[str, Any], style: list[bool]
) -> None:
    shared = {"description": "Everybody", "enabled": "false", "properties": "{a: 0, z: 9}"}
    with_defaults = render(document, style) + f"defaults: {flow(shared)}\n"
    for declared in read(tmp_path, idpctl=with_defaults).providers:
        fields = document[declared.key]
        assert (declared.description == "Everybody") is ("description" not in fields)
        assert declared.enabled is (fields.get("enabled", "false") == "true")
        assert declared.properties["z"] == 9
        assert (declared.properties["a"] == 0) is ("a:" not in fields.get("properties", ""))


WRONG = """\
version: 1
owner: [x]
zzz: 1
providers:
  a: {nmae: x, tpye: y, foo: z, client_secret: s, suppress: {X: y, Y: z}, properties: {b: 1.5}}
  b: {lifecycle: {ignore_changes: [a, b, c], protect: 1}, enabled: 2}
moved: [{from: b, to: q}, {to: x}]
include: [../x, y/*]
guards: {max_delete_percent: -1, other: 2}
registry: {driver: X, token: t}
"""


def test_the_words_do_not_depend_on_the_run(tmp_path: Path) -> None:
    House(tmp_path).write("idpctl.yaml", WRONG)
    code = (
        "from pathlib import Path; from idpctl.config.load import load\n"
        "try: load([Path('idpctl.yaml')], root=Path('.'), environ={})\n"
        "except Exception as error: print(*error.problems, sep='\\n')"
    )
    outputs = set()
    for seed in ("1", "2", "3"):
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, check=True
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert outputs.pop().count(b"Problem(") > 20
