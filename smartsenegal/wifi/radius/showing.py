"""What devices are told of our authority, read without the libraries of TLS nor any key."""

from pathlib import Path

from cryptography import x509
from django.conf import settings

from smartsenegal.wifi.access.api import Authority


def place() -> Path:
    """The directory of the authority of the Wi-Fi."""
    return Path(settings.SECRETS_DIR) / "wifi-authority"


def shown() -> Authority | None:
    """The root and the name in the server's certificate; None until the server has made them."""
    try:
        root = (place() / "root.pem").read_text()
        server = x509.load_pem_x509_certificate((place() / "server.pem").read_bytes())
    except FileNotFoundError:
        return None
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return Authority(root, names.get_values_for_type(x509.DNSName)[0])
