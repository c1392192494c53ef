from collections.abc import Iterator

import pytest

from smartsenegal.kernel.notifications import templating
from tests.kernel.notifications.servers import Gateway, MailSink


@pytest.fixture
def gateway(settings: object) -> Iterator[Gateway]:
    server = Gateway()
    settings.SMS_GATEWAY = "http"  # type: ignore[attr-defined]
    settings.SMS_HTTP_URL, settings.SMS_HTTP_TOKEN = server.url, "jeton"  # type: ignore[attr-defined]
    yield server
    server.close()


@pytest.fixture
def mail_sink(settings: object) -> Iterator[MailSink]:
    sink = MailSink()
    settings.EMAIL_TRANSPORT = "smtp"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port  # type: ignore[attr-defined]
    settings.DEFAULT_FROM_EMAIL = "ne-pas-repondre@exemple.sn"  # type: ignore[attr-defined]
    yield sink
    sink.close()


@pytest.fixture(autouse=True)
def texts() -> Iterator[None]:
    saved = dict(templating._templates)
    for channel in ("sms", "email", "page"):
        templating.register_template(
            "test.ready",
            channel,
            "fr",
            "Dossier {{ number }}",
            "Votre dossier {{ number }} est prêt\u00a0: retirez-le.",
            sample={"number": "CJ-2026-004188"},
        )
    templating.register_template("test.code", "sms", "fr", "", "Votre code\u00a0: {{ code }}")
    yield
    templating._templates.clear()
    templating._templates.update(saved)
