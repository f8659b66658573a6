"""Grants: a resident lets a named person or unit query chosen parts of the report, for one purpose, for a while.

Law: Dalian 20 (own document and written consent, agreed purpose, no passing on); Yunnan 19 (no query of unpublished market
information without written authorisation, so market items are ticked one by one); personal-information law 23 (a separate
consent for each receiver). The code is shown once and kept as a digest; whoever redeems it is signed in with an identity of
their own. Every use is in the subject's footprint before the answer leaves.

States: active → used_up | revoked | expired.
"""
