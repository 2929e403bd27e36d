"""What the reader of YAML refuses, and where: the same with both parsers."""

from __future__ import annotations

import pytest

from idpctl.config import builder
from idpctl.errors import InvalidInputError
from tests.config.house import GOOD, HEAD, House

pytestmark = pytest.mark.usefixtures("parser")

REFUSED = [
    # (what is added behind a good file, whose last line is 8; places and rules)
    ("broken flow", "    properties: {a: [1}\n", ["9:23 YML-01"]),
    ("unclosed bracket", "    properties: [1,\n", ["10:1 YML-01"]),
    ("unclosed quote", '    description: "x\n', ["10:1 YML-01"]),
    ("text behind a quote", "    description: 'x' y\n", ["9:22 YML-01"]),
    ("colon in plain text", "    description: a: b\n", ["9:19 YML-01"]),
    ("reserved character", "    description: @x\n", ["9:18 YML-01"]),
    ("unknown escape", '    description: "\\q"\n', ["9:19 YML-01"]),
    ("half of a surrogate pair", '    description: "\\n\\\\\\ud83d"\n', ["9:25 YML-01"]),
    ("beyond Unicode", '    description: "\\UFFFFFFFF"\n', ["9:21 YML-01"]),
    ("comment in the header of a block", "    description: |#c\n      x\n", ["9:19 YML-01"]),
    ("outdented key", "   enabled: true\n", ["9:4 YML-01"]),
    ("duplicate key", "    type: okta\n", ["9:5 CFG-03"]),
    ("duplicate key, quoted", '    "type": okta\n', ["9:5 CFG-03"]),
    ("merge key", "    <<: {enabled: true}\n", ["9:5 YML-11"]),
    ("number as key", "    12: x\n", ["9:5 YML-12"]),
    ("large number as key", f"    {'9' * 30}: x\n", ["9:5 YML-12"]),
    ("boolean as key", "    true: x\n", ["9:5 YML-12"]),
    ("null as key", "    ~: x\n", ["9:5 YML-12"]),
    ("empty key", "    ? \n    : x\n", ["9:6 YML-12"]),
    ("fraction as key", "    1.5: x\n", ["9:5 YML-12"]),
    ("list as key", "    ? [a]\n    : x\n", ["9:7 YML-12"]),
    ("mapping as key", "    ? {a: b}\n    : {c: [d]}\n", ["9:7 YML-12"]),
    ("tagged key", "    !!str enabled: true\n", ["9:5 YML-10"]),
    ("anchored key", "    &k enabled: true\n", ["9:5 YML-13"]),
    ("control character in a key", '    properties: {"a\\nb": c}\n', ["9:18 YML-05"]),
    ("invisible character in a key", '    properties: {"a\\u200bb": c}\n', ["9:18 YML-05"]),
    ("tagged text", "    description: !!str x\n", ["9:18 YML-10"]),
    (
        "tag that constructs",
        "    description: !!python/object/apply:os.system [ls]\n",
        ["9:5 CFG-22", "9:18 YML-10"],
    ),
    ("tagged mapping", "    properties: !x {a: b}\n", ["9:17 YML-10"]),
    ("tagged list", "    properties: {a: !x [b]}\n", ["9:21 YML-10"]),
    ("tag without name", "    description: ! x\n", ["9:18 YML-10"]),
    ("unknown alias", "    description: *x\n", ["9:18 YML-13"]),
    ("alias inside what it repeats", "    properties: &p {a: *p}\n", ["9:24 YML-13"]),
    ("alias as key", "    properties: {a: &x b, *x : c}\n", ["9:27 YML-12"]),
    ("5,000 digits", f"    properties: {{a: {'1' * 5000}}}\n", ["9:21 YML-14"]),
    ("beyond exact numbers", "    properties: {a: 9007199254740992}\n", ["9:21 YML-14"]),
    ("beyond exact numbers, negative", "    properties: {a: -9007199254740992}\n", ["9:21 YML-14"]),
    ("second document", "---\nversion: 1\n", ["9:1 YML-08"]),
    ("second document after an end", "...\nversion: 1\n", ["10:1 YML-01"]),
    ("indented by TAB", "\tenabled: true\n", ["9:1 YML-06"]),
    ("TAB behind a colon", "    enabled:\ttrue\n", ["9:13 YML-06"]),
    ("TAB in a comment", "# a\tb\n", ["9:4 YML-06"]),
    ("NUL", "    description: a\0b\n", ["9:19 YML-05"]),
    ("escape character", "    description: a\x1b[31mb\n", ["9:19 YML-05"]),
    ("NEL", "    description: a\x85b\n", ["9:19 YML-05"]),
    ("line separator", "    description: a\u2028b\n", ["9:19 YML-05"]),
    ("bidirectional override in a comment", "# a\u202eb\n", ["9:4 YML-05"]),
    ("byte order mark inside", "    description: a\ufeffb\n", ["9:19 YML-05"]),
    ("several kinds", "# a\u202eb\n\tx\n", ["9:4 YML-05", "10:1 YML-06"]),
    ("directive inside quotes", '    description: "a\n%TAG"\n', ["10:1 YML-09"]),
]


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refused_at_its_place(house: House, text: str, expected: list[str]) -> None:
    assert house.found(GOOD + text) == [f"idpctl.yaml:{place}" for place in expected]


WHOLE = [
    ("empty", b"", "1:1 YML-15"),
    ("comments alone", b"# nothing\n", "1:1 YML-15"),
    ("null", b"---\n~\n", "1:1 YML-15"),
    ("directive", b"%YAML 1.1\n---\nversion: 1\n", "1:1 YML-09"),
    ("many directives", b"%TAG !a! b\n" * 100_000, "1:1 YML-09"),
    ("latin-1", b"version: 1\nowner: caf\xe9\n", "2:11 YML-04"),
    ("latin-1 behind a byte order mark", b"\xef\xbb\xbfa: \xe9", "1:4 YML-04"),
    ("surrogate as UTF-8", b"a: \xed\xa0\x80", "1:4 YML-04"),
    ("UTF-16 with a mark", "version: 1".encode("utf-16"), "1:1 YML-04"),
    ("UTF-16, big-endian", b"\xfe\xff" + "version: 1".encode("utf-16-be"), "1:1 YML-04"),
    ("UTF-16 without a mark", "a: 1".encode("utf-16-le"), "1:2 YML-05"),
    ("UTF-32", "version: 1".encode("utf-32"), "1:1 YML-04"),
    ("51 block levels", b"\n".join(b" " * level + b"a:" for level in range(52)), "51:51 YML-07"),
    ("more than 16 MiB", b"#" * (16 * 1024 * 1024 + 1), "1:1 YML-03"),
    ("a list", b"- version: 1\n", "1:1 CFG-22"),
    ("text", b"version", "1:1 CFG-22"),
]


@pytest.mark.parametrize(("raw", "expected"), [case[1:] for case in WHOLE], ids=[case[0] for case in WHOLE])
def test_refused_as_a_whole(house: House, raw: bytes, expected: str) -> None:
    assert house.found(raw) == [f"idpctl.yaml:{expected}"]


def test_thirty_thousand_brackets_are_too_deep_wherever_the_parser_notices(house: House) -> None:
    # libyaml reads a line ahead; from 0.2.6 on it has a limit of its own at 1,000.
    (found,) = house.found(b"[" * 30_000)
    assert found in {"idpctl.yaml:1:51 YML-07", "idpctl.yaml:1:1001 YML-07"}


def test_fifty_levels_are_allowed_and_one_more_is_not(house: House) -> None:
    deep = GOOD + "    properties: {a: " + "[" * 46 + "]" * 46 + "}\n"  # four levels hold it
    assert house.load(deep).providers[0].properties
    assert house.found(deep.replace("[]", "[[]]")) == ["idpctl.yaml:9:67 YML-07"]


@pytest.mark.parametrize("text", ["[1, 2, 3, 4]", "{a: 1, b: 2, c: 3}", "[[], [], [], []]", "[{a: b}, {}]"])
def test_values_are_counted(house: House, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(builder, "MOST_NODES", 3)
    assert [problem.rule for problem in house.problems(text)] == ["YML-03"]


def test_a_byte_order_mark_at_the_beginning_is_no_part_of_the_text(house: House) -> None:
    assert house.load(b"\xef\xbb\xbf" + GOOD.encode()).owner == "acme/prod"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(house: House, end: str) -> None:
    text = (GOOD + "    nmae: x\n").replace("\n", end)
    assert house.found(text) == ["idpctl.yaml:9:5 CFG-20"]


def test_all_problems_of_a_file_are_told(house: House) -> None:
    text = HEAD + "providers:\n  a: {name: 1, type: okta, type: okta}\n  b: {<<: {}, name: !!str x, 3: y}\n"
    assert house.found(text) == [
        "idpctl.yaml:4:3 CFG-21",
        "idpctl.yaml:4:3 CFG-21",
        "idpctl.yaml:4:13 CFG-02",
        "idpctl.yaml:4:28 CFG-03",
        "idpctl.yaml:5:3 CFG-21",
        "idpctl.yaml:5:3 CFG-21",
        "idpctl.yaml:5:3 CFG-21",
        "idpctl.yaml:5:7 YML-11",
        "idpctl.yaml:5:21 YML-10",
        "idpctl.yaml:5:30 YML-12",
    ]


def test_only_a_thousand_problems_are_kept(house: House) -> None:
    text = GOOD + "    properties: [" + "!x a," * 2000 + "]\n"
    assert len(house.problems(text)) == 1000
    with pytest.raises(InvalidInputError, match="1000 errors and more"):
        house.load(text)


MESSAGES = [
    ("    description: a: b\n", "a colon is not possible here", 'quote text that holds ": "'),
    ("    description: @x\n", '"@" cannot begin a value', "quote the value"),
    (
        "    description: 'x\n",
        "a quote is not closed (begun in line 9)",
        "close the quote that begins before",
    ),
    ("    properties: [\n", "a value is missing, or a bracket is not closed", None),
    ("    description: >0\n      a\n", None, "check"),
    ("    type: okta\n", 'the key "type" is written twice, first in line 6', "keep one of the two"),
    ("    true: x\n", "the key true is not text", "quote the key"),
    ("    properties: {a: 12345678901234567890}\n", "a number of 20 digits is too large", "quote it"),
]


@pytest.mark.parametrize(("text", "message", "hint"), MESSAGES)
def test_messages_say_what_to_do(house: House, text: str, message: str | None, hint: str | None) -> None:
    problem = house.only(GOOD + text)
    assert message is None or message in problem.message
    assert hint is None or hint in (problem.hint or "").lower()
