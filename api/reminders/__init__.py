"""Reminders: which days of a resident's records are worth a message, booked from stored dates and booked anew when they change.

Law: national repair rules (when repair opens); Dalian 35 and the national publicity periods (when disclosure ends);
Dalian 9, Yunnan 20 (pledges). No law asks for these reminders: they are a service of ours.
`planning.py` is pure: facts and a day in, drafts out. `service.py` makes what is booked equal to what is planned.
"""
