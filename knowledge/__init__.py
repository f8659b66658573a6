"""What the law says, as of a date. Pure: no I/O but packaged data, no users, no HTTP, no database."""
