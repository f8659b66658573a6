"""Documents on paper: typeset, numbered, issued with a verification code, and verified by it.

The code of a document tells whoever holds it whether it is genuine, when it was issued and whether newer facts exist, and
nothing else about the person.
"""
