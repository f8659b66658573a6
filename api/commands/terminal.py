"""What every command needs: registration, progress on the terminal, and faults told in one line."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

from api.composition import Services
from api.infra.errors import NotFound
from api.providers.models import Provider

Command = Callable[[Services, argparse.Namespace], Awaitable[int]]
_EVERY_SECONDS = 1.0


class Fault(Exception):
    """An error for the person at the terminal, in one line."""


class Progress:
    """Writes at most one line a second to standard error; results go to standard output."""

    def __init__(self) -> None:
        self._shown_at = float("-inf")

    def __call__(self, *said: object) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._shown_at >= _EVERY_SECONDS:
            self._shown_at = now
            print(*said, file=sys.stderr)


class Commands:
    """A group of commands: `python -m api`, or a name under it."""

    def __init__(self, parsers: "argparse._SubParsersAction[argparse.ArgumentParser]", run: Callable[..., int]) -> None:
        """`run(work, chosen, is_prepared=...)` opens the services for a command."""
        self._parsers = parsers
        self._run = run

    def add(self, name: str, work: Command, text: str, *, is_prepared: bool = True) -> argparse.ArgumentParser:
        """`is_prepared`: the database's version and indexes are checked first."""
        parser = self._parsers.add_parser(name, help=text, description=text)
        parser.set_defaults(run=lambda chosen: self._run(work, chosen, is_prepared=is_prepared))
        return parser

    def add_plain(self, name: str, work: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        """Adds a command that needs neither settings nor database."""
        parser = self._parsers.add_parser(name, help=text, description=text)
        parser.set_defaults(run=work)
        return parser

    def group(self, name: str, text: str) -> "Commands":
        parser = self._parsers.add_parser(name, help=text, description=text)
        inside = parser.add_subparsers(dest=f"{name}_command", required=True, metavar="COMMAND")
        return Commands(inside, self._run)


async def unit_of(services: Services, provider_id: str) -> Provider:
    """Raises Fault."""
    try:
        return await services.providers.get(provider_id)
    except NotFound:
        raise Fault(f"There is no unit {provider_id}; python -m api provider list shows which there are.") from None


def check_place(services: Services, jurisdiction: str) -> None:
    """Raises Fault."""
    if jurisdiction not in services.settings.centres:
        raise Fault(f"No centre is configured for {jurisdiction}: {', '.join(sorted(services.settings.centres))}")
