"""Objections: a resident says that a record is wrong, or should not stand, and learns by when they are answered.

Law: Dalian 41–43, Yunnan 36. Addressed to the centre or to the provider. The record carries a mark from the moment of
filing to the close and stays disclosed. Which steps there are depends on jurisdiction and addressee, so the states do too:

Dalian, centre: verifying → upheld (own error, at once) | dispatched → provider_checking → replied_… → upheld | rejected
Dalian, provider: with_provider → upheld | rejected.   Yunnan: handling | provider_handling, may pause → upheld | rejected
Any open one → withdrawn. A rejected one may be reviewed once (a service): review → upheld | review_rejected, or back if withdrawn.
"""
