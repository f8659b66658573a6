"""Administration: a place's officers, its units, their people and their API keys; and a view of what is configured elsewhere.

An administrator reads no case, no record and no journal. Auditors and administrators are made from the shell alone, so that
whoever is watched cannot choose who watches ([why](docs/decisions/0025-an-administrator-reads-no-case.md)).
"""
