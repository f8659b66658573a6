"""What operators do from a shell, a file for each family. `api/__main__.py` opens the services and turns faults into one line."""

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
