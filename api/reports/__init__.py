"""Reports: everything held about a person, on the page and on paper, in two round trips; and slips printed at the window.

Law: Dalian 10–13, 19, 20, 40; Yunnan 15, 19, 35. The footprint of a query is stored durably before the data is sent. A document
carries a verification code (`api/papers`).
"""
