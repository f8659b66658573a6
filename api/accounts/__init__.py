"""Accounts: signing in with WeChat, binding an identity, sessions, staff, consents, export, closing.

Law: Dalian 3, 20; Yunnan 3, 10, 11, 19; personal-information law 14–16, 44–47. An openid is not an identity: the report
opens only after a document is bound, to one account at a time.
"""
