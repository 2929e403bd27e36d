"""What is rendered, as a value: the same one goes to every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import ExitCode
from idpctl.value import replace, value

if TYPE_CHECKING:
    from idpctl.drift.model import DriftReport
    from idpctl.errors import IdpctlError, Source
    from idpctl.plan import Plan
    from idpctl.render.outcome import Applied, Checked, Discovered, Effective, Listed, Renewed, Validated

    Outcome = (
        Applied | Validated | Discovered | Checked | Effective | Listed | Renewed | DriftReport | IdpctlError
    )
    Subject = Plan | Outcome


@value
class View:
    """A result and how it is shown.

    `exit_code` is that of the run; formats for machines hold it. `color` asks for a terminal's
    escape sequences, `verbose` for suppressed checks, notes and unchanged fields. `base` is the
    directory that the run worked in, as it was given: formats that point into a repository begin there.
    """

    subject: Subject
    exit_code: ExitCode = ExitCode.DONE
    color: bool = False
    verbose: bool = False
    base: str = "."

    def place(self, source: Source | None) -> Source | None:
        """Return `source` with its file as it is named where the run was started."""
        if source is None or not source.file:
            return source
        from posixpath import join, normpath

        return replace(source, file=normpath(join(self.base, source.file)))
