"""The journal of a case: what stands beside its steps and moves nothing.

A note for colleagues, which the party never sees; a question to the party, and their one answer to it; a reminder to the unit that owes
the next step; and how a paper was served, by which way and on which day. Nothing here is changed or taken out again.
"""
