"""Who may use the hotspots: realms, groups, plans and the rules that choose them, credentials, vouchers."""

from django.db import models
from django.db.models import F, Q

from smartsenegal.kernel.database import versioned
from smartsenegal.wifi.access.rules import (
    CLOSED_BECAUSE,
    CREDENTIAL_KINDS,
    EAP_METHODS,
    PRIORITIES,
    REALM_KINDS,
    default_methods,
)

HOME_TRANSPORTS = [("udp", "UDP"), ("radsec", "RadSec (TLS)")]


class Realm(models.Model):
    """What follows the @ of an outer identity (RFC 7542), and who answers for it.

    `local`: we do. `proxy`: its home servers do. The realm named "" is that of logins without an @.
    An unknown realm is answered Access-Reject, never dropped.
    """

    name = models.CharField("domaine", max_length=253, unique=True, blank=True)
    kind = models.CharField("nature", max_length=6, choices=REALM_KINDS)
    organisation = models.ForeignKey(
        "identity.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    methods = models.JSONField("méthodes EAP permises", default=default_methods)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "domaine d’itinérance"
        verbose_name_plural = "domaines d’itinérance"
        triggers = versioned()

    def __str__(self) -> str:
        return self.name or "sans domaine"

    def unknown_methods(self) -> list[str]:
        """Methods of this realm that no code answers."""
        return [m for m in self.methods if m not in dict(EAP_METHODS)]


class HomeServer(models.Model):
    """A RADIUS server that answers for a realm; those of lower `rank` are asked first.

    Closed, never deleted: the data plane holds a copy of the row.
    """

    realm = models.ForeignKey(Realm, on_delete=models.CASCADE, related_name="home_servers")
    rank = models.PositiveSmallIntegerField("rang", default=1)
    address = models.CharField("adresse", max_length=253)
    port = models.PositiveIntegerField("port", default=2083)
    transport = models.CharField("transport", max_length=8, choices=HOME_TRANSPORTS, default="radsec")
    secret = models.BinaryField("secret, scellé", null=True)  # of UDP: RFC 6614 §2.3 has one for everybody
    closed_at = models.DateTimeField("fermé le", null=True)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "serveur d’origine"
        verbose_name_plural = "serveurs d’origine"
        constraints = [
            models.UniqueConstraint(
                fields=["realm", "address", "port", "transport"],
                condition=models.Q(closed_at=None),
                name="home_server_once",
            )
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


class Group(models.Model):
    """Holders that a rule can name: students, hospital staff, rescue services, guests of an event."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)

    class Meta:
        verbose_name = "groupe"

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """Limits of use. None is "no limit"; a day is a calendar day in Dakar (UTC)."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    session_seconds = models.PositiveIntegerField("durée d’une connexion (s)", null=True, blank=True)
    daily_seconds = models.PositiveIntegerField("temps par jour (s)", null=True, blank=True)
    daily_octets = models.PositiveBigIntegerField("volume par jour (octets)", null=True, blank=True)
    idle_seconds = models.PositiveIntegerField("fin sans trafic (s)", null=True, blank=True)
    down_kbps = models.PositiveIntegerField("débit descendant (kbit/s)", null=True, blank=True)
    up_kbps = models.PositiveIntegerField("débit montant (kbit/s)", null=True, blank=True)
    devices = models.PositiveSmallIntegerField("appareils ensemble", default=1)
    priority = models.PositiveSmallIntegerField("priorité", choices=PRIORITIES, default=0)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "forfait"
        constraints = [models.CheckConstraint(condition=Q(devices__gte=1), name="plan_one_device_at_least")]
        triggers = versioned()

    def __str__(self) -> str:
        return self.name


class PlanRule(models.Model):
    """Gives a plan to a group, at a site or zone, at some hours or during an event: see `rules.plan_for`.

    `site` and `zone` are identifiers of `wifi.network`; `hours` has the shape of a site's opening hours.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rules")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    hotspot = models.ForeignKey(
        "wifi_network.Hotspot", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    zone = models.ForeignKey(
        "wifi_network.Zone", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    hours = models.JSONField("heures", default=dict, blank=True)
    starts_at = models.DateTimeField("à partir de", null=True, blank=True)
    ends_at = models.DateTimeField("jusqu’à", null=True, blank=True)
    closed = models.BooleanField("fermé alors", default=False)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "règle"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="plan_rule_ends_after",
            )
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return f"{self.plan_id}"


class Credential(models.Model):
    """What proves a right to use the network, whoever holds it.

    - `holder` is whose use is counted together (a person's devices, a voucher): a number that names nobody;
      `account` is the Smart Sénégal account behind it, when there is one.
    - `login` is unique in its realm, lower case. For the kind `mac` it is a keyed hash of the address: the
      database holds no address of a phone.
    - `hotspot` is where alone it serves; none is "wherever a rule gives a plan".
    - Passwords are always made by the platform, 80 bits and more: `verifier` is their HMAC-SHA256 under the
      installation's key, fast to check and useless without the key. `sealed` holds the password itself,
      sealed, only where a method needs it (CHAP, MSCHAPv2).
    """

    realm = models.ForeignKey(Realm, on_delete=models.PROTECT, related_name="credentials")
    login = models.CharField("identifiant", max_length=253)
    kind = models.CharField("nature", max_length=11, choices=CREDENTIAL_KINDS)
    holder = models.PositiveBigIntegerField("porteur", db_index=True)
    account = models.ForeignKey(
        "identity.Account", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(
        "VoucherBatch", on_delete=models.PROTECT, null=True, blank=True, related_name="credentials"
    )
    roster = models.ForeignKey(
        "Roster", on_delete=models.PROTECT, null=True, blank=True, related_name="credentials"
    )
    hotspot = models.IntegerField("point Wi-Fi", null=True, blank=True)
    verifier = models.BinaryField("empreinte du secret", null=True)
    sealed = models.BinaryField("secret, scellé", null=True)
    valid_from = models.DateTimeField("valable dès", null=True, blank=True)
    valid_until = models.DateTimeField("valable jusqu’à", null=True, blank=True)
    seconds_in_all = models.PositiveIntegerField("temps en tout (s)", null=True, blank=True)
    octets_in_all = models.PositiveBigIntegerField("volume en tout (octets)", null=True, blank=True)
    first_used_at = models.DateTimeField("première fois", null=True, blank=True)
    closed_because = models.CharField("fermé", max_length=12, choices=CLOSED_BECAUSE, blank=True)
    made_at = models.DateTimeField("créé le", auto_now_add=True)
    version = models.PositiveBigIntegerField("version", default=0, editable=False, db_index=True)

    class Meta:
        verbose_name = "accès"
        verbose_name_plural = "accès"
        constraints = [
            models.UniqueConstraint(
                fields=["realm", "login"], condition=Q(closed_because=""), name="credential_login_once"
            ),
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class VoucherBatch(models.Model):
    """Vouchers made together, printed on a sheet, closed together.

    `codes`, sealed, is kept until `codes_until` to print them; after that nobody can read a code any more.
    """

    name = models.CharField("nom", max_length=120)
    hotspot = models.ForeignKey(
        "wifi_network.Hotspot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField("nombre")
    made_by = models.CharField("fait par", max_length=200)
    made_at = models.DateTimeField("fait le", auto_now_add=True)
    valid_until = models.DateTimeField("valables jusqu’au")
    codes = models.BinaryField("codes, scellés", null=True)
    codes_until = models.DateTimeField("imprimables jusqu’au", null=True)
    taken_at = models.DateTimeField("fichier pris le", null=True)
    closed_at = models.DateTimeField("fermé le", null=True)

    class Meta:
        verbose_name = "lot de tickets"
        verbose_name_plural = "lots de tickets"

    def __str__(self) -> str:
        return self.name


class Roster(models.Model):
    """A list of students or staff that was brought into a realm; `count` accesses were made for it.

    `sealed`, their logins and passwords, is kept until the file is taken, and no longer than `sealed_until`.
    """

    realm = models.ForeignKey(Realm, on_delete=models.PROTECT, related_name="rosters")
    count = models.PositiveIntegerField("accès faits")
    changed = models.PositiveIntegerField("accès modifiés")
    closed = models.PositiveIntegerField("accès fermés")
    made_by = models.CharField("fait par", max_length=200)
    made_at = models.DateTimeField("fait le", auto_now_add=True)
    sealed = models.BinaryField("identifiants et mots de passe, scellés", null=True)
    sealed_until = models.DateTimeField("à prendre avant")
    taken_at = models.DateTimeField("fichier pris le", null=True)

    class Meta:
        verbose_name = "liste d’accès"
        verbose_name_plural = "listes d’accès"

    def __str__(self) -> str:
        return f"{self.realm_id} {self.pk}"


class Line(models.Model):
    """The line before a site that is full (`access.line`), as others reckon with it.

    `claimed`: places that are held or waited for, good until `until_us` (epoch microseconds).
    """

    hotspot = models.IntegerField("point Wi-Fi", primary_key=True)
    claimed = models.PositiveIntegerField("places promises", default=0)
    until_us = models.BigIntegerField("compte valable jusqu’à", default=0)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "file d’attente"
        verbose_name_plural = "files d’attente"
        triggers = versioned()

    def __str__(self) -> str:
        return f"{self.hotspot}"


class Ticket(models.Model):
    """A device in such a line: see `line.Ticket`. `device` is a keyed hash, forgotten with the ticket."""

    hotspot = models.IntegerField("point Wi-Fi")
    device = models.BinaryField("appareil", max_length=16)
    asked_us = models.BigIntegerField("demandé à")
    seen_us = models.BigIntegerField("vu à")
    until_us = models.BigIntegerField("place gardée jusqu’à", default=0)
    credential = models.BigIntegerField("accès", null=True)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "place dans une file"
        verbose_name_plural = "places dans les files"
        constraints = [models.UniqueConstraint(fields=["hotspot", "device"], name="ticket_of_device_once")]
        indexes = [
            models.Index(
                fields=["version"], condition=models.Q(credential__isnull=False), name="ticket_with_a_token"
            )
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return f"{self.pk}"
