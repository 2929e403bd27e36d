"""PyYAML's own parser, for where libyaml is missing: slow, and as strict as libyaml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from yaml.error import Mark
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError

if TYPE_CHECKING:
    from typing import Never

    from idpctl.config.events import Event

_ESCAPES = re.compile(r"\\(?:u(?P<short>[0-9A-Fa-f]{4})|U(?P<long>[0-9A-Fa-f]{8})|.)", re.DOTALL)

_SURROGATES = range(0xD800, 0xE000)


class PureParser(Reader, Scanner, Parser):
    """Parses `text`; escapes that give no character are refused where they stand, as by libyaml."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        self._text = text

    def next_event(self) -> Event:
        """Return the next event; raise ScannerError or another YAMLError."""
        parser: Any = self
        try:
            event = parser.get_event()
        except (ValueError, OverflowError):  # chr() of \\UFFFFFFFF
            self._refuse(parser.get_mark().index)
        try:
            getattr(event, "value", "").encode()
        except UnicodeEncodeError:
            self._refuse(self._first_surrogate(event.start_mark.index))
        return cast("Event", event)

    def _first_surrogate(self, begin: int) -> int:
        """Return the index of the digits of the first escape behind `begin` that is half of a pair."""
        codes = ((match, match["short"] or match["long"]) for match in _ESCAPES.finditer(self._text, begin))
        return next(match.start() + 2 for match, code in codes if code and int(code, 16) in _SURROGATES)

    def _refuse(self, index: int) -> Never:
        mark = Mark("", index, 0, 0, None, 0)
        raise ScannerError(None, None, "found invalid Unicode escape", mark)
