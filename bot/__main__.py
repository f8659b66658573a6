"""python -m bot: talk to it, answer files of questions, search any corpus, review what went unanswered."""

import sys
from datetime import UTC, datetime

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], datetime.now(UTC), sys.stdin.buffer, sys.stdout.buffer))
