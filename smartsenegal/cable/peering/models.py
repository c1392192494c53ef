"""Routers, sessions as they are meant and as they are told, points of exchange, and authorised origins.

What is meant (`Session`) and what is real (`Observed`) never share a row: their difference is reckoned when
it is read. Nothing secret is kept: the key of a session stays on its router.
"""

from django.db import models
from django.db.models import Q

from smartsenegal.cable.peering.rules import words
from smartsenegal.cable.peering.rules.differences import Count, Intended, Real

SOURCES = [("bmp", "BMP"), ("bird", "birdc"), ("gobgp", "gobgp")]


class Router(models.Model):
    """A router of the inventory that speaks BGP. `heard_at` is when its sessions were last told, `heard_by`
    how; `lost_at` is when its line of BMP fell (None: it holds, or there is none)."""

    equipment = models.OneToOneField(
        "cable_network.Equipment", on_delete=models.PROTECT, related_name="+", verbose_name="équipement"
    )
    code = models.SlugField("code", max_length=60, unique=True)
    asn = models.PositiveBigIntegerField("AS")
    router_id = models.GenericIPAddressField("identifiant", protocol="IPv4")
    software = models.CharField("logiciel", max_length=10, choices=words.SOFTWARE)
    bmp_address = models.GenericIPAddressField("adresse BMP", null=True, blank=True, unique=True)
    heard_at = models.DateTimeField("lu le", null=True, blank=True)
    heard_by = models.CharField("lu par", max_length=10, choices=SOURCES, blank=True)
    lost_at = models.DateTimeField("ligne BMP perdue le", null=True, blank=True)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "routeur BGP"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Exchange(models.Model):
    """A point where networks meet. `members_at` is the day of its list of members, `source` whose list it
    is."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=200)
    node = models.ForeignKey(
        "cable_network.Node", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    members_at = models.DateField("liste du", null=True, blank=True)
    source = models.CharField("source", max_length=300, blank=True)

    class Meta:
        verbose_name = "point d’échange"
        verbose_name_plural = "points d’échange"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Who is at a point of exchange, as its own list says; `policy` and `speed_mbps` are "" and None when it
    does not say."""

    exchange = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="members")
    asn = models.PositiveBigIntegerField("AS")
    name = models.CharField("nom", max_length=200)
    addresses = models.JSONField("adresses", default=list)
    policy = models.CharField("politique", max_length=40, blank=True)
    speed_mbps = models.PositiveIntegerField("débit (Mbit/s)", null=True, blank=True)

    class Meta:
        verbose_name = "membre"
        ordering = ["asn"]
        constraints = [models.UniqueConstraint(fields=["exchange", "asn"], name="exchange_member_once")]

    def __str__(self) -> str:
        return f"AS{self.asn} {self.name}"


class Session(models.Model):
    """A session as it is meant. `prefixes` are those that a customer may announce. `circuit` is what carries
    it; None when nobody said."""

    router = models.ForeignKey(Router, on_delete=models.PROTECT, related_name="sessions")
    code = models.SlugField("code", max_length=60, unique=True)
    peer = models.CharField("voisin", max_length=200)
    asn = models.PositiveBigIntegerField("AS du voisin")
    address = models.GenericIPAddressField("adresse du voisin")
    local_address = models.GenericIPAddressField("notre adresse")
    role = models.CharField("rôle", max_length=10, choices=words.ROLES)
    ipv4 = models.BooleanField("échange IPv4", default=True)
    ipv6 = models.BooleanField("échange IPv6", default=False)
    limit4 = models.PositiveIntegerField("préfixes IPv4 admis", null=True, blank=True)
    limit6 = models.PositiveIntegerField("préfixes IPv6 admis", null=True, blank=True)
    rpki = models.CharField("routes invalides", max_length=10, choices=words.POLICIES, default=words.REJECT)
    md5 = models.BooleanField("clé MD5", default=False)
    ttl_security = models.BooleanField("sécurité par TTL", default=False)
    prefixes = models.JSONField("préfixes du client", default=list, blank=True)
    circuit = models.ForeignKey(
        "cable_network.Circuit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    exchange = models.ForeignKey(
        Exchange, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    stopped = models.BooleanField("arrêtée", default=False)
    source = models.CharField("source", max_length=300, blank=True)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "session BGP"
        ordering = ["peer", "code"]
        constraints = [
            models.UniqueConstraint(fields=["router", "address"], name="session_once"),
            models.CheckConstraint(condition=Q(ipv4=True) | Q(ipv6=True), name="session_carries"),
        ]

    def __str__(self) -> str:
        return self.peer

    @property
    def limits(self) -> dict[str, int | None]:
        """The families it carries, with how many prefixes of each are admitted."""
        both = (("ipv4", self.ipv4, self.limit4), ("ipv6", self.ipv6, self.limit6))
        return {family: limit for family, carried, limit in both if carried}

    @property
    def intended(self) -> Intended:
        """As `rules` asks."""
        return Intended(self.asn, self.role, self.limits, self.rpki, self.stopped)


class Observed(models.Model):
    """A session as its router told it last. `counts` has, by family, received, accepted, limit and whether it
    was passed; `rpki` has the routes by state and the first invalid ones, None when routes were not told."""

    router = models.ForeignKey(Router, on_delete=models.CASCADE, related_name="observed")
    address = models.GenericIPAddressField("adresse du voisin")
    asn = models.PositiveBigIntegerField("AS")
    state = models.CharField("état", max_length=20)
    since = models.DateTimeField("depuis", null=True, blank=True)
    fault = models.CharField("ce que dit le routeur", max_length=300, blank=True)
    counts = models.JSONField("préfixes", default=dict)
    rpki = models.JSONField("RPKI", null=True, blank=True)
    accepted = models.BooleanField("routes admises par les filtres", default=True)
    routes_at = models.DateTimeField("routes lues le", null=True, blank=True)

    class Meta:
        verbose_name = "session vue"
        constraints = [models.UniqueConstraint(fields=["router", "address"], name="observed_once")]

    def __str__(self) -> str:
        return self.address

    @property
    def real(self) -> Real:
        """As `rules` asks."""
        counts = {family: Count(*values) for family, values in self.counts.items()}
        rpki = self.rpki or {}
        examples = [(prefix, origin) for prefix, origin in rpki.get("examples", [])]
        return Real(self.asn, self.state, counts, self.fault, rpki.get("invalid"), examples, self.accepted)


class Change(models.Model):
    """A session that was seen to come up or go down."""

    router = models.ForeignKey(Router, on_delete=models.CASCADE, related_name="+")
    address = models.GenericIPAddressField("adresse du voisin")
    state = models.CharField("état", max_length=20)
    fault = models.CharField("ce que dit le routeur", max_length=300, blank=True)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "changement d’état"
        indexes = [models.Index(fields=["router", "address", "-at"], name="bgp_change_latest")]

    def __str__(self) -> str:
        return f"{self.address} {self.state}"


class RoaSet(models.Model):
    """Validated payloads as they were at a time, from a source; `content` is a compressed CSV (AS, prefix,
    longest). The latest made is the one that counts."""

    made_at = models.DateTimeField("produits le")
    source = models.CharField("source", max_length=300)
    imported_at = models.DateTimeField("apportés le", auto_now_add=True)
    count = models.PositiveIntegerField("nombre")
    sha256 = models.CharField("empreinte", max_length=64)
    content = models.BinaryField("contenu")

    class Meta:
        verbose_name = "jeu de ROA"
        verbose_name_plural = "jeux de ROA"
        indexes = [models.Index(fields=["-made_at", "-id"], name="roas_latest")]

    def __str__(self) -> str:
        return self.source
