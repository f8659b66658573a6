"""Administration of a place: its officers, its units, their people and API keys, how the centre is reached, and the working days.

An administrator reads no case, no record and no journal. Auditors and administrators are made from the shell alone, so that
whoever is watched cannot choose who watches ([why](docs/decisions/0025-an-administrator-reads-no-case.md)).
"""
