"""`python -m schedulers`."""

from api.infra.collector import uncollected
from api.infra.memory import overwrite_what_is_freed

if __name__ == "__main__":
    overwrite_what_is_freed()
    with uncollected():
        from schedulers.cli import main
    raise SystemExit(main())
