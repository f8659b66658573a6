"""What must fit together: imports, access, documents, indexes, texts, law data. Enumerates, so that whatever is new is in it."""
