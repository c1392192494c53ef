"""A controller that speaks Redfish over TLS, with a certificate that it signed itself."""

import datetime
import hashlib
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CHASSIS = "/redfish/v1/Chassis/Blade1"


def documents(total: Any, supplies: tuple[Any, ...], celsius: Any = 24) -> dict[str, Any]:
    """What it answers, in the shape of DMTF's own examples (Chassis, Power 1.3, Thermal 1.3)."""
    power = f"{CHASSIS}/Power"
    return {
        "/redfish/v1/": {
            "@odata.type": "#ServiceRoot.v1_5_0.ServiceRoot", "Chassis": {"@odata.id": "/redfish/v1/Chassis"},
        },
        "/redfish/v1/Chassis": {
            "@odata.type": "#ChassisCollection.ChassisCollection", "Members": [{"@odata.id": CHASSIS}],
        },
        CHASSIS: {
            "@odata.type": "#Chassis.v1_8_0.Chassis", "Power": {"@odata.id": power},
            "Thermal": {"@odata.id": f"{CHASSIS}/Thermal"},
        },
        power: {
            "@odata.type": "#Power.v1_3_0.Power",
            "PowerControl": [
                {"@odata.id": f"{power}#/PowerControl/0", "Name": "System", "PowerConsumedWatts": total}
            ],
            "PowerSupplies": [
                {
                    "@odata.id": f"{power}#/PowerSupplies/{n}", "Name": f"Supply {n}",
                    "LastPowerOutputWatts": watts, "PowerCapacityWatts": 1450,
                    "Status": {"State": "Enabled", "Health": "OK"},
                }
                for n, watts in enumerate(supplies)
            ],
        },
        f"{CHASSIS}/Thermal": {
            "@odata.type": "#Thermal.v1_3_0.Thermal",
            "Temperatures": [
                {
                    "@odata.id": f"{CHASSIS}/Thermal#/Temperatures/0", "Name": "Inlet",
                    "ReadingCelsius": celsius, "MinReadingRangeTemp": 0, "MaxReadingRangeTemp": 120,
                }
            ],
        },
    }  # fmt: skip


@dataclass
class Controller:
    """Its address and fingerprint, what it will answer, and the credentials it was sent."""

    address: str = ""
    fingerprint: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    heard: list[str | None] = field(default_factory=list)


@contextmanager
def controller(folder: Path) -> Iterator[Controller]:
    """One that runs."""
    made = Controller()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.heard.append(self.headers.get("Authorization"))
            found = made.answers.get(self.path)
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            pass

    pem = folder / "controller.pem"
    made.fingerprint = _certificate(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    made.address = f"https://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificate(path: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "controleur")])
    day = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2100))
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(encoding))
    return hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()
