"""Talk to the bot, answer a file of questions or of dialogues, search any corpus, review what went unanswered."""

import argparse
import gc
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import msgspec

from bot import checking, likeness, others, packaged, retrieval, review, segmenting, tables, topics, ways, weights
from bot.engine import Bot
from bot.lexicon import Lexicon
from bot.places import JURISDICTIONS
from bot.points import Points
from bot.reading import Reader
from bot.replies import Dialogue, Reply

PROGRESS_EVERY = 2.0  # seconds


class BadInput(Exception):
    """A line that cannot be read; told with its number."""


def main(argv: Sequence[str], now: datetime, read: BinaryIO, write: BinaryIO) -> int:
    """Exit status 0, or 1 with one line on standard error."""
    args = _parser().parse_args(argv)
    on = getattr(args, "on", None) or now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    try:
        match args.command:
            case "answer":
                _answer(on, read, write)
            case "converse":
                _converse(on, read, write)
            case "search":
                _search(args.corpus, args.k, read, write)
            case "review":
                _review(args.file, args.k, read, write)
            case "check":
                return _check(write)
            case "tables":
                tables.build(packaged.FOLDER)
            case "learn":
                _learn()
            case _:
                _talk(on, args.place, read, write)
    except (BadInput, OSError, packaged.BotDataError) as error:
        sys.stderr.write(f"bot: {error}\n")
        return 1
    return 0


def _learn() -> None:
    """Topics are learnt in a process of their own, since they take as long as all the rest together."""
    folder = packaged.FOLDER
    gc.disable()  # next to nothing is thrown away, and looking for it takes a twentieth of the time
    try:
        segmenting.write(folder)
        with ProcessPoolExecutor(1, get_context("spawn")) as beside:
            known = topics.load()
            learning = beside.submit(_learn_topics, folder, known)
            reader, points = Reader(Lexicon()), Points().by_id
            likeness.write(folder, points.values(), reader.phrasing)
            ways.write(folder, points, reader)
            others.write(folder, known, reader)
            learning.result()
    finally:
        gc.enable()


def _learn_topics(folder: Path, known: tuple[topics.Topic, ...]) -> None:
    gc.disable()
    weights.write(folder, known, Reader(Lexicon()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    _date_and_place(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    talk = commands.add_parser("talk", help="talk in the terminal (also without a command); empty line ends")
    _date_and_place(talk)
    answer = commands.add_parser(
        "answer", help="JSON lines {id, text, place?} in; {id, kind, articles, flow, answered, text} out"
    )
    answer.add_argument("--on", type=date.fromisoformat, help="date the rules are read for (default: today)")
    converse = commands.add_parser(
        "converse",
        help="JSON lines {id, place?, turns: [{user}]} in; {id, replies: [{kind, articles, flow, answered, text, "
        "actions, quick_replies}]} out; every line is a dialogue of its own",
    )
    converse.add_argument("--on", type=date.fromisoformat, help="date the rules are read for (default: today)")
    search = commands.add_parser(
        "search", help="index JSON lines {name, text}; read {id, text}; write {id, hits: [names]}"
    )
    search.add_argument("--corpus", type=Path, required=True, help="JSON lines {name, text}")
    search.add_argument("--k", type=int, default=10, help="hits for each query (default: 10)")
    look = commands.add_parser(
        "review",
        help="stored feedback, JSON lines {text, answered, thumb?, again?, at?}: what was not understood, voted down or asked "
        "twice, in groups counted by week, with the nearest articles",
    )
    look.add_argument("file", type=Path, nargs="?", help="JSON lines (default: standard input)")
    look.add_argument("--k", type=int, default=3, help="articles for each group (default: 3)")
    commands.add_parser("check", help="contradictions in the data files; exit status 1 if there are any")
    commands.add_parser("learn", help="learn from the present data now, not at the next start")
    commands.add_parser("tables", help="make the character tables anew from opencc and pypinyin")
    return parser


def _date_and_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=date.fromisoformat, help="date the rules are read for (default: today)")
    parser.add_argument("--place", choices=JURISDICTIONS, help="the resident's jurisdiction")


def _rows(stream: BinaryIO, *needed: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise BadInput(f"line {number}: {error}") from None
        missing = [key for key in needed if not isinstance(row.get(key), str)]
        if missing:
            raise BadInput(f"line {number}: needs text under {', '.join(missing)}")
        yield row


def _answer(on: date, read: BinaryIO, write: BinaryIO) -> None:
    bot = Bot.load()
    for question in _rows(read, "id", "text"):
        reply = bot.answer(question["text"], on=on, place=_place(question))
        write.write(msgspec.json.encode({"id": question["id"], **_written(reply)}) + b"\n")


def _converse(on: date, read: BinaryIO, write: BinaryIO) -> None:
    """Each line starts afresh; inside a line the dialogue goes from turn to turn."""
    bot = Bot.load()
    for line in _rows(read, "id"):
        replies, dialogue = [], Dialogue()
        for said in _turns(line):
            reply = bot.answer(said, on=on, place=_place(line), dialogue=dialogue)
            dialogue = reply.dialogue
            labels = [action.label for action in reply.actions]
            replies.append({**_written(reply), "actions": labels, "quick_replies": reply.quick_replies})
        write.write(msgspec.json.encode({"id": line["id"], "replies": replies}) + b"\n")


def _turns(line: dict[str, Any]) -> list[str]:
    turns = line.get("turns")
    if not isinstance(turns, list):
        raise BadInput(f"{line['id']}: needs a list under turns")
    said = [turn.get("user") if isinstance(turn, dict) else None for turn in turns]
    texts = [text for text in said if isinstance(text, str)]
    if len(texts) != len(turns):
        raise BadInput(f"{line['id']}: every turn needs text under user")
    return texts


def _place(line: dict[str, Any]) -> str | None:
    place = line.get("place")
    return place if place in JURISDICTIONS else None


def _written(reply: Reply) -> dict[str, Any]:
    return {
        "kind": reply.kind,
        "articles": reply.articles,
        "flow": reply.flow,
        "answered": reply.answered,
        "text": reply.text,
    }


def _search(corpus: Path, k: int, read: BinaryIO, write: BinaryIO) -> None:
    if k < 1:
        raise BadInput("--k must be at least 1")
    told = time.monotonic()

    def progress(number: int) -> None:
        nonlocal told
        if time.monotonic() - told > PROGRESS_EVERY:
            told = time.monotonic()
            sys.stderr.write(f"\rindexed {number}")
            sys.stderr.flush()

    with corpus.open("rb") as lines:
        index = retrieval.build(((row["name"], row["text"]) for row in _rows(lines, "name", "text")), progress)
    for query in _rows(read, "text"):
        hits = [name for name, _ in index.search(query["text"], k)]
        write.write(msgspec.json.encode({"id": query.get("id"), "hits": hits}) + b"\n")


def _review(file: Path | None, k: int, read: BinaryIO, write: BinaryIO) -> None:
    bot = Bot.load()
    if file is None:
        groups = review.gather(bot, _rows(read, "text"), k)
    else:
        with file.open("rb") as lines:
            groups = review.gather(bot, _rows(lines, "text"), k)
    write.write(review.table(groups).encode())


def _check(write: BinaryIO) -> int:
    found = checking.contradictions()
    write.writelines(f"{line}\n".encode() for line in found)
    if not found:
        write.write("没有发现矛盾。\n".encode())
    return 1 if found else 0


def _talk(on: date, place: str | None, read: BinaryIO, write: BinaryIO) -> None:
    bot = Bot.load()
    dialogue = Dialogue()
    write.write("信用小窗，请说（空行结束）：\n> ".encode())
    write.flush()
    for line in read:
        message = line.decode(errors="replace").strip()
        if not message:
            break
        reply = bot.answer(message, on=on, place=place, dialogue=dialogue)
        dialogue = reply.dialogue
        write.write(f"{_told(reply)}\n> ".encode())
        write.flush()


def _told(reply: Reply) -> str:
    parts = [reply.text]
    for quoted in reply.citations:
        since = f"，{quoted.in_force_since.isoformat()} 起施行" if quoted.in_force_since else ""
        parts.append(f"  {quoted.label}{since}\n    " + quoted.quote.replace("\n", "\n    "))
    parts += [f"  → {action.label}" for action in reply.actions]
    if reply.quick_replies:
        parts.append("  [" + "] [".join(reply.quick_replies) + "]")
    return "\n".join(parts)
