"""Plans which days in a resident's records are booked as notices, again when they change. No routes: `api/notices`.

Law: national repair rules (when repair opens); Dalian 35 and the national publicity periods (when disclosure ends);
Dalian 9, Yunnan 20 (pledges). No law asks for these reminders: they are a service of ours.
`planning.py` is pure: facts and a day in, drafts out. `service.py` makes the bookings equal to the plan.
"""
