"""Reads the files that clerks hand in: from bytes to tables, from headers to columns, from cells to values.

`formats` recognises the format; `texts`, `workbooks` and `objects` read it; `columns` lists the columns and their names;
`headers` finds the header and matches it; `values` reads one cell; `lines` makes a line of a row; `templates` writes workbooks
to fill in. Nothing here knows a database, a unit or the law.
"""
