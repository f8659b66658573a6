"""Everything about HTTP and Litestar that is the same for all errands: access, problems, idempotency, limits, health, OpenAPI."""
