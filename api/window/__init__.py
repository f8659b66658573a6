"""The window: an officer who has seen the document reads, prints and files for somebody without a phone, in their name.

Law: personal-information law 44 and 45 (to know and to read what is held), civil code 161 (an agent with a written authority).
A visit is opened for one person by name and document, and ends after an hour or when the officer ends it. While it lasts, the officer's
requests under `/me` that name it in the header `On-Behalf-Of` are the person's own: the same routes, forms, checks and notices. The
audit names the officer and the origin, the case's history the window. Without an account the person gets one that waits for a
first WeChat, like a released one: whoever binds the document later finds every case.

States: open → closed | expired.
"""
