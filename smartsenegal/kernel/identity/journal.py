"""What the journal's readers are told of this module's acts."""

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.queries import account_with_login, names_of
from smartsenegal.lib.text import NBSP

VERBS = {
    "identity.created": "Compte ouvert",
    "identity.signed_in": "Connexion",
    "identity.sign_in_failed": "Connexion refusée",
    "identity.signed_out": "Déconnexion",
    "identity.code_sent": "Code envoyé",
    "identity.phone_confirmed": "Téléphone vérifié",
    "identity.email_confirmed": "Courriel vérifié",
    "identity.renamed": "Nom changé",
    "identity.assured": "Identité vue au guichet",
    "identity.found_at_desk": "Compte cherché au guichet",
    "identity.identifier_added": "Numéro d’identification ajouté",
    "identity.identifier_removed": "Numéro d’identification retiré",
    "identity.read": "Numéro d’identification lu",
    "identity.role_assigned": "Rôle donné",
    "identity.role_ended": "Rôle retiré",
    "identity.delegation_given": "Signature déléguée",
    "identity.delegation_ended": "Délégation de signature terminée",
    "identity.sessions_closed": "Appareils déconnectés",
    "identity.closed": "Compte fermé",
    "identity.reopened": "Compte rouvert",
    "identity.password_changed": "Mot de passe changé",
    "identity.factor_added": "Second facteur ajouté",
    "identity.factor_removed": "Second facteur retiré",
    "identity.factor_reset": "Codes de secours renouvelés",
    "identity.password_set": "Mot de passe choisi",
    "identity.phone_changed": "Téléphone changé",
    "identity.email_changed": "Courriel changé",
    "identity.key_made": "Clé de signature créée",
    "identity.service_registered": "Service enregistré",
    "identity.service_changed": "Service modifié",
    "identity.service_secret_rotated": "Secret du service changé",
    "identity.service_suspended": "Service suspendu",
    "identity.service_resumed": "Service rouvert",
    "identity.consent_given": "Données partagées avec un service",
    "identity.consent_withdrawn": "Partage avec un service arrêté",
    "identity.signed_in_to_service": "Entrée dans un service",
    "identity.mandate_asked": "Mandat demandé",
    "identity.mandate_code_sent": "Autre code de mandat envoyé",
    "identity.mandate_given": "Mandat donné",
    "identity.mandate_refused": "Mandat refusé",
    "identity.mandate_withdrawn": "Mandat retiré",
    "identity.mandate_expired": "Mandat terminé",
    "identity.mandate_used": "Demande déposée par mandat",
    "identity.party_chosen": "Agit au nom de",
    "identity.organisation_opened": "Organisation ajoutée",
    "identity.organisation_invited": "Membre invité",
    "identity.organisation_invitation_cancelled": "Invitation annulée",
    "identity.organisation_joined": "Membre arrivé",
    "identity.organisation_role_changed": "Rôle d’un membre changé",
    "identity.organisation_member_removed": "Membre retiré",
    "identity.organisation_left": "Membre parti",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("account", _describe, account_with_login)


def _describe(ids: list[str]) -> dict[str, audit.Named]:
    return {key: audit.Named(f"Compte{NBSP}: {name}") for key, name in names_of(ids).items()}
