"""What can go wrong with a report of drift itself."""

from __future__ import annotations

from idpctl.errors import Severity
from idpctl.rules.base import Rule

NOT_TOLD = Rule(
    id="DRF-01",
    severity=Severity.ERROR,
    title="The notification could not be delivered",
    hint="The next run tries again, for the report remembers what was told; look whether the receiver is up.",
    source="what was not told is not forgotten",
    suppressible=False,
)
BAD_REPORT = Rule(
    id="DRF-02",
    severity=Severity.ERROR,
    title="The last report is none that can be compared with",
    hint="look at the file, then remove it: without it a run cannot tell what appeared since",
    source="RFC 8259; the schema of reports: idpctl schema drift",
    suppressible=False,
)
RULES = {rule.id: rule for rule in (NOT_TOLD, BAD_REPORT)}
