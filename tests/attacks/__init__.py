"""What an attacker tries, route by route and kind by kind: generated from the OpenAPI document, so that a new route is in it."""
