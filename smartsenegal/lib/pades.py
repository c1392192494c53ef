"""Signatures of PDF: PAdES with a signature timestamp (ETSI EN 319 142-1, level B-T), by pyHanko.

`sign` forbids any later change of the document; `verify` accepts exactly the bytes that were signed.
"""

import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, keys, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from smartsenegal.lib.authority import Authority, Credential
from smartsenegal.lib.text import NBSP
from smartsenegal.lib.trust import Trust

FIELD = "Signature"

# --- signing ----------------------------------------------------------------------


def sign(pdf: bytes, authority: Authority, *, reason: str, name: str, location: str) -> bytes:
    """The PDF with an incremental signature over the whole of it: SHA-256, CAdES detached, stamped with now.

    `name` is the person or office that signs. It is a certification signature that allows no change. Starts
    an event loop of its own: not to be called from asynchronous code.
    """
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        name=name,
        location=location,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signer = PdfSigner(
        metadata,
        signer=_signer(authority.signer),
        timestamper=_TimeStamper(authority.timestamper),
        new_field_spec=_field(),
    )
    out = io.BytesIO()
    signer.sign_pdf(_Writer(io.BytesIO(pdf)), output=out)
    return out.getvalue()


class _Writer(IncrementalPdfFileWriter):  # type: ignore[misc]
    """Leaves the version (1.7) and the metadata of the archive format as they are."""

    output_version = (1, 7)

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        super().ensure_output_version(min(version, self.output_version))

    def _update_meta(self) -> None:
        pass


class _TimeStamper(TimeStamper):  # type: ignore[misc]
    """The authority's own time stamper (RFC 3161), in the process: signing needs no network."""

    def __init__(self, credential: Credential) -> None:
        super().__init__()
        self._credential = credential
        self._certificate = _certificate(credential)

    async def async_request_tsa_response(self, req: Any) -> Any:
        info = tsp.TSTInfo(
            {
                "version": "v1",
                # anyPolicy (RFC 5280, section 4.2.1.4): the demonstration authority publishes no policy.
                "policy": "2.5.29.32.0",
                "message_imprint": req["message_imprint"],
                "serial_number": secrets.randbits(63),
                "gen_time": datetime.now(UTC),
                "accuracy": {"seconds": 1},
                "nonce": req["nonce"],
                "tsa": x509.GeneralName(name="directory_name", value=self._certificate.subject),
            }
        )
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._signed(info.dump())})
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    def _signed(self, info: bytes) -> Any:
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("message_digest", hashlib.sha256(info).digest()),
                simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(self._certificate)),
            ]
        )
        signature = self._credential.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        issuer = {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number}
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", issuer),
            "digest_algorithm": {"algorithm": "sha256"},
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signed_attrs": attributes,
            "signature": signature,
        }
        return {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info)},
            "certificates": [self._certificate],
            "signer_infos": [signer],
        }


def _field() -> Any:
    # PDF/A wants a field that prints, PDF/UA one that is tagged or lies out of the page: ours lies out of it.
    place = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    return fields.SigFieldSpec(FIELD, readable_field_name="Signature électronique", invis_sig_settings=place)


def _signer(credential: Credential) -> Any:
    return signers.SimpleSigner(
        signing_cert=_certificate(credential),
        signing_key=keys.PrivateKeyInfo.load(credential.key_der()),
        cert_registry=SimpleCertificateStore(),
        embed_roots=False,
    )


def _certificate(credential: Credential) -> Any:
    return x509.Certificate.load(credential.certificate_der())


# --- verifying --------------------------------------------------------------------

_KEY_USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, extd_key_usage={"1.3.6.1.5.5.7.3.36"}
)


@dataclass(frozen=True)
class PdfVerdict:
    """What is known of a PDF's signature; `problems` are French sentences, none when `valid`.

    `intact`: the bytes are those that were signed. `trusted`: by someone our authority certified. `signed_at`
    is the time stamped by the authority.
    """

    valid: bool
    intact: bool
    trusted: bool
    signer: str
    signed_at: datetime | None
    covers_whole_document: bool
    problems: list[str]


_UNSIGNED = "Ce PDF n’est pas signé."
_UNREADABLE = f"Ce fichier ne peut pas être lu comme un PDF signé{NBSP}: il est abîmé ou d’une autre nature."
_ALTERED = "Le document a été modifié après sa signature."
_UNTRUSTED = "La signature ne vient pas de l’autorité reconnue."
_NO_TIME = "La date de la signature n’est pas certifiée par l’autorité."
_EXTENDED = "Des données ont été ajoutées au document après sa signature."


def verify(pdf: bytes, trust: Trust) -> PdfVerdict:
    """Whether the PDF is, byte for byte, what someone certified by our authority signed. Needs no network.

    The signer's certificate is judged at the stamped time, so that an act outlives the certificate. Starts an
    event loop of its own: not to be called from asynchronous code.
    """
    try:
        return _verdict(pdf, trust)
    # A hostile file can make the parsers fail in any way; each of them means the same to the person.
    except Exception:
        return _refused(_UNREADABLE)


def _refused(problem: str) -> PdfVerdict:
    return PdfVerdict(False, False, False, "", None, False, [problem])


def _verdict(pdf: bytes, trust: Trust) -> PdfVerdict:
    embedded = PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures
    if not embedded:
        return _refused(_UNSIGNED)
    status = _status(embedded[0], x509.Certificate.load(trust.root_certificate().public_bytes(Encoding.DER)))
    stamp = status.timestamp_validity
    stamped = stamp is not None and bool(stamp.valid and stamp.intact and stamp.trusted)
    intact = bool(status.intact and status.valid) and _is_canonical(pdf, embedded[0])
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and len(embedded) == 1
    checks = ((intact, _ALTERED), (bool(status.trusted), _UNTRUSTED), (stamped, _NO_TIME), (whole, _EXTENDED))
    problems = [problem for holds, problem in checks if not holds]
    return PdfVerdict(
        valid=not problems,
        intact=intact,
        trusted=bool(status.trusted),
        signer=_who(status.signing_cert),
        signed_at=stamp.timestamp if stamped else None,
        covers_whole_document=whole,
        problems=problems,
    )


def _status(signature: Any, root: Any) -> Any:
    now = _validated(signature, root, moment=None)
    stamp = now.timestamp_validity
    if now.trusted or stamp is None or not stamp.trusted:
        return now
    return _validated(signature, root, moment=stamp.timestamp)


def _validated(signature: Any, root: Any, moment: datetime | None) -> Any:
    return validate_pdf_signature(
        signature,
        ValidationContext(trust_roots=[root], moment=moment, allow_fetching=False),
        ts_validation_context=ValidationContext(trust_roots=[root], allow_fetching=False),
        key_usage_settings=_KEY_USAGE,
        skip_diff=True,
    )


# SHA-256 as an AlgorithmIdentifier, and the set of this one algorithm.
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_SHA256_SET = b"\x31\x0f" + _SHA256


def _is_canonical(pdf: bytes, signature: Any) -> bool:
    # The place of the signature is what it does not cover: it must hold the signature alone, written one way.
    _, start, end, _ = (int(n) for n in signature.byte_range)
    hole = pdf[start:end]
    content = bytes.fromhex(hole[1:-1].decode("ascii"))
    whole = _content_info(signature.signed_data.dump())
    padding = content[len(whole) :]
    if hole != b"<" + content.hex().upper().encode() + b">" or content != whole + padding or any(padding):
        return False
    (stamp,) = signature.signer_info["unsigned_attrs"]
    (token,) = stamp["values"]
    return _is_plain(signature.signed_data, b"\x01") and _is_plain(token["content"], b"\x03")


# The object identifier of signed data (RFC 5652, section 5.1) as it is encoded.
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")


def _content_info(signed_data: bytes) -> bytes:
    # The outer message (RFC 5652, section 3), its length in two bytes: parsers overlook zeros behind it.
    content = _SIGNED_DATA + signed_data
    return b"\x30\x82" + len(content).to_bytes(2, "big") + content


def _is_plain(signed: Any, version: bytes) -> bool:
    # The parts of a CMS message that its own signature leaves out (RFC 5652, section 5.1) have fixed values.
    (signer,) = signed["signer_infos"]
    (certificate,) = signed["certificates"]
    return bool(
        # Names are compared without case (RFC 5280, section 7.1): here they must be the same bytes.
        signer["sid"].chosen["issuer"].dump() == certificate.chosen.issuer.dump()
        and signed["version"].dump() == b"\x02\x01" + version
        and signed["digest_algorithms"].dump() == _SHA256_SET
        and signer["version"].dump() == b"\x02\x01\x01"
        and signer["digest_algorithm"].dump() == _SHA256
    )


def _who(certificate: Any) -> str:
    name = certificate.subject.native
    return f"{name.get('common_name', '')} ({name.get('organization_name', '')})"
