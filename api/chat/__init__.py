"""Chat: the bot over HTTP with the resident's own dates, votes, open questions, and answers that officers write.

The bot itself is pure: it cites or declines. This errand adds what the bot cannot know, from the resident's records and cases.
Unanswered questions and votes are kept for 90 days without identity, for the editor of the bot's data.
"""
