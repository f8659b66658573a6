"""Chat: the bot over HTTP, completed with the resident's own dates when one is signed in.

The bot is pure and cites or declines; what it cannot know, this errand adds from the resident's records and cases. What
was not answered, and thumbs up or down, is kept for 90 days without identity for the editor of the bot's data.
"""
