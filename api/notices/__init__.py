"""Notices: what a resident is told, in the inbox always and by WeChat push where a quota is banked.

A notice is one document: its inbox text and the state of its push. It is told at once or booked for a date. Its `_id`
is the digest of kind, subject, record, date and occasion, so each notice exists once however often it is planned.
`wake_at` is when a worker has something to do with it (tell, push, retry, take over from a dead worker, see whether its
id is still needed), and None when nothing is left. So the whole outbox is one query.

State: booked → told | cancelled.  Push: waiting → sent | refused | failed | unknown, or none.
Texts live in `texts/*.toml`: no 失信, no name, no amount, no document number in a push, which is read on a lock screen.
"""
