"""代表与代理: somebody asks to act for an organisation, a ward or a principal; an officer who has seen the proof confirms or refuses.

Law: Yunnan 3 and Dalian 3 (legal persons and organisations are subjects too), civil code 61 (who represents a legal person), 23
(guardians represent those without full capacity), 165 (an agent's written authority). Whoever asks has an identity of their own.
What is confirmed becomes an appointment of `api/helpers`, with its last day: the same header, door, powers, notices and footprints.
It ends by its day, by whoever acts, by the person who is represented, and by an officer of the centre, with reasons.

States: asked → confirmed | refused | withdrawn; confirmed → revoked.
"""
