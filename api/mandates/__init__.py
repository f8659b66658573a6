"""Mandates (代表与代理): asking to act for an organisation, a ward or a principal, and an officer's decision on it.

Law: Yunnan 3 and Dalian 3 (legal persons and organisations are subjects too), civil code 61 (who represents a legal person), 23
(guardians represent those without full capacity), 165 (an agent's written authority). Whoever asks has an identity of their own.
A confirmed request becomes an appointment of `api/helpers` with a last day: same header, check, powers, notices and footprints.
It ends on that day, or earlier by the representative, by the person represented, or by an officer of the centre with reasons.

States: asked → confirmed | refused | withdrawn; confirmed → revoked.
"""
