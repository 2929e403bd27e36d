"""How a scalar is written: without quotes where they are not needed, and with them where readers differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.plain import can_be_plain, is_mistakable
from idpctl.config.scalars import resolve

if TYPE_CHECKING:
    from idpctl.formatting.tree import Node

PLAIN, SINGLE, DOUBLE = "", "'", '"'


def restyled(node: Node, *, flow: bool) -> tuple[str, str]:
    """Return text and style of a scalar; `flow` says that it stands between brackets or braces."""
    text, style = node.value, node.style
    if style in {"|", ">"}:
        return text, style if _fits_block(text) and not (style == ">" and " \n" in text) else DOUBLE
    if style:
        return text, PLAIN if can_be_plain(text, flow=flow) else _quotes(text, style)
    if not text:
        return "null", PLAIN
    if not isinstance(resolve(text), str):
        return text, PLAIN
    return text, DOUBLE if is_mistakable(text) or not text.isprintable() else PLAIN


def _quotes(text: str, style: str) -> str:
    return style if text.isprintable() else DOUBLE


def _fits_block(text: str) -> bool:
    """Say whether every line can be seen, and none of them is blank at the end of the block."""
    return bool(text.strip("\n")) and not text.endswith("\n\n") and text.replace("\n", "").isprintable()
