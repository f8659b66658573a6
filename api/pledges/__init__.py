"""Pledges: what residents promise to an authority, and whether they did it.

Law: Dalian 9 and Yunnan 20: the pledge and its performance enter the record, kept or not. A pledge for a repair comes
with the repair (national rules) and its breach can bar another for years; that number is not verified and says so. A
voluntary pledge takes effect after a cooling-off time (a service, no law), within which it can be taken back without a
trace in the report.

States: cooling → effective → performed → kept | partly | broken; cooling → withdrawn; effective → released with its repair.
"""
