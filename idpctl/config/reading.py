"""The state of reading one file: where problems go, and what was noticed on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.report import StopReadingError
from idpctl.config.secrets import FORMS_BEGIN
from idpctl.errors import Source

if TYPE_CHECKING:
    from typing import Never

    from idpctl.config.events import Mark
    from idpctl.config.files import TextFile
    from idpctl.config.report import Report


class Reading:
    """One file that is being read.

    `suspect` says that its values have to be looked through for what no parser refuses (`inspect`):
    secrets, fractions, characters that are written as escapes or come from variables.
    """

    __slots__ = ("file", "report", "suspect")

    def __init__(self, file: TextFile, report: Report) -> None:
        self.file = file
        self.report = report
        self.suspect = not file.text.isascii() or any(token in file.text for token in ("\\", *FORMS_BEGIN))

    def note(self, rule: str, message: str, mark: Mark, hint: str | None = None) -> None:
        """Report a problem at `mark`; stop where there are more than anyone reads."""
        self.report.add(rule, message, source(self.file.shown, mark), hint=hint)
        if self.report.full:
            raise StopReadingError

    def refuse_empty(self, message: str) -> Never:
        """Report that the whole file holds nothing."""
        self.report.add("YML-15", message, Source(file=self.file.shown, line=1))
        raise StopReadingError

    def stop(self, rule: str, message: str, mark: Mark) -> Never:
        """Report a problem at `mark` after which the rest of the file means nothing."""
        self.note(rule, message, mark)
        raise StopReadingError


def source(shown: str, mark: Mark) -> Source:
    """Return the place of `mark`, counted from 1."""
    return Source(file=shown, line=mark.line + 1, column=mark.column + 1)
