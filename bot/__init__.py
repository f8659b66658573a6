"""A message in, a cited answer with its next steps out. Pure: the caller keeps the dialogue."""
