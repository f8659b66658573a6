"""What the stand-in for WeChat remembers, in one SQLite file."""

import hashlib
import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

CODE_SECONDS = 300
TOKEN_SECONDS = 7200
OVERLAP_SECONDS = 300

_SCHEMA = """
create table if not exists people (openid text primary key);
create table if not exists codes (code text primary key, openid text, given_at real, used integer);
create table if not exists tokens (number integer primary key, value text unique, given_at real, ends_at real);
create table if not exists quotas (openid text, template text, count integer, primary key (openid, template));
create table if not exists unknown_templates (template text primary key);
create table if not exists switched_off (openid text primary key);
create table if not exists sent (
  number integer primary key autoincrement, openid text, template text, page text, data text, at real);
"""


class State:
    """Calls are short and synchronous: one process, one loop."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("pragma locking_mode = exclusive")  # nobody else opens it: no lock for each statement
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = off")
        self._db.executescript(_SCHEMA)

    def openid_of(self, who: str) -> str:
        """Always the same openid for the same name, like one person's at one mini-program."""
        openid = "o" + hashlib.sha256(f"stand-in:{who}".encode()).hexdigest()[:27]
        self._db.execute("insert or ignore into people values (?)", (openid,))
        return openid

    def is_person(self, openid: Any) -> bool:
        row = self._db.execute("select 1 from people where openid = ?", (str(openid),)).fetchone()
        return row is not None

    def give_code(self, code: str, openid: str, now: float) -> None:
        self._db.execute("insert into codes values (?, ?, ?, 0)", (code, openid, now))

    def spend_code(self, code: str, now: float) -> str | int:
        """Uses up a sign-in code. Returns the openid, or the errcode."""
        if code.startswith("demo-"):
            return self.openid_of(code.removeprefix("demo-"))
        row = self._db.execute("select openid, given_at, used from codes where code = ?", (code,)).fetchone()
        if row is None or now - row[1] > CODE_SECONDS:
            return 40029
        if row[2]:
            return 40163
        self._db.execute("update codes set used = 1 where code = ?", (code,))
        return str(row[0])

    def token(self, now: float, *, force: bool) -> tuple[str, int]:
        """The current token; a new one from five minutes before its end, while the old one still holds."""
        row = self._db.execute("select value, ends_at from tokens order by number desc limit 1").fetchone()
        if row is not None and row[1] - now > OVERLAP_SECONDS and not force:
            return row[0], int(row[1] - now)
        if force:
            self._db.execute("update tokens set ends_at = 0")
        value = secrets.token_urlsafe(96)
        self._db.execute(
            "insert into tokens (value, given_at, ends_at) values (?, ?, ?)", (value, now, now + TOKEN_SECONDS)
        )
        return value, TOKEN_SECONDS

    def token_fault(self, value: str | None, now: float) -> int | None:
        if not value:
            return 41001
        row = self._db.execute("select ends_at from tokens where value = ?", (value,)).fetchone()
        if row is None:
            return 40001
        return 42001 if row[0] <= now else None

    def expire_tokens(self) -> None:
        self._db.execute("update tokens set ends_at = 0")

    def bank_quota(self, openid: str, template: str, times: int = 1) -> None:
        self._db.execute("insert or ignore into people values (?)", (openid,))
        self._db.execute(
            "insert into quotas values (?, ?, ?) on conflict do update set count = count + excluded.count",
            (openid, template, times),
        )

    def quotas(self, openid: str) -> dict[str, int]:
        """Messages that may still be sent, by template."""
        return dict(self._db.execute("select template, count from quotas where openid = ?", (openid,)).fetchall())

    def spend_quota(self, openid: str, template: str) -> bool:
        changed = self._db.execute(
            "update quotas set count = count - 1 where openid = ? and template = ? and count > 0", (openid, template)
        )
        return changed.rowcount == 1

    def keywords(self, template: Any, templates: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
        """A template's keywords; None for an unknown template."""
        gone = self._db.execute("select 1 from unknown_templates where template = ?", (str(template),)).fetchone()
        return None if gone else templates.get(str(template))

    def set_known(self, template: str, *, known: bool) -> None:
        if known:
            self._db.execute("delete from unknown_templates where template = ?", (template,))
        else:
            self._db.execute("insert or ignore into unknown_templates values (?)", (template,))

    def set_switched_off(self, openid: str, *, off: bool) -> None:
        """WeChat's main switch for messages of this mini-program."""
        self._db.execute("delete from switched_off where openid = ?", (openid,))
        if off:
            self._db.execute("insert into switched_off values (?)", (openid,))

    def is_switched_off(self, openid: str) -> bool:
        return self._db.execute("select 1 from switched_off where openid = ?", (openid,)).fetchone() is not None

    def note_sent(self, openid: str, template: str, page: str, data: dict[str, Any], now: float) -> int:
        row = self._db.execute(
            "insert into sent (openid, template, page, data, at) values (?, ?, ?, ?, ?)",
            (openid, template, page, msgspec.json.encode(data).decode(), now),
        )
        return int(row.lastrowid or 0)

    def newest_sent(self) -> list[dict[str, Any]]:
        """The last message, if there was one."""
        row = self._db.execute("select max(number) from sent").fetchone()
        return self.sent_after(row[0] - 1, 1) if row[0] else []

    def sent_after(self, number: int, limit: int) -> list[dict[str, Any]]:
        rows = self._db.execute(
            "select number, openid, template, page, data, at from sent where number > ? order by number limit ?",
            (number, limit),
        )
        return [
            {
                "number": row[0],
                "openid": row[1],
                "template": row[2],
                "page": row[3],
                "data": msgspec.json.decode(row[4]),
                "at": row[5],
            }
            for row in rows
        ]
