"""Accounts, organisations, roles with a scope, identifiers; services of others, mandates, members."""

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from smartsenegal.kernel.identity.rules import (
    ASSURANCE,
    DELEGATION_KINDS,
    DOCUMENTS,
    IDENTIFIERS,
    LANGUAGES,
    MANDATE_PROOFS,
    MANDATE_STATES,
    PARTY_ROLES,
    ROLES,
    SERVICE_KINDS,
    display_name,
)
from smartsenegal.lib.ids import uuid7


class AccountQuerySet(models.QuerySet["Account"]):
    def pending(self) -> "AccountQuerySet":
        """Accounts opened by asking for a code that nobody has typed yet: they hold nothing."""
        unused = self.filter(name="", last_login=None, phone_verified=False, roles=None, identifiers=None)
        return unused.exclude(emailaddress__verified=True)


class AccountManager(BaseUserManager["Account"]):
    def get_queryset(self) -> AccountQuerySet:
        return AccountQuerySet(self.model, using=self._db)

    def pending(self) -> AccountQuerySet:
        return self.get_queryset().pending()

    def create_user(self, phone: str | None = None, email: str | None = None, **fields: Any) -> "Account":
        password = fields.pop("password", None)
        account = self.model(phone=phone or None, email=(email or "").lower() or None, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Someone who can sign in, by phone or by e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    phone = models.CharField("téléphone", max_length=20, null=True, blank=True, unique=True)
    phone_verified = models.BooleanField("téléphone vérifié", default=False)
    email = models.EmailField("adresse électronique", null=True, blank=True, unique=True)
    name = models.CharField("nom", max_length=200, blank=True)
    language = models.CharField("langue", max_length=8, choices=LANGUAGES, default="fr")
    assurance = models.CharField("niveau d’identité", max_length=10, choices=ASSURANCE, default="declared")
    assured_at = models.DateTimeField("identité vue le", null=True, blank=True)
    assured_with = models.CharField("pièce présentée", max_length=20, choices=DOCUMENTS, blank=True)
    is_active = models.BooleanField("actif", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = "compte"
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__isnull=False) | Q(email__isnull=False), name="account_is_reachable"
            )
        ]

    def __str__(self) -> str:
        return display_name(self.name, self.phone or "", self.email or "")


class Organisation(models.Model):
    """An administration, or one of its services (a registry, a tax centre, a town hall)."""

    code = models.SlugField("code", max_length=80, unique=True)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=40)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    territory = models.ForeignKey("territory.Territory", on_delete=models.PROTECT, related_name="+")
    source = models.CharField("source", max_length=300, blank=True)
    registration = models.CharField("NINEA ou récépissé", max_length=40, blank=True)

    class Meta:
        verbose_name = "organisme"
        indexes = [models.Index(fields=["kind", "territory"], name="organisation_kind")]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """A role held by an account in one organisation, and there in one territory (all of it by default)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField("rôle", max_length=20, choices=ROLES)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roles")
    territory = models.ForeignKey(
        "territory.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True)

    class Meta:
        verbose_name = "rôle"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "organisation", "territory"],
                nulls_distinct=False,
                name="role_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.organisation}"


class Delegation(models.Model):
    """What a signatory lets an agent of the same organisation sign for them, by an act, between two days.

    `document` names the scanned act kept by the caller (kernel.documents stands above this module). It holds
    as long as its giver signs there themselves: see `queries.principals`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("nature", max_length=10, choices=DELEGATION_KINDS, default="delegation")
    giver = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="delegations_given")
    deputy = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="delegations_held")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="delegations")
    territory = models.ForeignKey(
        "territory.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    covers = ArrayField(
        models.CharField(max_length=160), verbose_name="démarches et étapes", default=list, blank=True
    )
    quality = models.CharField("qualité", max_length=120)
    number = models.CharField("numéro de l’acte", max_length=60)
    act_on = models.DateField("date de l’acte")
    document = models.CharField("acte numérisé", max_length=80)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    created_at = models.DateTimeField("enregistrée le", auto_now_add=True)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)

    class Meta:
        verbose_name = "délégation de signature"
        verbose_name_plural = "délégations de signature"
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("deputy")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_days"),
        ]
        indexes = [
            models.Index(fields=["deputy", "ends_on"], name="delegation_deputy"),
            models.Index(fields=["giver", "-starts_on"], name="delegation_giver"),
            models.Index(fields=["organisation", "-starts_on"], name="delegation_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def runs_on(self, day: date) -> bool:
        """Whether its own dates let it hold that day."""
        return self.ended_at is None and self.starts_on <= day <= self.ends_on


class Identifier(models.Model):
    """A number by which an administration knows a person or a business, sealed: no clear value is stored.

    `blind` finds an equal number without opening the others; the clear value is read with
    `queries.reveal` alone.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField("nature", max_length=8, choices=IDENTIFIERS)
    sealed = models.BinaryField("valeur scellée")
    blind = models.CharField("empreinte", max_length=64, db_index=True)
    added_at = models.DateTimeField("ajouté le", auto_now_add=True)

    class Meta:
        verbose_name = "identifiant"
        constraints = [models.UniqueConstraint(fields=["account", "kind", "blind"], name="identifier_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"


# --- services of others, which sign people in here or call the API ------------------------


class SigningKey(models.Model):
    """An RSA key that signs what other services receive (RFC 7518, section 3.3), sealed under the key ring.

    It is published before it signs (`not_before`) and after it has ceased to, until `expires_at`.
    """

    kid = models.UUIDField("numéro", primary_key=True, default=uuid7, editable=False)
    sealed = models.BinaryField("clé scellée")
    not_before = models.DateTimeField("signe à partir du")
    expires_at = models.DateTimeField("publiée jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "clé de signature"

    def __str__(self) -> str:
        return str(self.kid)


class ServiceClient(models.Model):
    """A service of an organisation: it signs people in through us, or calls the API in its own name.

    allauth's `Client` is what the protocol reads; it is written from this row, and emptied while suspended.
    """

    client = models.OneToOneField(
        "allauth_idp_oidc.Client", on_delete=models.PROTECT, primary_key=True, related_name="service"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    kind = models.CharField("usage", max_length=10, choices=SERVICE_KINDS)
    name = models.CharField("nom", max_length=100)
    purpose = models.CharField("usage des données", max_length=300, blank=True)
    is_public = models.BooleanField("sans secret", default=False)
    redirect_uris = ArrayField(
        models.CharField(max_length=500), verbose_name="adresses de retour", default=list
    )
    logout_uris = ArrayField(
        models.CharField(max_length=500), verbose_name="adresses après déconnexion", default=list
    )
    scopes = ArrayField(models.CharField(max_length=40), verbose_name="portées", default=list)
    suspended_at = models.DateTimeField("suspendu le", null=True, blank=True)
    secret_at = models.DateTimeField("secret créé le", null=True, blank=True)
    created_at = models.DateTimeField("enregistré le", auto_now_add=True)

    class Meta:
        verbose_name = "service"

    def __str__(self) -> str:
        return self.name


class ServiceConsent(models.Model):
    """What a person lets a service know of them, and the name under which that service alone knows them."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="consents")
    service = models.ForeignKey(ServiceClient, on_delete=models.CASCADE, related_name="consents")
    subject = models.CharField("identifiant chez ce service", max_length=64)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name="portées", default=list)
    given_at = models.DateTimeField("donné le")

    class Meta:
        verbose_name = "accord"
        constraints = [
            models.UniqueConstraint(fields=["account", "service"], name="consent_once"),
            models.UniqueConstraint(fields=["service", "subject"], name="consent_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.account} – {self.service}"


# --- acting for someone ----------------------------------------------------------------


class CodeSent(models.Model):
    """A code sent to a phone or an e-mail, kept as a keyed fingerprint; a few tries, a short life."""

    code = models.CharField("empreinte du code", max_length=64, blank=True)
    code_expires_at = models.DateTimeField("code valable jusqu’au", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    link = models.CharField("lien", max_length=32, unique=True)

    class Meta:
        abstract = True


class Mandate(CodeSent):
    """The consent of a person, or of an organisation, to let someone do their procedures for them.

    `person` is known once they have consented: the code proves the phone, which opens the account.
    `document` names the signed paper kept by the caller (kernel.documents stands above this module).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    helper = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="mandates_held")
    person = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="mandates_given"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="mandates_given"
    )
    name = models.CharField("nom de la personne", max_length=200)
    phone = models.CharField("téléphone de la personne", max_length=20, blank=True)
    procedures = ArrayField(
        models.CharField(max_length=80), verbose_name="démarches", default=list, blank=True
    )
    max_requests = models.PositiveSmallIntegerField("nombre de demandes", null=True, blank=True)
    uses = models.PositiveSmallIntegerField("demandes déposées", default=0)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    state = models.CharField("état", max_length=10, choices=MANDATE_STATES, default="asked")
    proof = models.CharField("preuve", max_length=10, choices=MANDATE_PROOFS, blank=True)
    document = models.CharField("papier signé", max_length=80, blank=True)
    consented_at = models.DateTimeField("donné le", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)

    class Meta:
        verbose_name = "mandat"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active") | Q(person__isnull=False) | Q(organisation__isnull=False),
                name="mandate_of_someone",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="mandate_days"),
        ]
        indexes = [
            models.Index(fields=["helper", "state"], name="mandate_helper"),
            models.Index(fields=["person", "state"], name="mandate_person"),
            models.Index(fields=["state", "ends_on"], name="mandate_end"),
        ]

    def __str__(self) -> str:
        return f"{self.helper} pour {self.name}"


class Membership(models.Model):
    """A person's place in a company or an association that acts here."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=12, choices=PARTY_ROLES)
    since = models.DateTimeField("depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "membre"
        constraints = [models.UniqueConstraint(fields=["account", "organisation"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.account} – {self.organisation}"


class Invitation(CodeSent):
    """An invitation to become a member: its code proves that it reached the phone or the mailbox."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField("rôle", max_length=12, choices=PARTY_ROLES)
    address = models.CharField("téléphone ou courriel", max_length=254)
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)

    class Meta:
        verbose_name = "invitation"
        constraints = [models.UniqueConstraint(fields=["organisation", "address"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.address} – {self.organisation}"
