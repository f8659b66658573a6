"""Files as clerks hand them in: bytes become tables, tables find their header, cells become what they mean.

`formats` tells what the bytes are; `texts`, `workbooks` and `objects` read them; `columns` says which columns there are and by
which names they go; `headers` finds the header and matches it; `values` reads one cell; `rows` makes a line of a row; `templates`
and `returned` write workbooks for the clerk. Nothing here knows a database, a unit or the law.
"""
