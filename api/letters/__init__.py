"""Letters (书面请求): a resident's written requests, each with a clock and tracked to its answer.

To the unit of a record: what is missing on it (class, document, a date), or that one is not responsible for a listed company
(Dalian 36, Yunnan 32). To bodies outside the product: a credit service (Dalian 41, 42¶3), the competent department (a complaint about
a late step with the breach as evidence, Yunnan 59, Dalian 57 and 58; a report of paid "repair", Yunnan 38¶3).

States: inside asked → answered; outside written → sent → heard; either withdrawn. Outside bodies have no sign-in: the centre
passes the letter on or the person hands it in, and either of them enters the answer.
"""
