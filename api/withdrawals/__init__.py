"""Withdrawals: a resident takes commendations, volunteering, donations and the like out of disclosure.

Law: Yunnan 37: no reason, no approval, no time limit. It takes effect in the request itself: publication, sharing and authorised
query stop together, and whoever holds a copy is told. The receipt carries an SM3 digest of what was withdrawn. Only a fresh
consent restores it. Dalian has no such right: there the request is passed to the provider as a courtesy, and it may decline. A provider
that cannot read it here gets it on paper from the centre, whose officers enter what it answers.

States of the right: withdrawn → restored. Of the courtesy: asked → agreed | declined | cancelled | record_ended; agreed → restored.
"""
