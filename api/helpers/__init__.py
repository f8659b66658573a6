"""Helpers: a resident lets somebody they trust, family or a community worker, see and do chosen things for them until a day.

Law: civil code 161 and 165 (an agent acts within the powers given; in writing: name, matters, powers, time), personal-information law
23 (a separate consent for whoever receives). Whoever helps signs in with an identity of their own and takes the code once; each of their
requests names the appointment in the header `On-Behalf-Of`, and it is let through to what was ticked and to nothing else.
Every look is in the resident's footprints, every step in the audit under the helper's account and in a notice to the resident.

States: offered → active → revoked | resigned | expired; offered → revoked | expired.
"""
