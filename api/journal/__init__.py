"""The journal of a case: entries that do not move the case.

A note for colleagues, which the party never sees; a question to the party and their one answer; a reminder to the unit that owes the
next step; how and on which day a paper was served. Entries are never changed or removed.
"""
