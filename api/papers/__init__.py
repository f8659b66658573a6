"""Documents on paper: set, numbered, issued with a verification code, and verified.

Whoever holds a document learns by its code whether it is genuine, when it was issued and whether newer facts exist, and
nothing else about the person.
"""
