"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.datacenter.hosting import queries
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "hosting.pool_set": "Plateforme d’hébergement décrite",
    "hosting.image_added": "Image de machine ajoutée",
    "hosting.image_closed": "Image de machine retirée",
    "hosting.tariff_added": "Tarif d’hébergement saisi",
    "hosting.project_opened": "Projet d’hébergement ouvert",
    "hosting.quota_asked": "Quota demandé",
    "hosting.quota_granted": "Quota accordé",
    "hosting.quota_refused": "Quota refusé",
    "hosting.member_added": "Membre d’un projet ajouté",
    "hosting.member_removed": "Membre d’un projet retiré",
    "hosting.machine_asked": "Machine demandée",
    "hosting.machine_changed": "État voulu d’une machine changé",
    "hosting.machine_resized": "Taille d’une machine changée",
    "hosting.console_read": "Console d’une machine lue",
    "hosting.bucket_asked": "Espace de stockage demandé",
    "hosting.bucket_closed": "Espace de stockage supprimé",
    "hosting.bucket_kept": "Espace de stockage gardé, car il n’était pas vide",
    "hosting.key_asked": "Clé d’accès demandée",
    "hosting.key_shown": "Secret d’une clé d’accès montré",
    "hosting.key_closed": "Clé d’accès retirée",
    "hosting.month_closed": "Mois d’hébergement arrêté",
    "hosting.dataset_noted": "Jeu de données inscrit",
    "hosting.dataset_closed": "Jeu de données sorti du registre",
    "hosting.done": "Machine mise en conformité",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("project", _describe)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    return {
        key: audit.Named(
            f"{each.name} ({each.code})", reverse("datacenter_hosting:project", args=[each.code])
        )
        for key, each in queries.named(ids).items()
    }
