"""Audit: every read of another's data and every change, append-only, chained with SM3 per day. Kept five years.

Law: Dalian 24, Yunnan 39–40 and the record-keeping that the personal-information law asks for.
"""
