"""The tables that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.bench.process import Usage
    from tests.bench.results import Results, Row


def text(results: Results) -> str:
    """Return all tables; times in seconds, memory in MiB."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    machine = results.machine()
    yield (
        f"{machine['cpus']} CPUs, {machine['system']}, Python {machine['python']}, "
        f"terraform {machine['terraform'] or 'not on the PATH'}; medians: seconds of wall (CPU), MiB at peak"
    )
    yield ""
    yield from table(
        ("case", "N", "idpctl", "peak", "terraform", "peak", "ratio", "target"), map(_row, results.rows)
    )
    yield from _growth(results)
    yield from _stages(results)
    yield from _discoveries(results)


def _row(row: Row) -> tuple[str, ...]:
    ratio = row.ratio
    size = f"{row.size:,}" if row.size else ""
    return (row.name, size, *_usage(row.ours), *_usage(row.theirs), _number(ratio), _held(ratio, row.target))


def _usage(usage: Usage | None) -> tuple[str, str]:
    if usage is None:
        return "", ""
    return f"{usage.wall:.3f} ({usage.cpu:.3f})", f"{usage.peak:.0f}"


def _number(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"


def _held(figure: float | None, target: targets.Target | None) -> str:
    if figure is None or target is None:
        return ""
    return f"{target.verdict(figure)} (<= {target.reach:g}, beyond {target.beyond:g})"


def _growth(results: Results) -> Iterator[str]:
    lines = [(name, f"{figure:.2f} x", _held(figure, targets.GROWTH)) for name, figure in results.growth()]
    peaks = [
        (f"peak of {row.name}", f"{row.ours.peak:.0f} MiB", _held(row.ours.peak, targets.PEAK.get(row.size)))
        for row in results.rows
        if row.size in targets.PEAK
    ]
    if lines or peaks:
        yield ""
        yield from table(("10,000 providers", "figure", "target"), [*lines, *peaks])


def _stages(results: Results) -> Iterator[str]:
    if not results.stages:
        return
    names = list(dict.fromkeys(name for stages in results.stages.values() for name in stages))
    yield ""
    yield from table(
        ("stage of a plan, ms", *(f"N = {size:,}" for size in results.stages)),
        ((name, *(f"{1000 * each.get(name, 0):.1f}" for each in results.stages.values())) for name in names),
    )


def _discoveries(results: Results) -> Iterator[str]:
    if not results.discoveries:
        return
    yield ""
    yield from table(
        ("discovery for", "hosts", "idpctl", "peak", "ideal", "over", "target"),
        (
            (
                one.command,
                f"{one.hosts:,}",
                *_usage(one.usage),
                _number(one.ideal),
                _number(one.over),
                _held(one.over, targets.OVER_IDEAL.get(one.hosts)),
            )
            for one in results.discoveries
        ),
    )


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return aligned lines: the first column to the left, the others to the right, the last as it is."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return [_line(line, widths) for line in lines]


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *middle = zip(cells, widths, strict=True)
    last = middle.pop()
    parts = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in middle), last[0]]
    return "  ".join(parts).rstrip()
