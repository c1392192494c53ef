"""E-mail by SMTP (RFC 5321).

SMTP has no idempotency key and cannot be asked: our reference travels as the Message-ID (RFC 5322
§ 3.6.4), on which most mailboxes recognise a message that came twice.
"""

import smtplib
from email.headerregistry import Address as Mailbox

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from smartsenegal.kernel.notifications.base import Outgoing, Receipt, Refused, Unknown, Unreachable

TIMEOUT_SECONDS = 20
_PERMANENT = 500


class Smtp:
    name = "smtp"
    idempotent = False
    can_be_asked = False

    def send(self, message: Outgoing) -> Receipt:
        reference = f"<{message.id}@{_sender_domain()}>"
        backend = _connect()
        try:
            _mail(message, reference, backend).send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _of_code(max(code for code, _ in error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise _of_code(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unknown from error
        finally:
            backend.close()
        return Receipt(reference)

    def query(self, message_id: str) -> Receipt | None:
        raise Unreachable("Un serveur de courriel ne dit pas ce qu’il a reçu.")


def _connect() -> EmailBackend:
    backend = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", timeout=TIMEOUT_SECONDS, fail_silently=False
    )
    assert isinstance(backend, EmailBackend)
    try:
        backend.open()
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable("Le serveur de courriel ne répond pas.") from error
    return backend


def _mail(message: Outgoing, reference: str, backend: EmailBackend) -> EmailMessage:
    headers = {"Message-ID": reference, "Auto-Submitted": "auto-generated"}
    return EmailMessage(
        message.subject, message.body, to=[message.address], headers=headers, connection=backend
    )


def _of_code(code: int) -> Exception:
    if code >= _PERMANENT:
        return Refused(f"Le serveur de courriel refuse cette adresse ou ce message ({code}).")
    return Unreachable(f"Le serveur de courriel demande d’attendre ({code}).")


def _sender_domain() -> str:
    return Mailbox(addr_spec=settings.DEFAULT_FROM_EMAIL).domain or "localhost"
