"""The form by which a certificate is revoked."""

from django import forms

from smartsenegal.kernel.fields import French, LineField


class RevocationForm(French):
    """Which one, and why."""

    mark = forms.CharField(
        label="Empreinte SHA-256 ou numéro de série", max_length=200, strip=True,
        help_text="Comme l’affiche « openssl x509 -noout -fingerprint -sha256 », ou « -serial ».",
        error_messages={"required": "Indiquez l’empreinte ou le numéro de série du certificat."},
    )  # fmt: skip
    reason = LineField(
        label="Motif", max_length=300, help_text="Il va au journal, avec votre nom.",
        error_messages={"required": "Dites pourquoi : clé perdue, passerelle volée…"},
    )  # fmt: skip
