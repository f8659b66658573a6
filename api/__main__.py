"""`python -m api`."""

import sys

from api.infra.collector import uncollected
from api.infra.memory import overwrite_what_is_freed

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        overwrite_what_is_freed()
    if sys.argv[1:] == ["keys", "serve"]:  # nothing of the application stands beside the keys
        overwrite_what_is_freed()
        from api.infra.key_module import main as serve_keys

        raise SystemExit(serve_keys())
    with uncollected():
        from api.cli import main
    raise SystemExit(main())
