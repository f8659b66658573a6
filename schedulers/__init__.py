"""The worker: a process that regularly does everything that is due at or before now and not yet done.

`jobs.py` is the whole timetable. APScheduler only says when to look; what is due is read from the database, so a missed night is
caught up, any number of workers share the load, and a killed one leaves nothing half done.
"""
