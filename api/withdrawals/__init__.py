"""Withdrawals: a resident takes commendations, volunteering, donations and the like out of disclosure.

Law: Yunnan 37: no reason, no approval, no time limit; done in the request itself: publication, sharing and authorised query
stop together, and whoever holds a copy is told. The receipt carries an SM3 digest of what was withdrawn. Back only by a fresh
consent. Dalian has no such right: there a request can be passed to the provider as a courtesy, which it may decline.

States of the right: withdrawn → restored. Of the courtesy: asked → agreed | declined | cancelled; agreed → restored.
"""
