"""What people see: resident's page, officers' desk, unit's page, public figures, API reference, the mini-program.

Static files without a build step, which use the public API only. Files under `static/` are read once at start, and
gzipped when they are first asked for. Their path contains the digest of the whole set, so a page and its modules are
always of one version and may be cached for ever.
"""
