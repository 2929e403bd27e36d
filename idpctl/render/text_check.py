"""An examination of providers or of a token, as text: what a person wants to know at three in the morning."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from idpctl.checkup.model import State, Verdict
from idpctl.render.contrast import contrast
from idpctl.render.problems import hidden, problem_lines
from idpctl.render.safe import quoted, sentence, word
from idpctl.text import LIMIT, first_difference, hide_userinfo, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.checkup.model import Difference, Examined, Step
    from idpctl.render.outcome import Checked
    from idpctl.render.style import Palette

_BESIDE = " " * 13
_STATE, _NAME = 12, 13  # columns
_GOOD = frozenset({Verdict.USABLE, Verdict.ACCEPTED})
_WARNED = frozenset({Verdict.WARNED, Verdict.ACCEPTED_WARNED})


def checked_lines(outcome: Checked, colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield a block for each provider, or for the token; the last line says what it comes to."""
    for one in outcome.examined:
        yield f"{colors.bold}{title(one)}{colors.reset}: {_colored(one.verdict, colors)}"
        if one.claims:
            yield "  " + "  ".join(f"{name} {_claim(name, text)}" for name, text in one.claims.items())
        for step in one.steps:
            yield from step_lines(step, colors, verbose=verbose)
        yield ""
    yield from problem_lines(outcome.general, colors, verbose=verbose)
    if not verbose and hidden(outcome.problems):
        yield "  notes and suppressed findings are shown with -v"
    yield f"idpctl: {summary(outcome)}"


def title(examined: Examined) -> str:
    """Return what is examined; of a token, before which provider."""
    name = word(examined.key or examined.name) if examined.key or examined.name else "no provider"
    return name if examined.claims is None else f"token for {name}"


def summary(outcome: Checked) -> str:
    """Return what it comes to: of a token the first check that failed, of providers how many there are."""
    counts = Counter(one.verdict for one in outcome.examined)
    if any(one.claims is not None for one in outcome.examined):
        (token,) = outcome.examined
        failed = token.failed
        return str(token.verdict) if failed is None else f"{token.verdict}: {failed.name} ({_rule(failed)})"
    return (
        ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]) or "no providers"
    )


def _rule(step: Step) -> str:
    return next(word(problem.rule) for problem in step.problems if problem.blocks)


def _colored(verdict: Verdict, colors: Palette) -> str:
    color = colors.green if verdict in _GOOD else colors.yellow if verdict in _WARNED else colors.red
    return f"{color}{verdict}{colors.reset}"


def _claim(name: str, text: str) -> str:
    return text if name == "exp" else quoted(text)


def step_lines(step: Step, colors: Palette, *, verbose: bool) -> Iterator[str]:
    """Yield the line of a step, and what it found."""
    yield f"  {_state(step.state, colors)} {step.name:<{_NAME}}  {sentence(step.detail)}".rstrip()
    for line in problem_lines(step.problems, colors, verbose=verbose):
        yield f"  {line}"
    if step.difference is not None:
        yield from difference_lines(step.difference)


def _state(state: State, colors: Palette) -> str:
    color = {State.PASSED: colors.green, State.WARNING: colors.yellow, State.FAILED: colors.red}.get(
        state, ""
    )
    return f"{color}{state}{colors.reset if color else ''}{' ' * (_STATE - len(state))}"


def difference_lines(difference: Difference) -> Iterator[str]:
    """Yield both texts, one above the other, and a caret under the first character that differs."""
    above, below, pointer = contrast(difference.token, difference.registered, point=True)
    yield f"{_BESIDE}in the token  {above}"
    yield f"{_BESIDE}registered    {below}"
    pointer = pointer or _caret(hide_userinfo(difference.token), hide_userinfo(difference.registered))
    if pointer:
        yield f"{_BESIDE}{' ' * len('registered    ')}{pointer}"


def _caret(left: str, right: str) -> str:
    """Return a caret for texts that nobody takes for each other, where both are shown whole."""
    if left == right or len(left) > LIMIT or len(right) > LIMIT:
        return ""
    return " " * (len(quote(right[: first_difference(left, right)], None)) - 1) + "^"
