"""What a log must not hold: the one-time tokens of addresses, which open a page to whoever reads them."""

import logging
import re

# Tokens are 20 characters and more of the URL-safe alphabet; identifiers of rows (RFC 9562) open nothing.
_SEGMENT = re.compile(r"(?<=[/=])[A-Za-z0-9_-]{20,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def without_tokens(words: str) -> str:
    """The words, each token of an address in them replaced by an ellipsis."""
    return _SEGMENT.sub(lambda found: found[0] if _UUID.fullmatch(found[0]) else "…", words)


class WithoutTokens(logging.Filter):
    """Takes tokens out of what is written, message and arguments; refuses no record."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        kept = without_tokens(told)
        if kept != told:
            record.msg, record.args = kept, None
        return True
