"""What must fit together, much of it on the running product: routes, access, queries, documents, texts, law data."""
