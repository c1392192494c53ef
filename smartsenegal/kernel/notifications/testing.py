"""Help for the tests of modules that register texts."""

from smartsenegal.kernel.notifications.rules import economical, sms_size
from smartsenegal.kernel.notifications.templating import render, templates

SMS_SEGMENTS = 3


def assert_templates_fit(prefix: str = "", segments: int = SMS_SEGMENTS) -> int:
    """Render each text whose name starts with `prefix` on its sample; returns how many were checked.

    Fails when a sample lacks a variable, when a text is empty, and when an SMS takes more than `segments`
    segments.
    """
    checked = 0
    for template in templates():
        if not template.name.startswith(prefix):
            continue
        subject, body = render(template, template.sample)
        where = f"{template.name} ({template.channel}, {template.language})"
        if template.channel == "sms":
            size = sms_size(economical(body))
            assert size.segments <= segments, f"{where}: {size.segments} segments of {size.encoding}"
        assert body.strip(), f"{where}: empty"
        assert subject or template.channel == "sms", f"{where}: no subject"
        checked += 1
    return checked
