"""Tests of the whole product, one folder for each way of testing; folders named after a package have its tests file by file."""
