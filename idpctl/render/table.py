"""The output formats by name: a format is one module with one pure function, imported when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idpctl.errors import InvalidInputError
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from idpctl.render.view import View


@value
class Format:
    """What a format is for, where its function is, and what it can show.

    `commands` are those whose results it has words for, None for all of them. `beside` is for a
    format that goes to stderr where no file is named, so that it does not take the place of the
    text. `companions` are more of its functions, each for the file that an environment variable
    names: their text is appended.
    """

    about: str
    place: str
    commands: frozenset[str] | None = None
    beside: bool = False
    companions: tuple[tuple[str, str], ...] = ()


_PLANNING = frozenset({"plan", "show", "apply", "destroy", "import"})
_RESULTS = _PLANNING | {"drift", "validate", "discover", "check", "list"}

FORMATS = {
    "text": Format(
        about="People, at a terminal or in a log; the lines that Terraform has are Terraform's.",
        place="idpctl.render.text:render",
    ),
    "json": Format(
        about="Programs and policies, under Terraform's names; of a plan it can be shown and applied.",
        place="idpctl.render.json:render",
    ),
    "markdown": Format(
        about="A comment on a pull request: what is dangerous first, 60,000 characters at most.",
        place="idpctl.render.markdown:render",
        commands=_RESULTS | {"lock"},
    ),
    "html": Format(
        about="A page of its own, for people: no script, no network; light and dark, phones and paper.",
        place="idpctl.render.html:render",
        commands=_PLANNING | {"drift", "list"},
    ),
    "github": Format(
        about="A step of GitHub Actions: annotations, summary and outputs.",
        place="idpctl.render.github:render",
        commands=_RESULTS,
        beside=True,
        companions=(
            ("GITHUB_STEP_SUMMARY", "idpctl.render.github_files:summary"),
            ("GITHUB_OUTPUT", "idpctl.render.github_files:outputs"),
        ),
    ),
    "gitlab": Format(
        about="GitLab's Terraform widget in a merge request.",
        place="idpctl.render.gitlab:render",
        commands=_PLANNING,
    ),
    "junit": Format(
        about="Test reports of pipelines: a suite a provider, a case a check, a change or an operation.",
        place="idpctl.render.junit:render",
        commands=_PLANNING | {"drift", "validate", "discover", "check"},
    ),
    "sarif": Format(
        about="Code scanning: findings and dangers at their lines.",
        place="idpctl.render.sarif:render",
        commands=frozenset({"validate", "discover", "plan", "show"}),
    ),
    "metrics": Format(
        about="Prometheus' textfile collector: findings, providers, and when all was last compared.",
        place="idpctl.render.metrics:render",
        commands=frozenset({"drift"}),
    ),
}


def format_of(kind: str) -> Format:
    """Return the format `kind`; raise InvalidInputError for an unknown one."""
    found = FORMATS.get(kind)
    if found is None:
        from idpctl.text import quote, suggestion

        near = suggestion(kind, FORMATS)
        raise InvalidInputError(
            f"there is no output format {quote(kind)}",
            hint=f"did you mean {near}?" if near else f"formats are: {', '.join(FORMATS)}",
        )
    return found


def require_shown(kind: str, command: str) -> None:
    """Raise InvalidInputError where the format `kind` has no words for the results of `command`."""
    commands = format_of(kind).commands
    if commands is not None and command not in commands:
        able = [name for name, one in FORMATS.items() if one.commands is None or command in one.commands]
        raise InvalidInputError(
            f"the format {kind} has nothing to say of idpctl {command}",
            hint=f"formats for it are: {', '.join(able)}",
        )


def renderer(kind: str) -> Callable[[View], str]:
    """Return the function that renders a view as `kind`; raise InvalidInputError for an unknown kind."""
    return _function(format_of(kind).place)


def companions(kind: str) -> Iterable[tuple[str, Callable[[View], str]]]:
    """Yield the variables that name further files of the format `kind`, and what renders each of them."""
    for variable, place in format_of(kind).companions:
        yield variable, _function(place)


def _function(place: str) -> Callable[[View], str]:
    module, _, function = place.partition(":")
    found: Callable[[View], str] = getattr(import_module(module), function)
    return found
