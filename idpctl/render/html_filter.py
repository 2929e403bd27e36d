"""A choice of what is shown, without a script: radio buttons, and rules of CSS that look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.render.html_markup import join, lines, own, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idpctl.render.html_markup import Html

_HIDDEN = "Not everything is shown: the filter hides a part."


def choice(legend: str, counts: Mapping[str, tuple[str, int]]) -> Html:
    """Return a group of radio buttons: `counts` maps a class of `style.CLASSES` to its label and count.

    With fewer than two classes there is nothing to choose.
    """
    if len(counts) < 2:  # noqa: PLR2004 - one choice is none
        return join([])
    total = sum(count for _, count in counts.values())
    options = [_option("all", "All", total), *(_option(kind, *shown) for kind, shown in counts.items())]
    group = tag("fieldset", tag("legend", own(legend)), lines(options), class_="filter")
    return join([group, tag("p", own(_HIDDEN), class_="hiding", role="status")])


def _option(kind: str, label: str, count: int) -> Html:
    checked = {"checked": ""} if kind == "all" else {}
    identity = f"show-{kind}"
    # Browsers keep what was chosen over a reload, unless they are told not to.
    button = tag("input", type="radio", name="show", id=identity, autocomplete="off", **checked)
    return tag("span", button, tag("label", own(f"{label} "), tag("small", own(f"{count:,}")), for_=identity))


def rules(kinds: Iterable[str]) -> str:
    """Return the CSS that hides whatever is `filtered` and not of the kind that was chosen."""
    hidden = ",".join(f":root:has(#show-{kind}:checked) .filtered:not(.{kind})" for kind in kinds)
    return f"{hidden}{{display:none}}\n"
