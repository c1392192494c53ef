"""Agents of SNMP that are asked, and the interfaces that they have."""

from django.db import models
from django.db.models import Q

VERSIONS = [("2c", "SNMP v2c"), ("3", "SNMP v3 (SHA et AES)")]


class Agent(models.Model):
    """An equipment whose interfaces are read. `sealed` is its secret, sealed; `uptime` is `sysUpTime` in
    hundredths of a second; `missed` counts the rounds without an answer."""

    equipment = models.OneToOneField(
        "cable_network.Equipment", on_delete=models.PROTECT, related_name="+", verbose_name="équipement"
    )
    code = models.SlugField("code", max_length=60, unique=True)
    address = models.GenericIPAddressField("adresse")
    port = models.PositiveIntegerField("port", default=161)
    version = models.CharField("version", max_length=2, choices=VERSIONS)
    sealed = models.BinaryField("secret scellé")
    asked_at = models.DateTimeField("demandé le", null=True, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    uptime = models.PositiveBigIntegerField("allumé depuis", null=True, blank=True)
    missed = models.PositiveSmallIntegerField("tours sans réponse", default=0)
    fault = models.CharField("faute", max_length=200, blank=True)

    class Meta:
        verbose_name = "agent SNMP"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65_535), name="snmp_agent_port")
        ]

    def __str__(self) -> str:
        return self.code


class Interface(models.Model):
    """An interface of an agent, known by its name (`ifName`): its number may change when the agent starts
    again. `port` is what is billed by its counters, and `read_at` when they were last read for it. `up` is
    None when it is not known; `seen` is whether the last answer had it."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="interfaces")
    name = models.CharField("nom", max_length=120)
    index = models.PositiveBigIntegerField("numéro")
    port = models.OneToOneField(
        "cable_billing.Port", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    up = models.BooleanField("en marche", null=True)
    read_at = models.DateTimeField("lue le", null=True, blank=True)
    seen = models.BooleanField("vue au dernier tour", default=True)

    class Meta:
        verbose_name = "interface"
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["agent", "name"], name="interface_named_once")]

    def __str__(self) -> str:
        return self.name
