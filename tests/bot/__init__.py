"""Tests of the bot: corpora of questions with the answer that each has to get, talks, and the bot's parts."""
