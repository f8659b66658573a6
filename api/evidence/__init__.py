"""Evidence: files that people add to a case, readable only for them and for whoever decides on the case.

JPEG, PNG or PDF up to 8 MB, recognised by content and never by name. Pictures are re-encoded, which drops place and camera.
Stored sealed in pieces, each bound to its file and position. Only ever sent as a download, never shown inside a page.
A file is uploaded first and attached when the case is filed; one that no case uses is deleted after a day.
"""
