"""Hotspots and what they are made of: site → zone → access point → radio, and the RADIUS clients."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from smartsenegal.kernel.database import versioned
from smartsenegal.wifi.network.rules import BANDS, GATEWAYS, LANGUAGES, NAS_STATES, TRANSPORTS


def all_languages() -> list[str]:
    return [code for code, _ in LANGUAGES]


class Hotspot(models.Model):
    """The Wi-Fi of a site of `kernel.sites` (kind `hotspot`), whose state (open, suspended, closed) it has.

    Rates are kbit/s of the uplink; None is "not known", which no page shows as zero.
    """

    site = models.OneToOneField("sites.Site", on_delete=models.PROTECT, related_name="+")
    ssid = models.CharField("nom du réseau (SSID)", max_length=32)
    secure_ssid = models.CharField("réseau sécurisé (802.1X)", max_length=32, blank=True)
    mobile = models.BooleanField("kit mobile", default=False)
    uplink_down_kbps = models.PositiveIntegerField("débit descendant (kbit/s)", null=True, blank=True)
    uplink_up_kbps = models.PositiveIntegerField("débit montant (kbit/s)", null=True, blank=True)
    clients_at_most = models.PositiveIntegerField("appareils ensemble, au plus", null=True, blank=True)
    pool = models.CharField("plage d’adresses (DHCP)", max_length=43, blank=True)
    lease_seconds = models.PositiveIntegerField("durée d’un bail (s)", default=3600)
    languages = models.JSONField("langues du portail", default=all_languages)
    welcome = models.CharField("mot d’accueil", max_length=300, blank=True)
    kinds_of_access = models.JSONField("façons d’entrer", default=list)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "point Wi-Fi"
        verbose_name_plural = "points Wi-Fi"
        triggers = versioned()

    def __str__(self) -> str:
        return self.ssid


class Zone(models.Model):
    """A part of a hotspot that people would name: a square, a hall, a ward."""

    hotspot = models.ForeignKey(Hotspot, on_delete=models.PROTECT, related_name="zones")
    code = models.SlugField("code", max_length=60)
    name = models.CharField("nom", max_length=120)
    latitude = models.DecimalField("latitude", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=8, decimal_places=5, null=True, blank=True)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "zone"
        constraints = [models.UniqueConstraint(fields=["hotspot", "code"], name="zone_code_once")]
        triggers = versioned()

    def __str__(self) -> str:
        return self.name


class AccessPoint(models.Model):
    """One access point. `mac` is the base address it sends in Called-Station-Id (RFC 3580): 12 hex digits."""

    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="access_points")
    name = models.CharField("nom", max_length=80)
    mac = models.CharField("adresse MAC", max_length=12, unique=True)
    make = models.CharField("marque", max_length=40, blank=True)
    model = models.CharField("modèle", max_length=60, blank=True)
    serial = models.CharField("numéro de série", max_length=80, blank=True)
    address = models.GenericIPAddressField("adresse IP", null=True, blank=True)
    installed_on = models.DateField("installé le", null=True, blank=True)
    retired_on = models.DateField("retiré le", null=True, blank=True)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "borne"
        constraints = [
            models.CheckConstraint(condition=Q(mac__regex=r"^[0-9a-f]{12}$"), name="access_point_mac"),
            models.UniqueConstraint(fields=["zone", "name"], name="access_point_name_once"),
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return self.name


class Radio(models.Model):
    """One radio of an access point."""

    access_point = models.ForeignKey(AccessPoint, on_delete=models.CASCADE, related_name="radios")
    band = models.CharField("bande", max_length=3, choices=BANDS)
    channel = models.PositiveSmallIntegerField("canal", null=True, blank=True)
    width_mhz = models.PositiveSmallIntegerField("largeur (MHz)", default=20)
    clients_at_most = models.PositiveSmallIntegerField("appareils ensemble, au plus", null=True, blank=True)

    class Meta:
        verbose_name = "radio"
        constraints = [models.UniqueConstraint(fields=["access_point", "band"], name="radio_band_once")]

    def __str__(self) -> str:
        return self.get_band_display()


class Nas(models.Model):
    """A RADIUS client (RFC 2865 §2): the gateway or controller of a hotspot.

    `network` is the address or prefix its packets come from; over RadSec the name in its certificate counts
    instead. `secret` is sealed with the installation's keys; `former_secret`, sealed the same way, is still
    answered until `former_until`, so that a renewal cuts nobody off. `lenient_reason` names why it may send
    requests without Message-Authenticator (CVE-2024-3596); empty, it may not. `controller_url` and
    `controller_key`, sealed as the secret is: the controller that the portal asks to let devices in.
    One that is `lent` went with a kit: it has no secret here, and is not answered. The kit answers it from
    `answered_from` until `answered_until` only; None is "always".
    """

    hotspot = models.ForeignKey(Hotspot, on_delete=models.PROTECT, null=True, blank=True, related_name="nas")
    code = models.SlugField("code", max_length=60, unique=True)
    gateway = models.CharField("passerelle", max_length=20, choices=GATEWAYS)
    transport = models.CharField("transport", max_length=8, choices=TRANSPORTS, default="udp")
    network = models.CharField("adresse ou réseau", max_length=43, blank=True)
    certificate_name = models.CharField("nom dans le certificat", max_length=200, blank=True)
    certificate_until = models.DateTimeField("certificat valable jusqu’à", null=True, blank=True)
    identifier = models.CharField("NAS-Identifier", max_length=253, blank=True)
    secret = models.BinaryField("secret, scellé", null=True)
    former_secret = models.BinaryField("ancien secret, scellé", null=True)
    former_until = models.DateTimeField("ancien secret accepté jusqu’à", null=True, blank=True)
    lenient_reason = models.CharField("exception : motif", max_length=300, blank=True)
    coa_address = models.GenericIPAddressField("adresse pour CoA", null=True, blank=True)
    coa_port = models.PositiveIntegerField("port pour CoA", default=3799)
    interim_seconds = models.PositiveIntegerField("rapport toutes les (s)", default=300)
    controller_url = models.CharField("adresse de son contrôleur", max_length=200, blank=True)
    controller_key = models.BinaryField("clé du contrôleur, scellée", null=True)
    state = models.CharField("état", max_length=8, choices=NAS_STATES, default="active")
    answered_from = models.DateTimeField("répondue à partir de", null=True, blank=True)
    answered_until = models.DateTimeField("répondue jusqu’à", null=True, blank=True)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "passerelle"
        constraints = [
            models.UniqueConstraint(
                fields=["network"], condition=Q(transport="udp", state="active"), name="nas_network_once"
            ),
            models.UniqueConstraint(
                Lower("certificate_name"),
                condition=Q(transport="radsec", state="active"),
                name="nas_certificate_once",
            ),
            models.CheckConstraint(
                condition=Q(interim_seconds__gte=60), name="nas_interim_at_least_a_minute"
            ),
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return self.code


class Certificate(models.Model):
    """A certificate of a gateway by RadSec: one we gave, or one of another authority that was revoked.

    Who shows one that is revoked is answered no more. Of one that was only typed, one of the two marks is "".
    """

    nas = models.ForeignKey(Nas, on_delete=models.PROTECT, related_name="certificates")
    fingerprint = models.CharField("empreinte SHA-256", max_length=64, blank=True)
    serial = models.CharField("numéro de série", max_length=40, blank=True)
    given_at = models.DateTimeField("donné le", null=True)
    until = models.DateTimeField("valable jusqu’à", null=True)
    revoked_at = models.DateTimeField("révoqué le", null=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "certificat"
        constraints = [
            models.UniqueConstraint(
                fields=["nas", "fingerprint"], condition=~Q(fingerprint=""), name="certificate_once"
            ),
            models.CheckConstraint(
                condition=~Q(fingerprint="") | ~Q(serial=""), name="certificate_has_a_mark"
            ),
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return self.fingerprint or self.serial


class Maintenance(models.Model):
    """A window during which a hotspot's silence is no alert."""

    hotspot = models.ForeignKey(Hotspot, on_delete=models.CASCADE, related_name="maintenances")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    reason = models.CharField("motif", max_length=300)

    class Meta:
        verbose_name = "travaux"
        verbose_name_plural = "travaux"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="maintenance_ends_after")
        ]

    def __str__(self) -> str:
        return self.reason
