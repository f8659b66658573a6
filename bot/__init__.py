"""Answers a message with an article and the next steps. Pure: the caller keeps the dialogue."""
