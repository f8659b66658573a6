"""The clock: a process that asks again and again for all that is due at or before now and not yet done.

`jobs.py` is the whole timetable. APScheduler only says when to look; what to do stands in the database, so a missed night is
caught up, any number of workers share the load, and a killed one leaves nothing half done.
"""
