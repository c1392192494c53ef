"""Codes sent to phones and how many a day, devices that a gateway without RADIUS is to let in."""

from django.db import models

from smartsenegal.wifi.portal.rules import DAY_BOUNDS


class PhoneCode(models.Model):
    """A code sent to a phone. Neither the number nor the code is kept: both under keyed hashes, like the
    address it was asked from when it is not of the site (`origin`, else "")."""

    phone = models.CharField("empreinte du numéro", max_length=64)
    code = models.BinaryField("empreinte du code")
    hotspot = models.IntegerField("point Wi-Fi")
    origin = models.CharField("empreinte de l’adresse", max_length=32, blank=True)
    sent_at = models.DateTimeField("envoyé le")
    until = models.DateTimeField("valable jusqu’à", db_index=True)
    tries = models.PositiveSmallIntegerField("essais", default=0)
    used_at = models.DateTimeField("servi le", null=True)

    class Meta:
        verbose_name = "code envoyé"
        verbose_name_plural = "codes envoyés"
        indexes = [
            models.Index(fields=["phone", "-sent_at"], name="phone_code_of_phone"),
            models.Index(fields=["hotspot", "-sent_at"], name="phone_code_of_site"),
            models.Index(
                fields=["origin", "-sent_at"], name="phone_code_of_origin", condition=~models.Q(origin="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class SmsBound(models.Model):
    """How many codes are sent in a day, from a day on, and who says so. Rows are only added."""

    bound = models.CharField("plafond", max_length=8, choices=DAY_BOUNDS)
    at_most = models.PositiveIntegerField("au plus")
    basis = models.CharField("d’après", max_length=300)
    confirmed = models.BooleanField("décidé", default=False)
    effective_from = models.DateField("à partir du")
    set_by = models.CharField("réglé par", max_length=200)
    set_at = models.DateTimeField("réglé le", auto_now_add=True)

    class Meta:
        verbose_name = "plafond des codes par SMS"
        indexes = [models.Index(fields=["bound", "effective_from"], name="sms_bound_latest")]

    def __str__(self) -> str:
        return f"{self.bound} {self.at_most}"


class Admission(models.Model):
    """A device that an openNDS gateway is to let in, then has let in: what it makes no accounting of.

    `mac` is forgotten when the session ends. `line` is what the gateway is given.
    """

    nas = models.IntegerField("passerelle")
    rhid = models.CharField("appareil, pour la passerelle", max_length=64)
    line = models.CharField("limites", max_length=400)
    mac = models.CharField("adresse MAC", max_length=12, blank=True)
    address = models.GenericIPAddressField("adresse", null=True)
    credential = models.BigIntegerField("accès")
    holder = models.BigIntegerField("porteur")
    plan = models.IntegerField("forfait")
    asked_at = models.DateTimeField("demandé le")
    until = models.DateTimeField("à laisser entrer jusqu’à", db_index=True)
    entered_at = models.DateTimeField("entré le", null=True)
    ended_at = models.DateTimeField("fini le", null=True)

    class Meta:
        verbose_name = "admission"
        constraints = [
            models.UniqueConstraint(
                fields=["nas", "rhid"],
                condition=models.Q(entered_at=None, ended_at=None),
                name="admission_waits_once",
            )
        ]
        indexes = [models.Index(fields=["nas", "mac"], name="admission_of_device")]

    def __str__(self) -> str:
        return f"{self.pk}"
