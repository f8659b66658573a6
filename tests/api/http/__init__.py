"""Tests of what is the same for all errands over HTTP: load, speed, security headers, the OpenAPI document."""
