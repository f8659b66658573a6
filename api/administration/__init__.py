"""What an administrator of a place looks after: its officers, its units' people, its units and their keys; and what is set elsewhere.

An administrator reads no case, no record and no journal. Auditors and administrators are made from the shell alone, so that
whoever is watched cannot choose who watches ([why](docs/decisions/0025-an-administrator-reads-no-case.md)).
"""
