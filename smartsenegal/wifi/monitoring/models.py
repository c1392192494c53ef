"""What each hotspot saw, minute by minute. In the database of flows: numbers name hotspots, keys do not."""

from django.db import models

from smartsenegal.wifi.monitoring.rules import GRAINS, SNMP_VERSIONS


class Minute(models.Model):
    """How many of a stage (`rules.STAGES`) a hotspot saw in a minute; hotspot 0 is "not known"."""

    pk = models.CompositePrimaryKey("hotspot", "minute", "stage")
    hotspot = models.IntegerField("point Wi-Fi")
    minute = models.DateTimeField("minute")
    stage = models.CharField("étape", max_length=40)
    count = models.BigIntegerField("nombre")

    class Meta:
        verbose_name = "minute"
        indexes = [models.Index(fields=["minute"], name="minute_minute")]

    def __str__(self) -> str:
        return f"{self.hotspot} {self.minute} {self.stage}"


class Batch(models.Model):
    """Counts of a process that were added: asked again after a lost answer, they are not added twice."""

    id = models.UUIDField("lot", primary_key=True)
    at = models.DateTimeField("ajouté à", auto_now_add=True)

    class Meta:
        verbose_name = "lot de comptes"
        indexes = [models.Index(fields=["at"], name="batch_at")]

    def __str__(self) -> str:
        return str(self.id)


class Hour(models.Model):
    """The minutes of an hour added up."""

    pk = models.CompositePrimaryKey("hotspot", "hour", "stage")
    hotspot = models.IntegerField("point Wi-Fi")
    hour = models.DateTimeField("heure")
    stage = models.CharField("étape", max_length=40)
    count = models.BigIntegerField("nombre")

    class Meta:
        verbose_name = "heure"
        indexes = [models.Index(fields=["hour"], name="wifi_hour_hour")]

    def __str__(self) -> str:
        return f"{self.hotspot} {self.hour} {self.stage}"


class Day(models.Model):
    """The hours of a day added up, and what only a whole day tells: `rules.OF_A_DAY`."""

    pk = models.CompositePrimaryKey("hotspot", "day", "stage")
    hotspot = models.IntegerField("point Wi-Fi")
    day = models.DateField("jour")
    stage = models.CharField("étape", max_length=40)
    count = models.BigIntegerField("nombre")

    class Meta:
        verbose_name = "jour"
        indexes = [models.Index(fields=["day"], name="wifi_day_day")]

    def __str__(self) -> str:
        return f"{self.hotspot} {self.day} {self.stage}"


class Progress(models.Model):
    """How far accounting events were counted: `event` is the last of them."""

    name = models.CharField("nom", max_length=20, primary_key=True)
    event = models.BigIntegerField("événement", default=0)

    class Meta:
        verbose_name = "avancement"

    def __str__(self) -> str:
        return f"{self.name} {self.event}"


class Seen(models.Model):
    """The totals of a session that were counted so far: what comes later counts for its growth only."""

    session = models.BinaryField("connexion", primary_key=True, max_length=16)
    octets_in = models.BigIntegerField("octets reçus de l’appareil", default=0)
    octets_out = models.BigIntegerField("octets envoyés à l’appareil", default=0)
    ended = models.BooleanField("finie", default=False)
    at = models.DateTimeField("compté à")

    class Meta:
        verbose_name = "connexion comptée"
        indexes = [models.Index(fields=["at"], name="wifi_seen_at")]

    def __str__(self) -> str:
        return bytes(self.session).hex()


class GatewayState(models.Model):
    """What was last heard of a gateway: by RADIUS, by its own heartbeat, by our probes. None is "not known".

    `key` is that of its heartbeats, sealed; `beat_sent` the time written in the last signed one, so that none
    is taken twice. Rates are bit/s.
    """

    nas = models.IntegerField("passerelle", primary_key=True)
    hotspot = models.IntegerField("point Wi-Fi", null=True)
    radius_at = models.DateTimeField("dernier rapport RADIUS", null=True)
    off_at = models.DateTimeField("dernier arrêt annoncé", null=True)
    silent = models.BooleanField("muette", null=True)
    key = models.BinaryField("clé des battements, scellée", null=True)
    key_made_at = models.DateTimeField("clé faite le", null=True)
    beat_at = models.DateTimeField("dernier battement", null=True)
    beat_sent = models.BigIntegerField("heure du dernier battement signé", default=0)
    cpu = models.PositiveSmallIntegerField("processeur (%)", null=True)
    clients = models.PositiveIntegerField("appareils", null=True)
    leases = models.PositiveIntegerField("baux en cours", null=True)
    down_bps = models.BigIntegerField("débit descendant (bit/s)", null=True)
    up_bps = models.BigIntegerField("débit montant (bit/s)", null=True)
    uptime = models.BigIntegerField("en marche depuis (s)", null=True)
    answered_at = models.DateTimeField("a répondu à une sonde le", null=True)
    probed_at = models.DateTimeField("sondée à", null=True)
    loss = models.FloatField("part des sondes perdues", null=True)
    rtt_ms = models.FloatField("aller et retour (ms)", null=True)

    class Meta:
        verbose_name = "état d’une passerelle"

    def __str__(self) -> str:
        return str(self.nas)


class State(models.Model):
    """How a hotspot fares, as the watch last saw it: what the lists and the map show, read in one query.

    `conditions` has, by cause, [raised, since, turning] (`rules.Condition`); `signs` the counts of the last
    ten minutes that told it. Rates are bit/s.
    """

    hotspot = models.IntegerField("point Wi-Fi", primary_key=True)
    health = models.CharField("état", max_length=10, default="unknown")
    since = models.DateTimeField("depuis", null=True)
    why = models.CharField("pourquoi", max_length=300, blank=True)
    conditions = models.JSONField("causes", default=dict)
    signs = models.JSONField("mesures", default=dict)
    clients = models.PositiveIntegerField("appareils", default=0)
    down_bps = models.BigIntegerField("débit descendant (bit/s)", null=True)
    up_bps = models.BigIntegerField("débit montant (bit/s)", null=True)
    refused = models.FloatField("part des refus", null=True)
    heard_at = models.DateTimeField("dernière nouvelle", null=True)
    looked_at = models.DateTimeField("regardé à")

    class Meta:
        verbose_name = "état d’un point Wi-Fi"

    def __str__(self) -> str:
        return f"{self.hotspot} {self.health}"


class Message(models.Model):
    """Words for those who are on, shown by the portal until `ends_at`; hotspot None is everywhere."""

    hotspot = models.IntegerField("point Wi-Fi", null=True)
    text = models.CharField("message", max_length=300)
    starts_at = models.DateTimeField("à partir de")
    ends_at = models.DateTimeField("jusqu’à")
    by = models.CharField("écrit par", max_length=200)
    reason = models.CharField("motif", max_length=300)
    withdrawn_at = models.DateTimeField("retiré à", null=True)

    class Meta:
        verbose_name = "message aux connectés"
        indexes = [models.Index(fields=["ends_at"], name="wifi_message_ends")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="wifi_message_ends_after"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Alert(models.Model):
    """A fault at a hotspot, from when it is raised to when somebody closes it; one at a time for a cause.

    `ended_at` is when the fault itself went. A ticket is an alert that somebody took (`assigned_to`, the
    identifier of an account). `silenced` says that works were under way, `hidden_by` names the place whose
    own fault explains this one: neither was told to anybody.
    """

    hotspot = models.IntegerField("point Wi-Fi")
    site_code = models.CharField("lieu", max_length=120)
    cause = models.CharField("nature", max_length=20)
    why = models.CharField("pourquoi", max_length=300, blank=True)
    raised_at = models.DateTimeField("levée à")
    ended_at = models.DateTimeField("finie à", null=True)
    silenced = models.BooleanField("pendant des travaux", default=False)
    hidden_by = models.CharField("expliquée par", max_length=120, blank=True)
    told_at = models.DateTimeField("dite à", null=True)
    assigned_to = models.UUIDField("prise par", null=True)
    assigned_name = models.CharField("prise par", max_length=200, blank=True)
    acknowledged_at = models.DateTimeField("prise en charge à", null=True)
    closed_at = models.DateTimeField("close à", null=True)
    closed_because = models.CharField("cause trouvée", max_length=300, blank=True)

    class Meta:
        verbose_name = "alerte"
        indexes = [
            models.Index(fields=["hotspot", "-raised_at"], name="wifi_alert_of_hotspot"),
            models.Index(fields=["-raised_at"], condition=models.Q(closed_at=None), name="wifi_alert_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hotspot", "cause"], condition=models.Q(ended_at=None), name="wifi_alert_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotspot} {self.cause}"


class AlertNote(models.Model):
    """What somebody did or wrote about an alert."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField("à", auto_now_add=True)
    by = models.CharField("par", max_length=200)
    text = models.CharField("texte", max_length=500)

    class Meta:
        verbose_name = "note d’une alerte"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class Retention(models.Model):
    """For how many days counts are kept, from a date on: the latest that has begun holds."""

    grain = models.CharField("comptes", max_length=10, choices=GRAINS)
    days = models.PositiveIntegerField("jours")
    since = models.DateField("à partir du")
    source = models.CharField("d’après", max_length=300, blank=True)

    class Meta:
        verbose_name = "durée de conservation"
        constraints = [models.UniqueConstraint(fields=["grain", "since"], name="wifi_retention_once")]

    def __str__(self) -> str:
        return f"{self.grain} {self.days}"


class SnmpAgent(models.Model):
    """How an access point is asked by SNMP, and what it last answered. None is "not known".

    `sealed` holds the community, or the user and the two passphrases, as JSON. `stations_oid` is the object
    of the maker that counts the devices, "" when it has none. Silent is one that answered once and no more.
    """

    access_point = models.IntegerField("borne", primary_key=True)
    hotspot = models.IntegerField("point Wi-Fi")
    version = models.CharField("version", max_length=2, choices=SNMP_VERSIONS)
    port = models.PositiveIntegerField("port", default=161)
    sealed = models.BinaryField("secret, scellé")
    stations_oid = models.CharField("objet qui compte les appareils", max_length=120, blank=True)
    asked_at = models.DateTimeField("demandée à", null=True)
    answered_at = models.DateTimeField("dernière réponse", null=True)
    missed = models.PositiveSmallIntegerField("demandes sans réponse", default=0)
    uptime = models.BigIntegerField("en marche depuis (s)", null=True)
    interfaces_up = models.PositiveSmallIntegerField("interfaces en service", null=True)
    interfaces = models.PositiveSmallIntegerField("interfaces", null=True)
    stations = models.PositiveIntegerField("appareils", null=True)
    fault = models.CharField("dernière faute", max_length=200, blank=True)

    class Meta:
        verbose_name = "borne suivie par SNMP"
        indexes = [models.Index(fields=["hotspot"], name="wifi_snmp_of_hotspot")]

    def __str__(self) -> str:
        return str(self.access_point)

    @property
    def silent(self) -> bool:
        """Whether it answered once and missed two questions since."""
        return self.answered_at is not None and self.missed >= 2
