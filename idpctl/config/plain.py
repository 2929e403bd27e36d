"""When text can stand in YAML without quotes and be taken for nothing but that text, by any reader."""

from __future__ import annotations

import re

# YAML 1.1 still has readers, to which `NO`, `010`, `1_000`, `12:30:45` and dates are no text.
_WORDS = frozenset({"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"})
_NUMBER = re.compile(
    r"[-+]?\.?[0-9][0-9_,.:]*(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)"
    r"|[-+]?\.(?:inf|nan)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?",
    re.IGNORECASE | re.DOTALL,
)
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"
_FLOW_INDICATORS = frozenset(",[]{}:?")


def is_mistakable(text: str) -> bool:
    """Say whether some reader of YAML takes `text`, without quotes, for anything but text."""
    return text.lower() in _WORDS or _NUMBER.fullmatch(text) is not None


def can_be_plain(text: str, *, flow: bool = False) -> bool:
    """Say whether `text` needs no quotes; `flow` says that it stands between brackets or braces."""
    if is_mistakable(text) or not text.isprintable() or text[0] in _INDICATORS or text != text.strip(" "):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    return not flow or _FLOW_INDICATORS.isdisjoint(text)
