"""The API reference as a page: Redoc, from a Python package, over this server's OpenAPI document.

Redoc creates empty style elements and fills them by script. The page's policy therefore allows the digest of the empty text, and
otherwise only our own files: no inline style runs, here as elsewhere.
"""

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from api.http.security import CONTENT_SECURITY

PACKAGE = "drf_spectacular_sidecar"
"""The package is read as files and never imported, because that would need Django."""
_BUNDLE = Path("static", PACKAGE, "redoc", "bundles", "redoc.standalone.js")
_EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
_FIRST = "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"  # what Redoc writes into the first of them
CONTENT_SECURITY_OF_PAGE = CONTENT_SECURITY.replace("style-src 'self'", f"style-src 'self' {_EMPTY} {_FIRST}")


@cache
def bundle() -> bytes | None:
    """Redoc, gzipped; None where the package is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(spec.submodule_search_locations[0]) / _BUNDLE
    return gzip.compress(file.read_bytes(), 6, mtime=0) if file.is_file() else None
