"""Audit: every read of somebody else's data and every change. Append-only, chained with SM3 by day, kept for five years.

Law: Dalian 24, Yunnan 39–40 and the record-keeping that the personal-information law asks for.
"""
