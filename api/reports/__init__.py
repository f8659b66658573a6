"""Reports: everything that stands about a person, assembled in two round trips, on the page and on paper; and slips printed at the window.

Law: Dalian 10–13, 19, 20, 40; Yunnan 15, 19, 35. The footprint of a query is durable before the data leaves. A document
carries a verification code: whoever holds it learns whether it is genuine, when it was issued and whether newer facts
exist, and nothing else about the person.
"""
