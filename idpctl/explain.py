"""The texts behind `idpctl explain`: rules, fields of the configuration, classes of drift, exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import ExitCode, InvalidInputError
from idpctl.text import quote, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from idpctl.model import Json
    from idpctl.rules.base import Rule

EXIT_CODES = {
    ExitCode.DONE: "Done. `plan` ends with 0 also when there are changes, unless --detailed-exitcode"
    " is given.",
    ExitCode.RUNTIME: "A runtime error: the registry could not be read or written, a file could not be"
    " written, or idpctl has a bug. The message says so where anything was written before.",
    ExitCode.CHANGES: "There are changes, or there is drift: only from `drift`, `plan --detailed-exitcode`,"
    " and from `fmt --check` and `lock --check` where a file would change. No error ever ends with 2, so a"
    " pipeline can rely on it.",
    ExitCode.INVALID: "The configuration, a plan file or an option cannot be used as written. Each message"
    " names file, line, column and rule.",
    ExitCode.CHECKS: "Discovery, an endpoint, a key set or a token failed its checks, or information is"
    " missing. Missing information never becomes a change: what could not be read is left alone. `drift`"
    " could not look at everything then, and tells what it found all the same.",
    ExitCode.REFUSED: "A guard refused: a replacement, a trust change, a gap, the delete of a protected"
    " record, a mass delete, or a record that this configuration does not own. The plan is still printed"
    " and saved; the text names the flag that allows it.",
    ExitCode.STALE: "The plan is stale: the registry, the configuration or a discovery document says"
    " otherwise than when it was made. Nothing was written; the differences are printed.",
    ExitCode.LOCKED: "Another run holds the registry, or a record was modified at the very moment."
    " Nothing has to be removed by hand: a run that died holds no lock. Try again. `drift` ends so while an"
    " apply is at work: the next run looks.",
    ExitCode.INCOMPLETE: "The apply ended before its last operation. The report says what was done, what"
    " was not started and what is in doubt; the next apply finishes it.",
    ExitCode.INTERRUPTED: "Interrupted by SIGINT (Ctrl-C). No write was started after it.",
    ExitCode.TERMINATED: "Terminated by SIGTERM or SIGHUP. No write was started after it.",
}


def explain(word: str, others: Sequence[str] = ()) -> str:
    """Return what is known about a rule id, a field, a class of drift or an exit code.

    `others` are words that are explained elsewhere, and may have been meant. Raises InvalidInputError
    where nothing is known.
    """
    from idpctl.drift.texts import CLASSES, class_text

    rules = all_rules()
    if word.upper() in rules:
        return rule_text(rules[word.upper()])
    if word.isascii() and word.isdigit() and int(word) in EXIT_CODES:
        return f"Exit code {word}\n\n{EXIT_CODES[ExitCode(int(word))]}\n"
    fields = dict(config_fields())
    found = ["\n".join(_field(word, fields[word]))] if word in fields else []
    found += [class_text(kind) for kind in CLASSES if kind == word]  # `registry` is both
    if found:
        return "\n".join(found)
    near = suggestion(word, [*others, *rules, *fields, *CLASSES]) or suggestion(word.upper(), rules)
    listed = "idpctl explain lists all rules, fields, classes of drift and exit codes"
    raise InvalidInputError(
        f"nothing is known about {quote(word)}", hint=f"did you mean {near}?" if near else listed
    )


def overview(policies: Sequence[str] = ()) -> str:
    """Return every rule id with its title, then lines on policies, fields, classes of drift, exit codes."""
    from idpctl.drift.texts import CLASSES

    rules = [f"  {rule.id:<8}{rule.severity:<9}{rule.title}" for rule in all_rules().values()]
    fields = [f"  {path}" for path, _ in config_fields()]
    codes = [f"  {code:<5d}{text.partition(':')[0].partition('.')[0]}" for code, text in EXIT_CODES.items()]
    classes = [f"  {kind:<10}{text.title}" for kind, text in CLASSES.items()]
    parts = (("Fields:", fields), ("Classes of drift:", classes), ("Exit codes:", codes))
    rest = [line for title, lines in parts for line in (title, *lines, "")]
    return "\n".join(["Rules:", *rules, "", *policies, *rest])


def all_rules() -> dict[str, Rule]:
    """Return the rules of every part, by id, sorted."""
    from idpctl.checkup.rows import RULES as CHECKING
    from idpctl.config.rules import RULES as READING
    from idpctl.conflicts import RULES as PLANNING
    from idpctl.drift.rules import RULES as WATCHING
    from idpctl.planfile.refusal import RULES as SAVED
    from idpctl.policies.model import RULES as POLICIES
    from idpctl.registry.table import RULES as REGISTRIES
    from idpctl.review import RULES as REVIEWING
    from idpctl.rules.all import all_rules as checks

    parts = (READING, checks(), CHECKING, PLANNING, SAVED, POLICIES, REGISTRIES, REVIEWING, WATCHING)
    return dict(sorted(rule for part in parts for rule in part.items()))


def rule_text(rule: Rule) -> str:
    """Return all that is known about `rule`, with its examples."""
    return "\n".join(_rule(rule))


def _rule(rule: Rule) -> Iterator[str]:
    from idpctl.rules.texts import texts

    yield f"{rule.id} ({rule.severity}): {rule.title}"
    text = texts().get(rule.id)
    if text is not None:
        yield f"\n{text.explain.strip()}"
    yield f"\nWhat to do: {rule.hint}"
    yield f"Source: {rule.source}"
    yield suppressing(rule)
    if text is not None:
        yield f"\nPasses:\n{text.good}\nFails:\n{text.bad}"
    yield ""


def suppressing(rule: Rule) -> str:
    """Return the sentence that says whether and how `rule` can be suppressed."""
    if rule.suppressible:
        return f'Suppress it for one provider, with a reason: suppress: {{{rule.id}: "why"}}'
    if rule.suppressible_on:
        return f"It can be suppressed on {' and '.join(rule.suppressible_on)} only."
    return "It cannot be suppressed."


def config_fields() -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield path -> schema of every field of the configuration, as a person would write the path."""
    from idpctl.schema.store import load

    schema = load("config")
    yield from _walk("", schema, schema, frozenset())


def _walk(
    prefix: str, schema: Mapping[str, Json], root: Mapping[str, Json], seen: frozenset[str]
) -> Iterator[tuple[str, Mapping[str, Json]]]:
    schema, seen = _followed(schema, root, seen)
    for name, part in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        resolved, deeper = _followed(part, root, seen)
        yield path, resolved
        yield from _walk(f"{path}.", resolved, root, deeper)
        values = resolved.get("additionalProperties")
        if isinstance(values, dict) and path == "providers":
            # The fields of a provider are what people ask for: they go without the key before them.
            yield from _walk("", values, root, deeper)


def _followed(
    schema: Mapping[str, Json], root: Mapping[str, Json], seen: frozenset[str]
) -> tuple[Mapping[str, Json], frozenset[str]]:
    while "$ref" in schema and schema["$ref"] not in seen:
        seen |= {schema["$ref"]}
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema, seen


def _field(path: str, schema: Mapping[str, Json]) -> Iterator[str]:
    # A test holds that each field of the schema has both.
    yield f"{path}: {schema['title']}\n\n{schema['description']}"
    for word, label in (("enum", "One of"), ("examples", "Examples"), ("default", "Default")):
        if word in schema:
            value = schema[word]
            yield f"{label}: {', '.join(map(_shown, value)) if isinstance(value, list) else _shown(value)}"
    yield ""


def _shown(value: Json) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value)
