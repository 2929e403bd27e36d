"""python -m tests.house.measures: the measures of the code, to look at and not to game."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "idpctl"
TESTS = REPOSITORY / "tests"

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
_EXCLUSION = re.compile(r"#\s*pragma:\s*no (?:cover|branch)")


@dataclass(frozen=True, slots=True)
class Named:
    """A function and a figure of it."""

    name: str
    figure: int


def sources(root: Path) -> list[Path]:
    """Return the Python files below `root`."""
    return sorted(path for path in root.rglob("*.py") if "__pycache__" not in path.parts)


def lines(path: Path) -> int:
    """Return the lines of a file that are not blank."""
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def functions(path: Path) -> Iterator[tuple[str, Function]]:
    """Yield `file:line name` and tree of every function in a file."""
    place = path.relative_to(REPOSITORY)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield f"{place}:{node.lineno} {node.name}", node


def length(function: Function) -> int:
    """Return the lines of a function, decorators and docstring not counted."""
    end = function.end_lineno or function.lineno
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return end - function.lineno + 1 - docstring


def nesting(node: ast.AST) -> int:
    """Return how deep blocks stand in blocks; an elif is no deeper than its if."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        own = isinstance(child, _BLOCKS) and not chained
        deepest = max(deepest, nesting(child) + own)
    return deepest


def is_typed(function: Function) -> bool:
    """Say whether every parameter (but self and cls) and the result have a type."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    taken = [one for one in named if one is not None and one.arg not in {"self", "cls"}]
    return all(one.annotation is not None for one in taken) and function.returns is not None


def exclusions(root: Path = PACKAGE) -> list[str]:
    """Return the places that coverage is told to leave out."""
    return [
        f"{path.relative_to(REPOSITORY)}:{number}"
        for path in sources(root)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _EXCLUSION.search(line)
    ]


def cycles() -> list[str]:
    """Return the modules that stand in an import cycle; imports for type checking do not count."""
    import grimp

    graph = grimp.build_graph("idpctl", exclude_type_checking_imports=True, cache_dir=None)
    return in_cycles({module: graph.find_modules_directly_imported_by(module) for module in graph.modules})


def in_cycles(imports: Mapping[str, Iterable[str]]) -> list[str]:
    """Return what is left once all that imports nothing, or is imported by nothing, is taken away."""
    left = {module: set(targets) for module, targets in imports.items()}
    while True:
        imported = {target for targets in left.values() for target in targets}
        gone = {module for module, targets in left.items() if not targets or module not in imported}
        if not gone:
            return sorted(left)
        left = {module: targets - gone for module, targets in left.items() if module not in gone}


def report() -> Iterator[str]:
    """Yield a line for each measure, with the place of the largest."""
    files = [Named(str(path.relative_to(REPOSITORY)), lines(path)) for path in sources(PACKAGE)]
    full = [file for file in files if file.figure]
    largest = max(full, key=_figure)
    middle = median(map(_figure, full))
    yield f"files       {len(full)}, median {middle:.0f} lines, largest {largest.figure} ({largest.name})"
    found = [pair for path in sources(PACKAGE) for pair in functions(path)]
    lengths = [Named(name, length(node)) for name, node in found]
    longest = max(lengths, key=_figure)
    tenth = quantiles(map(_figure, lengths), n=10)[-1]
    yield f"functions   {len(found)}, p90 {tenth:.0f} lines, longest {longest.figure} ({longest.name})"
    deepest = max((Named(name, nesting(node)) for name, node in found), key=_figure)
    yield f"nesting     {deepest.figure} at most ({deepest.name})"
    untyped = [name for name, node in found if not is_typed(node)]
    share = 100 * (1 - len(untyped) / len(found))
    yield f"typed       {share:.1f} %{''.join(f', not {name}' for name in untyped)}"
    yield f"cycles      {', '.join(cycles()) or 'none'}"
    code, tests = (sum(map(lines, sources(root))) for root in (PACKAGE, TESTS))
    yield f"tests       {tests / code:.2f} lines per line of code ({tests} to {code})"
    left_out = exclusions()
    yield f"exclusions  {len(left_out)} from coverage{''.join(f', {place}' for place in left_out)}"


def _figure(named: Named) -> int:
    return named.figure


if __name__ == "__main__":
    print("\n".join(report()))
