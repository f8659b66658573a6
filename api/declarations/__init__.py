"""Declarations: what residents say about themselves, and their own words beside an item.

Law: Dalian 22 (market credit information; lawful, true, complete); Yunnan 12 (any own credit information; lawful, true,
accurate); what may not be collected at all or only after a warning and written consent: Dalian 18, Yunnan 10 and 34.
Shown apart and as 未经核验, as a record in a section of its own. Edited and withdrawn at will; every wording is kept.

States: declared → declared (a new wording) → withdrawn.
"""
