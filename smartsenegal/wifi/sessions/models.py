"""Accounting events as they came, the sessions folded from them, and the use of each day.

They live in the database of flows: numbers name rows of `wifi.network` and `wifi.access`, foreign keys do
not. Times are epoch microseconds (UTC): the data plane writes millions of them.
"""

from django.db import models

from smartsenegal.kernel.database import versioned
from smartsenegal.wifi.sessions.rules import EVENT_KINDS, ORDER_KINDS, ORDER_STATES


class Event(models.Model):
    """One Accounting-Request, written before it was answered (RFC 2866 §4.2); partitioned by day of receipt.

    `session` is the key of the session (`rules.session_key`), empty for Accounting-On and -Off. `device` is
    the day's keyed hash of the address of the phone, `calling` and `address` the address itself and its IP,
    which are forgotten when the session is folded as ended. Counters are those of the whole session so far.
    """

    id = models.BigIntegerField(primary_key=True)
    day = models.DateField("jour")
    received_us = models.BigIntegerField("reçu à")
    happened_us = models.BigIntegerField("arrivé à")
    kind = models.PositiveSmallIntegerField("nature", choices=EVENT_KINDS)
    nas = models.IntegerField("passerelle")
    session = models.BinaryField("connexion")
    nas_session = models.TextField("Acct-Session-Id")
    credential = models.BigIntegerField("accès", null=True)
    holder = models.BigIntegerField("porteur", null=True)
    plan = models.IntegerField("forfait", null=True)
    access_point = models.TextField("Called-Station-Id")
    device = models.BinaryField("appareil")
    calling = models.TextField("Calling-Station-Id")
    address = models.GenericIPAddressField("adresse", null=True)
    seconds = models.BigIntegerField("durée (s)")
    octets_in = models.BigIntegerField("octets reçus de l’appareil")
    octets_out = models.BigIntegerField("octets envoyés à l’appareil")
    cause = models.PositiveSmallIntegerField("Acct-Terminate-Cause", null=True)

    class Meta:
        managed = False
        db_table = "wifi_sessions_event"
        verbose_name = "événement"

    def __str__(self) -> str:
        return f"{self.kind} {self.nas_session}"


class Session(models.Model):
    """One session of one device, as its events tell it, in whatever order they came."""

    key = models.BinaryField("clé", primary_key=True, max_length=16)
    nas = models.IntegerField("passerelle")
    hotspot = models.IntegerField("point Wi-Fi", null=True)
    zone = models.IntegerField("zone", null=True)
    credential = models.BigIntegerField("accès", null=True)
    holder = models.BigIntegerField("porteur", null=True)
    plan = models.IntegerField("forfait", null=True)
    device = models.BinaryField("appareil")
    nas_session = models.TextField("Acct-Session-Id")
    calling = models.TextField("Calling-Station-Id", blank=True)
    address = models.GenericIPAddressField("adresse", null=True)
    started_us = models.BigIntegerField("début")
    updated_us = models.BigIntegerField("dernière nouvelle")
    ended_us = models.BigIntegerField("fin", null=True)
    cause = models.PositiveSmallIntegerField("fin : cause", null=True)
    interim_seconds = models.IntegerField("rapport toutes les (s)", default=300)
    seconds = models.BigIntegerField("durée (s)", default=0)
    octets_in = models.BigIntegerField("octets reçus de l’appareil", default=0)
    octets_out = models.BigIntegerField("octets envoyés à l’appareil", default=0)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "connexion"
        indexes = [
            models.Index(fields=["nas"], condition=models.Q(ended_us=None), name="session_open_of_nas"),
            models.Index(fields=["holder"], condition=models.Q(ended_us=None), name="session_open_of_holder"),
            models.Index(fields=["hotspot", "started_us"], name="session_of_hotspot"),
            models.Index(fields=["version"], name="session_version"),
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return self.nas_session


class Usage(models.Model):
    """What a holder used in a day: the sum of what its sessions grew by that day."""

    pk = models.CompositePrimaryKey("holder", "day")
    holder = models.BigIntegerField("porteur")
    day = models.DateField("jour")
    seconds = models.BigIntegerField("durée (s)", default=0)
    octets = models.BigIntegerField("octets", default=0)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "usage du jour"
        indexes = [
            models.Index(fields=["version"], name="usage_version"),
            models.Index(fields=["day"], name="usage_day"),
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return f"{self.holder} {self.day}"


class Folded(models.Model):
    """How far the events are folded: `event` is the last identifier of `Event` taken into account."""

    name = models.CharField("nom", max_length=20, primary_key=True)
    event = models.BigIntegerField("événement", default=0)

    class Meta:
        verbose_name = "avancement"

    def __str__(self) -> str:
        return f"{self.name} {self.event}"


class Segment(models.Model):
    """A file of events written while PostgreSQL was away, and taken in since: never twice."""

    name = models.CharField("nom", max_length=120, primary_key=True)
    events = models.IntegerField("événements")
    taken_at = models.DateTimeField("repris le", auto_now_add=True)

    class Meta:
        verbose_name = "fichier repris"

    def __str__(self) -> str:
        return self.name


class DayKey(models.Model):
    """The key under which the devices of one day are hashed, sealed; destroyed on time, and with it the link
    between the hash and any phone."""

    day = models.DateField("jour", primary_key=True)
    sealed = models.BinaryField("clé, scellée", null=True)
    destroyed_at = models.DateTimeField("détruite le", null=True)

    class Meta:
        verbose_name = "clé du jour"

    def __str__(self) -> str:
        return str(self.day)


class Order(models.Model):
    """A Disconnect- or CoA-Request for a session that is on (RFC 5176), and what became of it.

    Kept before it is sent: the data plane takes those that are `pending`, in order, and settles each once,
    whatever stops meanwhile. At most one of a kind is pending for a session. `limits` are those of
    `network.api.Limits`, for the kind "limits". Nothing is sent after `until`.
    """

    session = models.BinaryField("connexion", max_length=16)
    nas = models.IntegerField("passerelle")
    kind = models.CharField("nature", max_length=10, choices=ORDER_KINDS)
    limits = models.JSONField("limites", default=dict, blank=True)
    reason = models.CharField("motif", max_length=300)
    asked_by = models.CharField("demandé par", max_length=200)
    asked_at = models.DateTimeField("demandé à", auto_now_add=True)
    until = models.DateTimeField("au plus tard")
    state = models.CharField("état", max_length=10, choices=ORDER_STATES, default="pending")
    tries = models.PositiveSmallIntegerField("envois", default=0)
    error_cause = models.PositiveSmallIntegerField("Error-Cause", null=True)
    settled_at = models.DateTimeField("réglé à", null=True)

    class Meta:
        verbose_name = "ordre"
        indexes = [
            models.Index(fields=["session"], name="order_of_session"),
            models.Index(fields=["id"], condition=models.Q(state="pending"), name="order_pending"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind"], condition=models.Q(state="pending"), name="order_pending_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
