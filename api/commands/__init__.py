"""Commands for operators in a shell, one file for each family. `api/cli.py` opens the services and prints faults as one line."""

from api.commands import audit, database, intake, keys, providers, staff
from api.commands.terminal import Commands


def register(commands: Commands) -> None:
    """Adds every command, in the order of `--help`."""
    audit.register(commands)
    database.register(commands)
    keys.register(commands)
    staff.register(commands)
    providers.register(commands)
    intake.register(commands)
