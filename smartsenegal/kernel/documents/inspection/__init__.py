"""Looks into uploaded files, each in a process of its own.

What a stranger sends is parsed neither in the web process nor in the worker, but in a short-lived child
with a limit on memory, time, files and writing. The child imports nothing of Django and no setting.

Starting Python and reading its libraries cost fifteen times the look itself, so children are forked from a
*nursery*, `python -m smartsenegal.kernel.documents.inspection`: it has read the libraries once, sees neither
files nor requests (it passes descriptors on), and each child still looks into one file and ends.
"""
