"""The commands of `python -m bot`."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec


def today() -> date:
    """The civil date in Asia/Shanghai, for the terminal only; the library always takes `on`."""
    return datetime.fromtimestamp(__import__("time").time(), UTC).date()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    answer = commands.add_parser("answer", help="questions on standard input, answers on standard output")
    answer.add_argument("--on", type=date.fromisoformat, help="date the rules are read for (default: today)")
    args = parser.parse_args(argv)
    if args.command == "answer":
        return run_answer(args.on or today())
    parser.print_help()
    return 2


def lines(stream: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in stream:
        if line.strip():
            yield msgspec.json.decode(line)


def run_answer(on: date) -> int:
    from bot.engine import Bot

    bot = Bot.load()
    for question in lines(sys.stdin.buffer):
        reply = bot.answer(question["text"], on=on, place=question.get("place"))
        row = {
            "id": question["id"],
            "kind": reply.kind,
            "articles": reply.articles,
            "flow": reply.flow,
            "answered": reply.answered,
            "text": reply.text,
        }
        sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
    return 0
