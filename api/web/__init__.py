"""Serves the resident's page `/` and the officers' desk `/desk`: static files without a build step, which use the public API only.

Files under `static/` are read once at start, kept plain and gzipped once they were asked for, and served under a path that contains the digest of
the whole set, so that a page and its modules are always of one version and may be cached for ever.
"""
