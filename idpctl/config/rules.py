"""The rules of reading: what a configuration file must be before its providers can be judged.

CFG-02 and CFG-03 are reported from here too, and stand in the catalogue of the checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Severity
from idpctl.rules.base import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

# id, title, hint, source; all are errors.
_ERRORS = (
    (
        "YML-01",
        "The file is not YAML",
        "Check indentation, quotes and colons at this place.",
        "YAML 1.2.2",
    ),
    (
        "YML-02",
        "The file cannot be read",
        "Give a regular file that this user may read.",
        "Devices, pipes and folders are no configuration, and opening some of them would block",
    ),
    (
        "YML-03",
        "The file is too large",
        "Split the providers over several files with `include`.",
        "A file holds 16 MiB and a million values at most",
    ),
    (
        "YML-04",
        "The file is not UTF-8",
        "Save the file as UTF-8.",
        "YAML 1.2.2 section 5.2; RFC 3629",
    ),
    (
        "YML-05",
        "A control, invisible or bidirectional character",
        "Remove it: what reviewers see must be what is read.",
        "YAML 1.2.2 section 5.1; Unicode TR 36; CVE-2021-42574",
    ),
    (
        "YML-06",
        "A TAB character",
        'Use spaces; inside double quotes write "\\t".',
        "YAML 1.2.2 section 6.1: tabs must not indent",
    ),
    (
        "YML-07",
        "The nesting is too deep",
        "A configuration needs no more than a few levels; 50 are allowed.",
        "Deep nesting exhausts the stack of whoever reads it",
    ),
    (
        "YML-08",
        "Several documents in one file",
        "Keep one document a file, and name the files with `include` or -f.",
        "YAML 1.2.2 section 9.2",
    ),
    (
        "YML-09",
        "A directive",
        "Remove the line: files are read by YAML 1.2, and tags are not used.",
        "YAML 1.2.2 section 6.8",
    ),
    (
        "YML-10",
        "A tag",
        "Remove it; quote a value that shall be text.",
        "YAML 1.2.2 section 6.9.1: tags choose types, and may construct objects elsewhere",
    ),
    (
        "YML-11",
        "A merge key",
        "Use `defaults` for what providers share; YAML 1.2 has no merge key.",
        "YAML 1.2.2; the merge key belongs to a draft for YAML 1.1",
    ),
    (
        "YML-12",
        "A key that is not text",
        "Quote the key.",
        "RFC 8259 section 4: names of members are strings",
    ),
    (
        "YML-13",
        "An alias that is unknown, endless or too large",
        "Write the value out, or use `defaults` for what providers share.",
        "YAML 1.2.2 section 7.1; aliases expand to 10,000 values a file at most",
    ),
    (
        "YML-14",
        "A number that other programs would not read exactly",
        "Write it as text: quote it.",
        "RFC 8259 section 6; RFC 7493 section 2.2",
    ),
    (
        "YML-15",
        "An empty file",
        "Write `version`, `owner` and `providers`; or take the file from the command.",
        "Absent is not empty: an emptied file must not delete providers",
    ),
    (
        "CFG-20",
        "An unknown key",
        "Check the spelling; `idpctl schema config` lists all keys.",
        "schemas/config.schema.json; an unknown key is a setting that would not apply",
    ),
    (
        "CFG-21",
        "A key is missing",
        "Write it in the file, in `defaults` or in another layer.",
        "schemas/config.schema.json",
    ),
    (
        "CFG-22",
        "A value has the wrong kind",
        "See `idpctl schema config`.",
        "schemas/config.schema.json",
    ),
    (
        "CFG-23",
        "A value is none of those allowed",
        "See `idpctl schema config`.",
        "schemas/config.schema.json",
    ),
    (
        "CFG-24",
        "A value is out of its limits",
        "See `idpctl schema config`.",
        "schemas/config.schema.json; limits of the registries",
    ),
    (
        "CFG-25",
        "A value or key does not have the right form",
        "See `idpctl schema config`.",
        "schemas/config.schema.json",
    ),
    (
        "CFG-26",
        "No providers",
        "Write `providers: {}` if none is wanted.",
        "Absent is not empty: a set emptied by mistake must not delete records",
    ),
    (
        "CFG-27",
        "A secret in the configuration",
        "Remove it, and replace the secret, since it was seen. The registry's come from the environment.",
        "OWASP Secrets Management; files under review are read by many",
    ),
    (
        "CFG-28",
        "A variable that cannot be replaced",
        "Only ${IDPCTL_VAR_NAME} is replaced, and has to be set; write $${ for the characters themselves.",
        "Whoever edits the file must not read the environment of the runner",
    ),
    (
        "CFG-29",
        "An included file cannot be used",
        "Name files below the folder of this file; every pattern has to match.",
        "A pattern that matches nothing, or a path that leads outside, is a mistake or worse",
    ),
    (
        "CFG-30",
        "A provider stands in two files of one layer",
        "Keep one of the two, or give the later file with -f: layers override, includes do not.",
        "Order of includes must not decide what is applied",
    ),
    (
        "CFG-31",
        "A `moved` entry that fits no provider",
        "Name the old key under `from`, and a declared one under `to`; remove entries that are done.",
        "A misspelt entry would plan a deletion",
    ),
    (
        "CFG-32",
        "An included file holds more than providers",
        "Move the other keys to a file given with -f.",
        "An included file must not change the owner or the registry",
    ),
    (
        "CFG-33",
        "A policy file cannot be used",
        "Name strict JSON files below the folder of this file, called SLUG.schema.json with a-z, 0-9, `-`.",
        "A policy that is not read checks nothing; RFC 8259; RFC 7493",
    ),
    (
        "CFG-34",
        "A policy says what cannot be checked",
        "Correct the schema; `idpctl schema policy` lists what a policy can say.",
        "schemas/policy.schema.json; what JSON Schema does not know it lets pass: so would a misspelt policy",
    ),
    (
        "CFG-35",
        "Two policy files make the same id",
        "Rename one of the two: the id of a policy is made of its file's name.",
        "A suppression must say which policy it means",
    ),
)

RULES: Mapping[str, Rule] = {
    identifier: Rule(
        id=identifier,
        severity=Severity.ERROR,
        title=title,
        hint=hint,
        source=source,
        suppressible=False,
    )
    for identifier, title, hint, source in _ERRORS
} | {
    "YML-20": Rule(
        id="YML-20",
        severity=Severity.WARNING,
        title="A comment cuts a URL",
        hint="Quote the value if `#` belongs to it, or put a space after `#`.",
        source="YAML 1.2.2 section 6.6: ` #` begins a comment",
        suppressible=False,
    ),
}
