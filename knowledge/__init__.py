"""What the law says, as of a date. Pure: no I/O but packaged data, no users, no HTTP, no database.

Values live in `knowledge/data` with their source, their life and how sure they are; `docs/law.md` says how to
change them.
`load()` reads everything at start, so that a broken file stops the start and not a request.
"""


def load() -> None:
    """Reads all packaged law; raises knowledge.errors.BrokenData with every fault of every file."""
    from knowledge.loading import library

    library()
