"""Evidence: the files that people give with a case, and that only they and who decides on the case may read.

Known by its content, never by its name: JPEG, PNG or PDF, up to 8 MB. Pictures are drawn anew, so that neither place nor
camera stays in them. Kept sealed in pieces, each bound to its file and position. Never shown inside a page: a download.
A file is given first and attached when the case is filed; one that no case takes is deleted after a day.
"""
