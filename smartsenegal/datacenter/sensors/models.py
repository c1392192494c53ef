"""Where measures come from, what was measured last, and the readings before."""

from django.db import models
from django.db.models import Q

from smartsenegal.datacenter.sensors.rules import KINDS, QUANTITIES, SNMP, TOTAL


class Source(models.Model):
    """A device of a rack that is asked: a controller by Redfish, or one object of an agent by SNMP."""

    rack = models.ForeignKey("datacenter_facility.Rack", on_delete=models.PROTECT, related_name="sources")
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("protocole", max_length=7, choices=KINDS)
    counts = models.BooleanField("compte dans la puissance de la baie", default=True)
    address = models.CharField("adresse", max_length=200)
    port = models.PositiveIntegerField("port", default=161)
    version = models.CharField("version", max_length=2, default="2c")
    oid = models.CharField("objet", max_length=120, blank=True)
    quantity = models.CharField("grandeur", max_length=8, choices=QUANTITIES, blank=True)
    scale = models.DecimalField("multiplier par", max_digits=10, decimal_places=4, default=1)
    fingerprint = models.CharField("empreinte du certificat", max_length=64, blank=True)
    key = models.UUIDField("clé", unique=True, editable=False)
    sealed = models.BinaryField("secret scellé")
    added_at = models.DateTimeField("ajoutée le", auto_now_add=True)
    asked_at = models.DateTimeField("demandée le", null=True)
    answered_at = models.DateTimeField("répondu le", null=True)
    fault = models.CharField("faute", max_length=200, blank=True)
    closed_at = models.DateTimeField("retirée le", null=True)

    class Meta:
        verbose_name = "source de mesures"
        verbose_name_plural = "sources de mesures"
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=SNMP) | (~Q(oid="") & ~Q(quantity="")), name="source_snmp_has_an_object"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Sensor(models.Model):
    """A figure of a source as it was last read, and why it cannot be believed ("": it can)."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="sensors")
    key = models.CharField("clé", max_length=300)
    name = models.CharField("nom", max_length=120)
    quantity = models.CharField("grandeur", max_length=8, choices=QUANTITIES)
    role = models.CharField("rôle", max_length=5, default=TOTAL)
    value = models.DecimalField("mesure", max_digits=14, decimal_places=3)
    read_at = models.DateTimeField("lue le")
    doubt = models.CharField("doute", max_length=200, blank=True)

    class Meta:
        verbose_name = "capteur"
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="sensor_once")]

    def __str__(self) -> str:
        return self.name


class Value(models.Model):
    """A reading, kept for some days: by it a sensor that froze is known."""

    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="values")
    at = models.DateTimeField("le")
    value = models.DecimalField("mesure", max_digits=14, decimal_places=3)

    class Meta:
        verbose_name = "mesure"
        indexes = [models.Index(fields=["sensor", "-at"], name="value_sensor")]

    def __str__(self) -> str:
        return f"{self.sensor_id} {self.value}"
