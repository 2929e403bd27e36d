"""The measures themselves, and the ones that are held."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.house import measures

if TYPE_CHECKING:
    from tests.house.measures import Function

# Every place that coverage leaves out, with its reason beside it in the code. This list only shrinks.
EXCLUDED: list[str] = []


def function(text: str) -> Function:
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    return node


def test_nothing_is_left_out_of_coverage_beyond_what_is_listed() -> None:
    assert [place.partition(":")[0] for place in measures.exclusions()] == EXCLUDED


def test_no_module_imports_itself_through_others() -> None:
    assert measures.cycles() == []


def test_every_function_is_typed() -> None:
    found = [pair for path in measures.sources(measures.PACKAGE) for pair in measures.functions(path)]
    assert [name for name, node in found if not measures.is_typed(node)] == []


def test_the_report_has_a_line_for_each_measure() -> None:
    names = [line.split()[0] for line in measures.report()]
    assert names == ["files", "functions", "nesting", "typed", "cycles", "tests", "exclusions"]


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("def f():\n  pass", 0),
        ("def f():\n  if a:\n    pass", 1),
        ("def f():\n  if a:\n    pass\n  elif b:\n    pass\n  else:\n    pass", 1),
        ("def f():\n  for a in b:\n    if a:\n      with c:\n        pass", 3),
        ("def f():\n  if a:\n    pass\n  else:\n    if b:\n      pass\n    c()", 2),
        ("def f():\n  if a:\n    def g():\n      if b:\n        pass", 1),
    ],
)
def test_nesting_counts_blocks_in_blocks(text: str, deep: int) -> None:
    assert measures.nesting(function(text)) == deep


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("def f():\n  a()\n  b()", 3),
        ("def f():\n  '''Say what.\n\n  At length.'''\n  a()", 2),
        ("def f(\n  a,\n  b,\n):\n  return a", 5),
    ],
)
def test_the_length_of_a_function_counts_its_signature_and_body(text: str, count: int) -> None:
    assert measures.length(function(text)) == count


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("def f(self, a: int) -> None: ...", True),
        ("def f(a) -> None: ...", False),
        ("def f(*, a) -> None: ...", False),
        ("def f(*a, **b: int) -> None: ...", False),
        ("def f(a: int): ...", False),
    ],
)
def test_a_function_is_typed_when_all_of_it_is(text: str, typed: bool) -> None:
    assert measures.is_typed(function(text)) is typed


def test_a_cycle_is_found_and_what_leads_to_it_is_not() -> None:
    assert measures.in_cycles({"a": ["b"], "b": ["c"], "c": ["b"], "d": []}) == ["b", "c"]
    assert measures.in_cycles({"a": ["b", "c"], "b": ["c"], "c": []}) == []
