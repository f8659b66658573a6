"""Tests of api/ by its folders, over real HTTP and a real database unless nothing of either is in the test."""
