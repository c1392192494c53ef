"""Kits, and the packs of events that came back from them; with the flows, so no foreign key crosses."""

import uuid

from django.db import models
from django.db.models import F, Q

STATES = [
    ("prepared", "Préparé"),
    ("away", "Parti"),
    ("here", "Cette machine"),
    ("returned", "Rendu"),
    ("lost", "Perdu"),
    ("dropped", "Annulé"),
]


class Kit(models.Model):
    """A machine prepared for some hotspots, from `starts_at` until `expires_at`, to be back at `due_at`.

    The centre has a row, the kit itself one that is `here`. `key` seals what passes between the two, itself
    sealed by the installation's keys: it is forgotten when the kit is returned, lost or dropped. `gateways`
    are the kit's own, lent by `wifi.network`: events of no other are taken. `machine` names the installation
    that became this kit: a second one made of the same file is told from it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField("nom", max_length=120, default="")
    plan = models.PositiveBigIntegerField("plan", null=True)
    sites = models.JSONField("points Wi-Fi", default=list)
    gateways = models.JSONField("passerelles", default=list)
    batches = models.JSONField("lots de tickets", default=list)
    key = models.BinaryField("clé, scellée", null=True)
    key_shown_at = models.DateTimeField("clé montrée le", null=True)
    machine = models.UUIDField("machine", null=True)
    state = models.CharField("état", max_length=8, choices=STATES, default="prepared")
    author = models.CharField("préparé par", max_length=200, default="")
    made_at = models.DateTimeField("préparé le", auto_now_add=True)
    taken_at = models.DateTimeField("fichier pris le", null=True)
    closed_at = models.DateTimeField("rendu ou perdu le", null=True)
    starts_at = models.DateTimeField("valable dès")
    expires_at = models.DateTimeField("valable jusqu’au")
    due_at = models.DateTimeField("à rendre avant le")

    class Meta:
        verbose_name = "kit d’événement"
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("starts_at")), name="kit_ends_after"),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "lost", "dropped"]) | Q(key=None),
                name="kit_key_forgotten",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)


class Pack(models.Model):
    """Some events of a kit, always the same for a number. On the kit: those with `after < id <= upto`. At the
    centre: what was really written of them, counted in the database, once; `refused` counts the others by
    reason (`rules.REASONS`): events, octets in, octets out.
    """

    kit = models.ForeignKey(Kit, on_delete=models.CASCADE, related_name="packs")
    number = models.PositiveIntegerField("numéro")
    after = models.PositiveBigIntegerField("après", default=0)
    upto = models.PositiveBigIntegerField("jusqu’à", default=0)
    events = models.PositiveIntegerField("événements")
    octets_in = models.PositiveBigIntegerField("octets reçus des appareils")
    octets_out = models.PositiveBigIntegerField("octets envoyés aux appareils")
    refused = models.JSONField("refusés", default=dict)

    class Meta:
        verbose_name = "paquet d’événements"
        constraints = [
            models.UniqueConstraint(fields=["kit", "number"], name="kit_pack_once"),
            models.CheckConstraint(condition=Q(upto__gte=F("after")), name="kit_pack_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kit_id} {self.number}"


class Return(models.Model):
    """One file that was brought back: what it said it had, how many of its events were read and of its packs
    were new, and `fault`, why it was not read to its end. A row without `done_at` is being read while its
    file is held (`store`); else by a process that was stopped: its packs are kept."""

    kit = models.ForeignKey(Kit, on_delete=models.CASCADE, related_name="returns")
    at = models.DateTimeField("reçu le", auto_now_add=True)
    author = models.CharField("par", max_length=200)
    digest = models.CharField("empreinte", max_length=64)
    sent_events = models.PositiveBigIntegerField("événements envoyés", default=0)
    sent_in = models.PositiveBigIntegerField("octets reçus des appareils", default=0)
    sent_out = models.PositiveBigIntegerField("octets envoyés aux appareils", default=0)
    read = models.PositiveBigIntegerField("événements lus", default=0)
    new = models.PositiveIntegerField("paquets nouveaux", default=0)
    fault = models.CharField("empêchement", max_length=300, blank=True)
    done_at = models.DateTimeField("lu le", null=True)

    class Meta:
        verbose_name = "retour d’un kit"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kit_id} {self.at}"
