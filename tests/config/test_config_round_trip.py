"""Properties of reading: what is quoted comes back, and nothing that is read makes it fail."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from idpctl.config import events
from idpctl.config.builder import build
from idpctl.config.files import read
from idpctl.config.load import load
from idpctl.config.report import Report
from idpctl.config.variables import Variables
from idpctl.errors import InvalidInputError, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Opener = Callable[[str], events.NextEvent]

PARSERS = st.sampled_from([events.open_fast, events.open_pure])
fixed_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
# Controls are refused in values, and surrogates are no text; everything else has to survive.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


def double_quoted(text: str) -> str:
    escaped = "".join(character if character.isalnum() else f"\\U{ord(character):08X}" for character in text)
    return f'"{escaped}"'


def single_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_value(folder: Path, raw: bytes, parser: Opener, monkey: pytest.MonkeyPatch) -> tuple[Any, list]:
    monkey.setattr(events, "open_events", parser)
    path = folder / "file.yaml"
    path.write_bytes(raw)
    report = Report()
    file = read(path, "file.yaml", report)
    document = None if file is None else build(file, report, Variables({}))
    rules = [problem.rule for problem in report.problems()]
    return (None if document is None else document.value), rules


@given(text=texts, parser=PARSERS)
@example(text="${IDPCTL_VAR_X}", parser=events.open_fast)
@example(text="\u2028\ufeff\u202e", parser=events.open_pure)
@fixed_folder
def test_double_quoted_text_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, parser: Opener
) -> None:
    written = text.replace("${", "$${")
    value, rules = read_value(tmp_path, f"a: {double_quoted(written)}\n".encode(), parser, monkeypatch)
    assert (value, rules) == ({"a": text}, [])


def is_plain(text: str) -> bool:
    return all(unicodedata.category(one) not in {"Zl", "Zp", "Cf", "Cn", "Co"} for one in text)


@given(text=texts.filter(is_plain), parser=PARSERS)
@fixed_folder
def test_single_quoted_text_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, parser: Opener
) -> None:
    written = text.replace("${", "$${")
    value, rules = read_value(tmp_path, f"a: {single_quoted(written)}\n".encode(), parser, monkeypatch)
    assert (value, rules) == ({"a": text}, [])


json_keys = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=8)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | texts.filter(lambda text: "$" not in text),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(json_keys, inner, max_size=4),
    max_leaves=12,
)


def as_yaml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{double_quoted(key)}: {as_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    return double_quoted(value) if isinstance(value, str) else json.dumps(value)


@given(value=st.dictionaries(json_keys, json_values, min_size=1, max_size=4), parser=PARSERS)
@fixed_folder
def test_plain_json_values_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Any, parser: Opener
) -> None:
    found, rules = read_value(tmp_path, as_yaml(value).encode(), parser, monkeypatch)
    assert (found, rules) == (value, [])


TOKENS = (
    *("a", "b", "key", "x y", "0", "12", "1.5", "true", "null", "~", "é", "\u00a0", "\U0001f600"),
    *(": ", ":", "-", "- ", "? ", "?", ",", ", ", "[", "]", "{", "}", "#", " #", "&a ", "*a ", "!", "!!str "),
    *("\n", "\n ", "\n  ", "\n    ", "\r\n", "\r", " ", "'", '"', "''", "|", "|-", "|2", "|+", ">", "> "),
    *(
        "\\",
        "\\n",
        "\\x41",
        "\\u0041",
        "\\q",
        "\\uD800",
        "\\UFFFFFFFF",
        "%",
        "@",
        "`",
        "<<",
        "---",
        "...",
        "=",
    ),
)


@given(tokens=st.lists(st.sampled_from(TOKENS), max_size=14))
@settings(fixed_folder, max_examples=300)
def test_both_parsers_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tokens: list[str]
) -> None:
    raw = "".join(tokens).encode()
    fast, fast_rules = read_value(tmp_path, raw, events.open_fast, monkeypatch)
    pure, pure_rules = read_value(tmp_path, raw, events.open_pure, monkeypatch)
    assert bool(fast_rules) == bool(pure_rules)
    if not fast_rules:
        assert fast == pure


def load_bytes(folder: Path, raw: bytes) -> None:
    """Read `raw`; any other error than this one fails the test."""
    (folder / "idpctl.yaml").write_bytes(raw)
    problems: tuple[Problem, ...] = ()
    try:
        load([Path("idpctl.yaml")], root=folder, environ={"IDPCTL_VAR_X": "y"})
    except InvalidInputError as error:
        problems = error.problems or (Problem(rule="none", severity=Severity.ERROR, message=""),)
    assert all(one.source is not None and one.source.line > 0 and one.message for one in problems)


@given(raw=st.binary(max_size=200))
@fixed_folder
def test_no_bytes_make_it_fail(tmp_path: Path, raw: bytes) -> None:
    load_bytes(tmp_path, raw)


WORDS = (
    *("version: 1\n", "owner: a\n", "providers:\n", "providers: {}\n", "defaults:\n", "include: [x.yaml]\n"),
    *(
        "registry:\n",
        "guards:\n",
        "moved:\n",
        "  a:\n",
        "    name: b\n",
        "    type: okta\n",
        "  - {from: a, to: b}\n",
    ),
    *(
        "    lifecycle: {protect: true}\n",
        "    suppress: {DSC-09: x}\n",
        "    properties: {a: 1.5}\n",
        "  driver: x\n",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "*a",
        "&a ",
        "\n",
        " ",
        "${IDPCTL_VAR_X}",
        "${",
        "12",
        "null",
        "token: x\n",
    ),
)


@given(words=st.lists(st.sampled_from(WORDS), max_size=12))
@settings(fixed_folder, max_examples=300)
def test_no_arrangement_of_its_words_makes_it_fail(tmp_path: Path, words: list[str]) -> None:
    load_bytes(tmp_path, "".join(words).encode())


FIELDS = {
    "name": "x",
    "type": "okta",
    "allowed_token_audience": "a",
    "well_known_url": "https://x.example.com/.well-known/openid-configuration",
    "description": "d",
    "enabled": "false",
    "lifecycle": "{protect: true, replace: delete_first}",
}


@given(
    order=st.permutations(sorted(FIELDS)), blocks=st.permutations(["version: 1", "owner: o", "guards: {}"])
)
@fixed_folder
def test_the_order_of_keys_does_not_matter(tmp_path: Path, order: list[str], blocks: list[str]) -> None:
    lines = [*blocks, "providers:", "  one:", *(f"    {name}: {FIELDS[name]}" for name in order)]
    (tmp_path / "idpctl.yaml").write_text("\n".join(lines))
    found = load([Path("idpctl.yaml")], root=tmp_path, environ={})
    provider = found.providers[0]
    assert (provider.name, provider.enabled, provider.description) == ("x", False, "d")
    assert provider.lifecycle.protect
    assert provider.at("name").line == lines.index("    name: x") + 1
