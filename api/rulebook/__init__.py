"""The law for everybody to read: regulations, articles, every rule with its source and certainty, the catalogue, the measures.

Law: Dalian 8, 20, 28; Yunnan 9, 19, 27 (all of it is to be published). Reads only `knowledge/`; each answer is built once a
day, carries an ETag and may be cached by anybody.
"""
