"""Casework, the base of every errand's cases and routes; the officers' queue, late steps, figures and substitutes.

The queue holds the cases of all errands, ordered by what is due next. An errand calls `follow` with every change of a
case, in the same transaction. A case stays in the queue while one of its steps is open, also after the decision if
somebody still owes a follow-up. A step that is done late, or that the worker finds late, is a breach, recorded once
with its evidence (Dalian 57–58, Yunnan 59).
"""
