"""The same tasks as others would write them, to compare our measurements with."""
