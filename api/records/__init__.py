"""Records: what is held about a person, from which unit, since when, and every change to it.

Law: Dalian 8, 10–14, 19, 35, 40, 43; Yunnan 9–12, 15, 35. Intake accepts only what the catalogue lists; every change is
kept with its reason; marks, copies at other systems and the state of disclosure are stored on the record itself, so that a
report is one query. A resident's own declarations and pledges are records too, in sections of their own.

Standing: standing → repaired | withdrawn | expired | revoked | removed. Only `standing` records are published, shared or
given out on an authorised query; a withdrawn commendation may come back by a fresh consent.

Coming in: `files` (bytes to rows, columns, values) → `admission` (whether a row may come in, with every reason against it) →
`intake` (batches, once only) → `traces` (footprints of the intake); `deliveries` keeps the outcome of each file, `returned` writes the
refused rows as a workbook. Afterwards: `corrections` (by the provider; `amended` reads what they say), `expiry` (a period has ended),
`lookup` (by officers, and by a unit of its own records). What the law says of a record: `dates`, `actions`, `views`, all pure.
"""
