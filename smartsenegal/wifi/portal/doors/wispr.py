"""WISPr: the XML that a smart client reads in a comment of a page, versions 1.0 and 2.0. Pure.

Documents: "Best Current Practices for Wireless Internet Service Provider (WISP) Roaming" 1.0 (2003), appendix
D, for the messages and their codes; WISPr 2.0 (Wireless Broadband Alliance, 2010) for VersionLow and
VersionHigh. Answers to a login are as `www/hotspotlogin.cgi` of coova/coova-chilli words them. A client of
2.0 that finds no EAP offered goes on by name and password, as one of 1.0.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

Told = list[tuple[str, str | int]]

REDIRECT, LOGIN_REPLY, LOGOFF_REPLY = 100, 120, 130
NO_ERROR, LOGGED_IN, REJECTED, LOGGED_OFF, PENDING, FAILED = 0, 50, 100, 150, 201, 255


def redirect(login_url: str, location: str, name: str) -> str:
    """What stands in the first page: where to send name and password, and at which place one is."""
    told: Told = [
        ("MessageType", REDIRECT), ("ResponseCode", NO_ERROR), ("VersionHigh", "2.0"), ("VersionLow", "1.0"),
        ("AccessProcedure", "1.0"), ("AccessLocation", location), ("LocationName", name),
        ("LoginURL", login_url),
    ]  # fmt: skip
    return _comment("Redirect", told)


def pending(results_url: str) -> str:
    """What a login is answered: the gateway, at this address, will say whether it is right."""
    told: Told = [("MessageType", LOGIN_REPLY), ("ResponseCode", PENDING), ("LoginResultsURL", results_url)]
    return _comment("AuthenticationReply", told)


def replied(code: int, message: str, logoff_url: str = "") -> str:
    """How a login ended."""
    told: Told = [
        ("MessageType", LOGIN_REPLY), ("ResponseCode", code), ("ReplyMessage", message),
    ]  # fmt: skip
    if logoff_url:
        told.append(("LogoffURL", logoff_url))
    return _comment("AuthenticationReply", told)


def logged_off() -> str:
    """That a session is over, as asked."""
    return _comment("LogoffReply", [("MessageType", LOGOFF_REPLY), ("ResponseCode", LOGGED_OFF)])


def _comment(message: str, told: Told) -> str:
    # What is escaped has no ">", so that nothing ends the comment.
    lines = "".join(f"<{name}>{escape(str(value))}</{name}>\n" for name, value in told)
    return (
        '<!--\n<?xml version="1.0" encoding="UTF-8"?>\n'
        '<WISPAccessGatewayParam xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:noNamespaceSchemaLocation="http://www.wballiance.net/wispr_2_0.xsd">\n'
        f"<{message}>\n{lines}</{message}>\n</WISPAccessGatewayParam>\n-->\n"
    )
