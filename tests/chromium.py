"""Debian's Chromium for the tests: its headless shell, the same engine without the windows.

A window of the whole browser has a bar that is a page of its own: drawn for each page that a test opens, it
costs three times what the page itself does.
"""

import shutil

WHOLE = "/usr/bin/chromium"  # keeps pages for the way back, which its shell does not
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE
# Alone: nothing asked of anyone but the instance.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
