"""The options that commands share; every one of them can be given by an IDPCTL_* variable too."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from idpctl.errors import InvalidInputError
from idpctl.render.table import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from idpctl.asked import Options
    from idpctl.request import Request

Command = TypeVar("Command", bound="Callable[..., Any]")


def option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    """Return click's option, with the variable that stands for it."""
    long = next(name for name in reversed(names) if name.startswith("--"))
    variable = "IDPCTL_" + long.removeprefix("--").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **settings)


def _together(*parts: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for part in reversed(parts):
            command = part(command)
        return command

    return decorate


class _Seconds(click.FloatRange):
    """A duration: a number in a range, and not NaN, which is in no range and beyond none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = float(super().convert(value, param, ctx))
        if seconds != seconds:  # noqa: PLR0124 - what tells NaN
            self.fail(f"{value} is not a number of seconds", param, ctx)
        return seconds


configuration = _together(
    option("-C", "--directory", type=click.Path(path_type=Path), default=".", help="Work in this directory."),
    option(
        "-f",
        "--file",
        "files",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="FILE",
        help="Configuration file (default idpctl.yaml); repeat for layers, later ones win.",
    ),
)

network = _together(
    option(
        "--parallelism",
        type=click.IntRange(1, 256),
        default=32,
        show_default=True,
        help="Requests at once.",
    ),
    option(
        "--timeout",
        type=_Seconds(0.1, 600),
        default=10.0,
        show_default=True,
        help="Seconds in all for one URL.",
    ),
    option(
        "--deadline",
        type=_Seconds(0.1, 86400),
        default=300.0,
        show_default=True,
        help="Seconds in all for the network work of a run.",
    ),
    option(
        "--ca-bundle",
        type=click.Path(path_type=Path),
        help="PEM file of certificate authorities to trust as well.",
    ),
    option(
        "--allow-network",
        "allow_networks",
        multiple=True,
        metavar="CIDR",
        help="Private network that discovery may reach; repeatable.",
    ),
    option("--allow-loopback-http", is_flag=True, help="Accept http:// URLs of this machine itself."),
    option(
        "--connect-to",
        multiple=True,
        metavar="HOST:PORT:HOST:PORT",
        help="Connect to the second address where the first is asked for; TLS still checks the first name.",
    ),
)

strict = option("--strict", is_flag=True, help="Treat warnings as errors.")

discovery = option(
    "--discovery",
    type=click.Choice(["live", "lock", "skip"]),
    default="live",
    show_default=True,
    help="Read discovery documents, and compare them with the lock; read the lock alone; or rely on what"
    " is written.",
)

lock_file = option(
    "--lock-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Discovery lock (default idpctl.lock.yaml beside the first configuration file).",
)

planning = _together(
    option(
        "--only",
        multiple=True,
        metavar="GLOB",
        help="Plan only providers whose key matches; repeatable. The plan is then partial.",
    ),
    discovery,
    lock_file,
    strict,
)

guards = _together(
    option("--allow-replace", multiple=True, metavar="KEY", help="Let this provider be replaced."),
    option("--allow-destroy", multiple=True, metavar="KEY", help="Let this protected provider be deleted."),
    option(
        "--allow-trust-change", multiple=True, metavar="KEY", help="Accept whom this provider will trust."
    ),
    option("--allow-gap", multiple=True, metavar="KEY", help="Accept a moment without this provider."),
    option("--max-deletes", type=click.IntRange(min=0), metavar="N", help="Let up to N records be deleted."),
)

consent = _together(
    option(
        "--approve",
        metavar="FINGERPRINT",
        help="Apply only if the plan still has this fingerprint, which idpctl plan printed; else tell what"
        " differs, where that plan is in the user's cache or given with --reviewed.",
    ),
    option(
        "--reviewed",
        type=click.Path(path_type=Path),
        metavar="PLANFILE",
        help="The plan that was approved: where another one is refused, it tells what differs.",
    ),
    option("--auto-approve", is_flag=True, help="Apply whatever the plan is; gates stay closed."),
)

locking = option(
    "--lock-timeout",
    type=_Seconds(0, 3600),
    default=0.0,
    show_default=True,
    help="Seconds to wait for another run.",
)

output = _together(
    option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="KIND[=FILE]",
        help=f"Format of the result, to stdout or into a file; repeatable. Formats: {', '.join(FORMATS)};"
        " one that has nothing to say of this command is refused.",
    ),
    option("--no-color", is_flag=True, help="Never colour the output."),
    option("-v", "--verbose", is_flag=True, help="Say more, suppressed checks too."),
    option("-q", "--quiet", is_flag=True, help="Print nothing but the result."),
)


def plan_options(given: Mapping[str, Any]) -> Options:
    """Return the options of a plan, as they are stored in it."""
    from idpctl.asked import Discovery, Options

    return Options(
        allow_replace=frozenset(given.get("allow_replace", ())),
        allow_destroy=frozenset(given.get("allow_destroy", ())),
        allow_trust_change=frozenset(given.get("allow_trust_change", ())),
        allow_gap=frozenset(given.get("allow_gap", ())),
        max_deletes=given.get("max_deletes"),
        only=tuple(sorted(given.get("only", ()))),
        discovery=Discovery(given.get("discovery", "live")),
        strict=given.get("strict", False),
    )


_CONNECT_TO = re.compile(
    r"(?P<host>[^:\s]+):(?P<port>\d{1,5}):(?P<to>[^:\s]+|\[[^\]\s]+\]):(?P<to_port>\d{1,5})"
)


def connect_to(given: Iterable[str]) -> dict[tuple[str, int], tuple[str, int]]:
    """Read `HOST:PORT:HOST:PORT`; an IPv6 address goes in brackets."""
    found = {}
    for text in given:
        match = _CONNECT_TO.fullmatch(text)
        if match is None:
            raise InvalidInputError(
                f"--connect-to {text}: not of the form HOST:PORT:HOST:PORT",
                hint="for example: --connect-to login.example.com:443:127.0.0.1:8443",
            )
        host, port, to, to_port = match.groups()
        found[host.lower(), int(port)] = (to.strip("[]"), int(to_port))
    return found


def request(given: Mapping[str, Any]) -> Request:
    """Turn what was given on the command line into one frozen value."""
    from idpctl.http.policy import NetworkPolicy
    from idpctl.request import Network, Request

    root = given.get("directory", Path())
    return Request(
        root=root,
        files=given.get("files") or (Path("idpctl.yaml"),),
        environ=os.environ,
        options=plan_options(given),
        lock_timeout=given.get("lock_timeout", 0.0),
        lock_file=given.get("lock_file"),
        network=Network(
            policy=NetworkPolicy(
                allow_networks=tuple(given.get("allow_networks", ())),
                allow_loopback_http=given.get("allow_loopback_http", False),
                ca_bundle=given.get("ca_bundle"),
                timeout=given.get("timeout", 10.0),
                connect_to=connect_to(given.get("connect_to", ())),
            ),
            parallelism=given.get("parallelism", 32),
            deadline=given.get("deadline", 300.0),
        ),
    )
