"""The capacity sheet: what a resident's documents weigh, measured, times 0.1, 7.5 and 47 million residents.

`python -m tests.bench.capacity` writes docs/capacity.md anew. Sizes are of BSON as the product writes it and of index keys;
what the storage engine makes of them (compression, fill of pages) is a stated factor.
"""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import bson
import msgspec

from api.accounts.models import Account, Identity
from api.audits.models import AuditEntry
from api.composition import Services
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.footprints.store import FootprintStore
from api.infra.documents import Codec
from api.infra.ids import new_id
from api.notices.models import Bank, Notice, Subscription
from api.records.store import RecordStore
from tests.schedulers.world import opening
from tests.support.api import make_settings, resident
from tests.support.records import make_record

_NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
_ENTRY_OVERHEAD = 12  # bytes of an index entry besides its keys: record id and lengths
_PREFIX = 0.5  # entries of one person begin alike, and the engine keeps a common beginning once a page
_FILL = 0.75  # how full pages of an index are after inserts in no order
_COMPRESSION = 0.5  # snappy on these documents; sealed fields do not compress
_CACHE_GB = 24  # of one 64 GB machine, beside the file system's own
_REQUESTS_PER_PROCESS = 250  # reports a second of one process on one core; see performance.md for what was measured


class Assumed(msgspec.Struct, frozen=True):
    """Per resident. Records: who has any, and how many; the rest in a year or, where kept shorter, at any time."""

    share_with_records: float = 0.08
    records: float = 3
    share_with_account: float = 0.35
    footprints_a_record_year: float = 6
    footprints_an_account_year: float = 8
    notices_a_record: float = 2
    audits_an_account_year: float = 4
    cases_a_record_year: float = 0.02
    megabytes_of_evidence_a_case: float = 1.5
    years: float = 5
    share_reminded_in_a_morning: float = 0.002
    minutes_of_the_morning: float = 15
    taps_within: float = 0.6
    reads_a_tap: float = 4


SIZES = (("0.1 million (a county)", 100_000), ("7.5 million (Dalian)", 7_500_000), ("47 million (Yunnan)", 47_000_000))
COLLECTIONS = {one.name: one for one in Services.COLLECTIONS}


def measured() -> dict[str, tuple[float, float]]:
    """Collection → bytes of a document, and of its entries in all indexes."""
    services = Services(make_settings())
    who, keys = resident(services), services.keys
    number = keys.blind_index("openid", "x")
    entry = footprint(
        who.bound_subject, FootprintKind.QUERIED, _NOON, unit="本人", why="查看本人信用报告", basis="本人查询"
    )
    documents: dict[str, dict[str, Any]] = {
        "records": RecordStore(services.database, keys).codec.encode(make_record(services, who)),
        "footprints": FootprintStore(services.database, keys).codec.encode(entry),
        "notices": Codec(Notice, "notices", keys).encode(
            msgspec.structs.replace(opening(1, _NOON, date(2027, 6, 1)), subject=who.bound_subject)
        ),
        "audits": {
            **dict.fromkeys(AuditEntry.__struct_fields__, "x" * 24),
            "_id": new_id("aud"), "subject": who.bound_subject, "at": _NOON,
        },
        "accounts": Codec(Account, "accounts", keys).encode(
            Account(
                id=new_id("acc"), openid_index=number, openid="o" * 28, created_at=_NOON, subject=who.subject,
                identity=Identity(name="王小明", document_kind="resident_id", document_number="110105199001012337"),
            )
        ),
        "subscriptions": Codec(Subscription, "subscriptions", keys).encode(
            Subscription(id=new_id("acc"), banks={"date_arrived": Bank(confirmed=1)})
        ),
    }  # fmt: skip
    return {
        name: (len(bson.encode(document)), _index_bytes(COLLECTIONS[name].indexes, document))
        for name, document in documents.items()
    }


def _index_bytes(models: Any, document: dict[str, Any]) -> float:
    total = _ENTRY_OVERHEAD + len(str(document["_id"]))
    for model in models:
        partial = model.document.get("partialFilterExpression", {})
        if any(document.get(field) is None for field in partial):
            continue
        fields = [field for field in model.document["key"] if field != "_id"]
        total += _ENTRY_OVERHEAD + len(str(document["_id"]))
        total += sum(len(bson.encode({"": document.get(field)})) - 7 for field in fields)
    return total * _PREFIX / _FILL


def counts(residents: int, assumed: Assumed) -> dict[str, float]:
    records = residents * assumed.share_with_records * assumed.records
    accounts = residents * assumed.share_with_account
    return {
        "records": records,
        "footprints": assumed.years
        * (records * assumed.footprints_a_record_year + accounts * assumed.footprints_an_account_year),
        "notices": records * assumed.notices_a_record,
        "audits": assumed.years * accounts * assumed.audits_an_account_year,
        "accounts": accounts,
        "subscriptions": accounts,
    }


def sheet(assumed: Assumed) -> str:
    sizes = measured()
    lines = [
        _HEAD,
        "## Measured",
        "",
        "| collection | document, bytes | its index entries as stored, bytes | shard key |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{name}` | {document} | {index:.0f} | `{COLLECTIONS[name].shard_key}` |"
        for name, (document, index) in sizes.items()
    ]
    lines += ["", "## Assumed", "", "| per resident | figure |", "| --- | --- |"]
    lines += [f"| {field.replace('_', ' ')} | {value:g} |" for field, value in msgspec.structs.asdict(assumed).items()]
    lines += [
        "",
        "## Computed",
        "",
        "| | " + " | ".join(name for name, _ in SIZES) + " |",
        "| --- " * (len(SIZES) + 1) + "|",
    ]
    columns = [_column(residents, assumed, sizes) for _, residents in SIZES]
    lines += [f"| {what} | " + " | ".join(column[what] for column in columns) + " |" for what in columns[0]]
    lines += ["", _SHARDING, "", "| collection | key | why |", "| --- | --- | --- |"]
    lines += [f"| `{one.name}` | `{one.shard_key}` | {one.why} |" for one in COLLECTIONS.values() if one.shard_key]
    lines += ["", _STAYING, "", "| collections | why |", "| --- | --- |"]
    lines += [f"| {', '.join(names)} | {why} |" for why, names in _staying().items()]
    return "\n".join([*lines, "", _CROSSING])


def _staying() -> dict[str, list[str]]:
    """Why collections stay on one shard, and which."""
    found: dict[str, list[str]] = {}
    for one in COLLECTIONS.values():
        if one.shard_key is None:
            found.setdefault(one.why, []).append(f"`{one.name}`")
    return found


def _column(residents: int, assumed: Assumed, sizes: dict[str, tuple[float, float]]) -> dict[str, str]:
    number = counts(residents, assumed)
    data = sum(number[name] * sizes[name][0] for name in sizes) * _COMPRESSION / 1e9
    index = sum(number[name] * sizes[name][1] for name in sizes) / 1e9
    cases = number["records"] * assumed.cases_a_record_year * assumed.years
    reminded = residents * assumed.share_reminded_in_a_morning
    seconds = assumed.minutes_of_the_morning * 60
    reads = reminded * assumed.taps_within * assumed.reads_a_tap / seconds
    writes = reminded / seconds * 3 + reminded * assumed.taps_within * 2 / seconds
    hot = index * 0.35 + data * 0.1
    shards = max(1, -(-int(hot) // _CACHE_GB))
    return {
        "records": f"{number['records']:,.0f}",
        "footprints, five years": f"{number['footprints']:,.0f}",
        "cases, five years": f"{cases:,.0f}",
        "storage of evidence (sealed, so it does not compress), GB": f"{cases * assumed.megabytes_of_evidence_a_case / 1e3:,.1f}",
        "storage of all other documents, GB": f"{data:,.1f}",
        "storage of indexes, GB": f"{index:,.1f}",
        "in use at once (a third of the indexes, a tenth of the documents), GB": f"{hot:,.1f}",
        "reminded in one morning": f"{reminded:,.0f}",
        "reads a second that morning": f"{reads:,.0f}",
        "writes a second that morning": f"{writes:,.0f}",
        "API processes (one core each, half of it kept free)": f"{max(2, -(-int(reads * 2) // _REQUESTS_PER_PROCESS))}",
        "replica sets of three (24 GB of cache each)": f"{shards}",
        "workers": f"{max(2, -(-int(reminded / seconds) // 100))}",
    }


_HEAD = """# Capacity

Computed by `python -m tests.bench.capacity` from the sizes of the documents and index keys that this version of the product
writes. The assumptions are guesses to be replaced by a place's own figures; everything below them follows. What the storage engine
makes of the bytes is assumed too, not measured: documents compress to a half, indexes to a half by common beginnings, and
their pages are three quarters full.
"""
_SHARDING = """## Sharding

By these figures one replica set carries Dalian and a province wants several: MongoDB shards by the key of each collection. Every hot query
names its key, which `tests/wiring/test_sharding.py` checks on the queries as they are sent. All of this section is on paper: no `mongos` could be
had where it was written, so nothing here has run on shards."""
_STAYING = "The others stay together on one shard:"
_CROSSING = """What crosses shards, and why that is rare: a provider's list and feed (an official at work, a page at a time), the officers'
queue (`queue`, `breaches` and the cases stay on one shard: there are as many as open cases, not as residents), the worker's
scans for what is due (an index scan on every shard side by side, a few times a minute), records by the number of a document
(an officer's search) and sign-in by WeChat identity (once a month a device). Transactions of an errand touch a person's
record, the case, a notice and an audit entry: two shards at most in the common case, which MongoDB commits in two phases.

Unique keys of a sharded collection hold over its shard key only. `records.natural_key` contains the person's blind index, so
it is unique in its shard; put `subject` in front of it when sharding. `accounts` keeps one open account a WeChat identity by
a unique index that then needs a collection of its own, `openid → account`. Neither is done here: one replica set was run.
"""


def run() -> list[dict[str, Any]]:
    """Sizes only: nothing here depends on how fast the machine is."""
    return [
        {"what": f"{name}: document / index entries", "measured": document, "unit": f"B / {index:.0f} B"}
        for name, (document, index) in measured().items()
    ]


if __name__ == "__main__":
    Path("docs/capacity.md").write_text(sheet(Assumed()))
    print("docs/capacity.md is written.", file=sys.stderr)
