"""The cache of a site: a small process that downloads by night and serves by day, with or without a link.

It knows no database of the centre. Its own is a SQLite file beside the files; a power cut at any moment loses
nothing that was told, and shows nothing that was not verified.
"""
