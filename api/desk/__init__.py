"""The officers' desk: one queue over all errands, ordered by what is due next, and the steps that were late.

An errand tells the desk of every change of a case, in the transaction of the change: `follow`. A case stands in the queue
while a step of it is open, even after its decision, as long as somebody owes a follow-up. A step done late, or found late
by the clock, is a breach, recorded once with its evidence (Dalian 57–58, Yunnan 59).
"""
