"""The window: for somebody without a phone an officer who has seen the document reads, prints and files in their name.

Law: personal-information law 44 and 45 (to know and to read what is held), civil code 161 (an agent with a written authority).
A visit is opened for one person by name and document, and ends after an hour or when the officer ends it. While it lasts, the officer's
requests under `/me` that name it in the header `On-Behalf-Of` are the person's own: the same routes, forms, checks and notices. The
audit names the officer and the origin, the case's history the window. Who has no account gets one that waits for their first
WeChat, as a released one does: whoever binds the document later finds every case.

States: open → closed | expired.
"""
