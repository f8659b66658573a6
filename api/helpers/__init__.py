"""Helpers: a resident lets somebody they trust, family or a community worker, see and do chosen things for them until a day.

Law: civil code 161 and 165 (an agent acts within the powers given; in writing: name, matters, powers, time), personal-information law
23 (a separate consent for each receiver). The helper signs in with an identity of their own and redeems the code once. Each of their
requests names the appointment in the header `On-Behalf-Of`; only what the resident ticked is allowed. Everything a helper reads is
in the resident's footprints; every step is in the audit under the helper's account, and the resident gets a notice of it.

States: offered → active → revoked | resigned | expired; offered → revoked | expired.
"""
