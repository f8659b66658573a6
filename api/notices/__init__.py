"""Notices: what a resident is told, in the inbox always and by WeChat push where a quota is banked.

A notice is one document: its inbox text and the state of its push. Told at once, or booked for a date and planned from
stored dates. Its `_id` is the digest of kind, subject, record and date, so it exists once however often it is planned.
Texts live in `texts/*.toml`: no 失信, no name, no amount, no document number in a push, which is read on a lock screen.
"""
