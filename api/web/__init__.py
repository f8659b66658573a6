"""The resident's page `/` and the officers' desk `/desk`: plain files, no build step, everything by the public API.

Files under `static/` are read once at start, kept plain and gzipped, and served under a path that carries the digest of
the whole set, so that a page and its modules are always of one make and may be cached for ever.
"""
