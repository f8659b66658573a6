"""Tests of api/ over real HTTP and a real database, one folder for each of its folders."""
