"""`python -m api`."""

import sys

from api.infra.collector import uncollected
from api.infra.memory import overwrite_what_is_freed

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        overwrite_what_is_freed()
    with uncollected():
        from api.cli import main
    raise SystemExit(main())
