"""Records: what stands about a person, from whom, since when, and everything that ever changed about it.

Law: Dalian 8, 10–14, 19, 35, 40, 43; Yunnan 9–12, 15, 35. Intake takes only what the catalogue holds; every change is
kept with its reason; marks, copies at other systems and the state of disclosure stand on the record itself, so that a
report is one query. A resident's own declarations and pledges are records too, in sections of their own.

Standing: standing → repaired | withdrawn | expired | revoked | removed. Nothing but `standing` is published, shared or
given out on an authorised query; a withdrawn commendation may come back by a fresh consent.

Coming in: `files` (bytes to rows, columns, values) → `admission` (whether a row may come in, with every reason against it) →
`intake` (batches, once only) → `traces` (the footprints it leaves); `deliveries` keeps what became of a file, `returned` writes the
refused rows as a workbook. Afterwards: `corrections` (by the provider; `amended` reads what they say), `expiry` (by the passing of a
period), `lookup` (by officers, and a unit's own). What the law makes of a record: `dates`, `actions`, `views`, all pure.
"""
