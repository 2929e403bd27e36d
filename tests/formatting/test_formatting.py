"""The canonical form: tables of what becomes what, and properties over files with comments everywhere."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idpctl.config import events
from idpctl.errors import ExitCode, IdpctlError, InvalidInputError
from idpctl.formatting.run import Formatted, format_bytes
from idpctl.formatting.text import formatted
from tests.house.measures import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator

no_deadline = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def form(text: str | bytes) -> Formatted:
    return format_bytes(Path(), text.encode() if isinstance(text, str) else text, "file.yaml")


def after(text: str) -> str:
    """Return the canonical form of `text`, which is its own."""
    result = form(text).after
    again = form(result)
    assert again.after == result
    assert not again.changed
    return result


CASES = {
    name: tuple(rest.split("--->\n"))
    for name, _, rest in (
        case.partition("\n")
        for case in re.split(
            r"^=== ", Path(__file__).with_name("cases.txt").read_text(encoding="utf-8"), flags=re.MULTILINE
        )[1:]
    )
}


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("name", CASES)
def test_what_becomes_of(name: str) -> None:
    before, expected = CASES[name]
    assert after(before) == expected.rstrip("\n") + "\n"


def test_characters_that_cannot_be_seen_are_escaped() -> None:
    text = 'a: "\\u202e"\nb: "\\u00e9\\/"\nc: a\u00a0b\nd: |\n   \u00a0\ne: a\u200bb\n'
    expected = 'a: "\\u202e"\nb: é/\nc: "a\\xa0b"\nd: "\\xa0\\n"\ne: "a\\u200bb"\n'
    assert after(text) == expected


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test with each of the two parsers."""
    opener = events.open_fast if request.param == "libyaml" else events.open_pure
    monkeypatch.setattr(events, "open_events", opener)
    return str(request.param)


def test_a_folded_text_is_filled_to_one_width() -> None:
    lines = after(f"a: >\n  {'word ' * 59}word\nb: 1\n").splitlines()
    assert 3 < len(lines) < 7
    assert all(len(line) < 110 for line in lines)


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_become_lf_and_a_mark_of_the_byte_order_goes(ends: str) -> None:
    found = form(b"\xef\xbb\xbf" + f"a: |{ends}  x{ends}  y{ends}b: 1 # z{ends}".encode())
    assert found.after == "a: |\n  x\n  y\nb: 1 # z\n"
    assert found.changed


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: [", "YML-01"),
        ("a: 1\na: 2", "CFG-03"),
        ("a: !!str 1", "YML-10"),
        ("<<: {}", "YML-11"),
        ("a: *b", "YML-13"),
        ("a: \x00", "YML-05"),
        ("", "YML-15"),
        ("---\na: 1\n---\nb: 1", "YML-08"),
        ("[" * 100 + "]" * 100, "YML-07"),
        ("client_secret: canary", "CFG-27"),
        (
            "l0: &l0 [x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9)),
            "YML-13",
        ),
    ],
)
def test_what_our_reader_refuses_is_refused_with_its_words(text: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        form(text)
    assert {problem.rule for problem in refused.value.problems} == {rule}
    assert "canary" not in repr(refused.value.problems)
    assert all(problem.source and problem.source.file == "file.yaml" for problem in refused.value.problems)


def test_what_the_schema_and_the_rules_refuse_can_be_formatted() -> None:
    assert after("version: 7\nowner: [x]\nzzz: ${HOME}\nproviders: {a: {name: 1}}\n")


def test_an_alias_that_would_come_before_its_anchor_is_refused_and_nothing_is_returned() -> None:
    with pytest.raises(
        IdpctlError, match=r"file\.yaml cannot be formatted without changing what it says"
    ) as refused:
        form("providers:\n  a:\n    type: &x okta\n    name: *x\n")
    assert refused.value.exit_code is ExitCode.RUNTIME
    assert "no anchor" in refused.value.message
    assert "alias" in (refused.value.hint or "")


def test_an_alias_whose_anchor_is_written_twice_keeps_its_value_or_is_refused() -> None:
    with pytest.raises(IdpctlError, match="its values would be others"):
        form("version: 1\nmoved: [&x a]\nowner: &x b\nproviders: &x c\nguards: *x\n")


def test_a_comment_that_would_be_lost_is_never_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    # By its own name: where no test has imported it yet, the package does not know it.
    monkeypatch.setattr(import_module("idpctl.formatting.text"), "write", lambda _: "a: 1\n")
    with pytest.raises(IdpctlError, match="a comment would be lost"):
        form("a: 1 # x\n")


def test_without_the_extra_the_hint_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "idpctl.formatting.text", None)
    with pytest.raises(InvalidInputError, match=r"needs the package ruamel\.yaml") as refused:
        form("a: 1\n")
    assert refused.value.hint == "pip install 'idpctl[fmt]'"
    assert formatted


FOREIGN = REPOSITORY / "examples" / "ci"  # the files of other tools
SHIPPED = sorted(
    path
    for path in [*(REPOSITORY / "examples").rglob("*.yaml"), REPOSITORY / "idpctl/templates/idpctl.yaml"]
    if not path.is_relative_to(FOREIGN)
)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_what_is_shipped_is_canonical(path: Path) -> None:
    raw = path.read_bytes()
    assert format_bytes(Path(), raw, path.name).after == raw.decode()


# Files with comments in every place where one can stand: drawn as a tree, written without care.
WORDS = st.sampled_from(
    ["x", "NO", "010", "a b", "it's", "null", "1.10", "https://x.example/a#b", "é", "~", "${V}"]
)
PLAIN = st.sampled_from(["x", "NO", "010", "12", "true", "~", "a b", "https://x.example/", "2024-05-01"])
# No `name` and no `owner`: those must be one line.
NAMES = [
    "version",
    "include",
    "providers",
    "moved",
    "defaults",
    "guards",
    "description",
    "type",
    "issuer",
    "zz",
    "lifecycle",
]
SCALARS = st.one_of(
    PLAIN,
    WORDS.map(json.dumps),
    WORDS.map(lambda text: "'" + text.replace("'", "''") + "'"),
)
NOTE = st.sampled_from(["", "", "# note", "#note", "# a: b", "# 'x"])
LINES = st.lists(st.sampled_from(["", "# own", "#own", "# - x", "# {"]), max_size=2)


def members(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    entry = st.tuples(LINES, NOTE, inner)
    mapping = st.dictionaries(st.sampled_from(NAMES), entry, min_size=1, max_size=4)
    return st.tuples(st.just("map"), mapping) | st.tuples(
        st.just("seq"), st.lists(entry, min_size=1, max_size=3)
    )


FLOWS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda some: "[" + ", ".join(some) + "]")
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3).map(
            lambda some: "{" + ", ".join(f"{name}: {one}" for name, one in some.items()) + "}"
        )
    ),
    max_leaves=4,
)
BLOCKS = st.sampled_from(["|\n{}text\n{}  more", ">-\n{}text\n{}more"])
TREES = st.recursive(FLOWS | st.tuples(st.just("block"), BLOCKS), members, max_leaves=10)
ROOTS = st.dictionaries(st.sampled_from(NAMES), st.tuples(LINES, NOTE, TREES), min_size=1, max_size=5)


def lines_of(tree: Any, indent: int, step: int) -> Iterator[str]:
    kind, entries = tree
    pad = " " * indent
    pairs = entries.items() if kind == "map" else [("-", entry) for entry in entries]
    for name, (above, note, value) in pairs:
        yield from (
            pad + line.lstrip() if line.strip() and not line.startswith(" ") else line for line in above
        )
        lead = f"{pad}{name}{':' if kind == 'map' else ''}"
        behind = f"  {note}" if note else ""
        if isinstance(value, str):
            yield f"{lead} {value}{behind}"
        elif value[0] == "block":
            inner = " " * (indent + step)
            head, _, body = value[1].format(inner, inner).partition("\n")
            yield f"{lead} {head}{behind}\n{body}"
        else:
            yield lead + behind
            yield from lines_of(value, indent + step, step)


@pytest.mark.unmeasured
@given(root=ROOTS, step=st.integers(1, 5), foot=LINES)
@no_deadline
def test_values_and_comments_stay_and_the_form_is_its_own(root: Any, step: int, foot: list[str]) -> None:
    text = "\n".join([*lines_of(("map", root), 0, step), *foot]) + "\n"
    result = after(text)
    assert yaml_values(result) == yaml_values(text)
    assert comments_of(result) == comments_of(text)
    assert all(line == line.rstrip() for line in result.splitlines())
    assert "\n\n\n" not in result


def yaml_values(text: str) -> Any:
    """Return what the file holds as text alone, so that it does not matter how readers guess types."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it constructs nothing but text


def comments_of(text: str) -> list[str]:
    """Return the comments of a file of this strategy: in its values no `#` stands behind a space."""
    return sorted(re.findall(r"(?:^|(?<= ))#.*", text, re.MULTILINE))
