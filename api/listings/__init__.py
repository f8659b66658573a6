"""Listings: decisions on the list of serious cases, from the notice beforehand and the hearing to document, service and removal.

Law: Dalian 33 and Yunnan 31. Before a decision the authority tells grounds, basis and rights (Yunnan: remedies too); what the
resident answers has to be checked and replied to before anything is decided, and until the day that the notice names nothing is. The decision names measures from the published
lists only (Dalian 28, Yunnan 27), the conditions for removal as a checklist, and the remedies. It is served (Yunnan 31): opening it
serves whoever consented to electronic service; to others the unit serves it on paper and records when. Remedies run from that day.
The texts give no number of days for the answer: the authority sets it in its notice.

States: noticed → answered → responded → listed → served → removed; not_listed from any of the first three.
"""
