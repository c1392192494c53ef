"""Accounts of persons: opened by a code, named, raised in assurance, given identifiers."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.actions.journal import record, record_and_tell
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Account, Identifier
from smartsenegal.kernel.identity.queries.identifiers import blind_of, place_of
from smartsenegal.kernel.identity.rules import DOCUMENTS, LANGUAGES, Principal, higher
from smartsenegal.lib import identifiers
from smartsenegal.lib.identifiers import IdentifierRefused
from smartsenegal.lib.text import TextRefused, clean

# A code lives ten minutes; what was opened by asking for one is forgotten after a day without an answer.
PENDING_LIFE = timedelta(days=1)


@transaction.atomic
def create_account(
    by: Principal,
    *,
    name: str,
    phone: str = "",
    email: str = "",
    password: str | None = None,
    verified: bool = False,
) -> Account:
    """Open an account for someone; `verified` says that the phone and e-mail were seen to be theirs.

    `phone` is E.164. Raises PermissionRefused without `identity.manage`, IdentityRefused when the phone or
    the e-mail is another account's or none is given.
    """
    if not by.may("identity.manage"):
        raise PermissionRefused("Seul un administrateur ouvre un compte pour quelqu’un d’autre.")
    if not phone and not email:
        raise IdentityRefused("Indiquez un numéro de téléphone ou une adresse électronique.", "phone")
    _release(phone, email)
    try:
        with transaction.atomic():
            account = Account.objects.create_user(
                phone=phone,
                email=email,
                name=_name(name),
                password=password,
                phone_verified=bool(phone) and verified,
                assurance="phone" if phone and verified else "declared",
            )
    except IntegrityError:
        raise IdentityRefused(
            "Un compte existe déjà avec ce numéro ou cette adresse : cherchez-le dans la liste.", "phone"
        ) from None
    if account.email:
        EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=verified)
    record_and_tell("created", account, by, {"verified": verified})
    return account


def _release(phone: str, email: str) -> None:
    if phone:
        Account.objects.pending().filter(phone=phone).delete()
    if email:
        release_email(email)


def account_for_phone(phone: str) -> Account:
    """The account that a code sent to this number (E.164) opens: the one that has it, else a new one.

    Nothing tells the two apart for whoever asks: neither the page nor the message.
    """
    account, _ = Account.objects.get_or_create(phone=phone, defaults={"password": "!"})
    return account


@transaction.atomic
def account_for_email(email: str) -> Account:
    """The account that a code sent to this address opens: the one that has it, else a new one."""
    email = email.lower()
    verified = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    if verified:
        return verified.user  # type: ignore[no-any-return]
    account, created = Account.objects.get_or_create(email=email, defaults={"password": "!"})
    EmailAddress.objects.get_or_create(user=account, email=email, defaults={"primary": created})
    return account


@transaction.atomic
def confirm_phone(account: Account, phone: str, ip: str = "") -> None:
    """Note that the owner of the account typed the code sent to this number: it becomes theirs.

    Raises IdentityRefused when the number is the proved one of another account.
    """
    Account.objects.pending().filter(phone=phone).exclude(pk=account.pk).delete()
    if Account.objects.filter(phone=phone).exclude(pk=account.pk).exists():
        raise IdentityRefused("Ce numéro est déjà celui d’un autre compte.", "phone")
    before = account.phone if account.phone_verified else ""
    account.phone, account.phone_verified = phone, True
    account.assurance = higher(account.assurance, "phone")
    account.save(update_fields=["phone", "phone_verified", "assurance"])
    if before != phone:
        record("phone_confirmed", account, ip=ip, detail={"replaced": bool(before)})


def release_email(email: str, keep: Account | None = None) -> None:
    """Take an address from the accounts that asked for it and never proved it."""
    pending = Account.objects.pending().filter(email=email.lower())
    (pending.exclude(pk=keep.pk) if keep else pending).delete()


@transaction.atomic
def rename(account: Account, name: str, by: Principal) -> None:
    """Give the account its owner's name. Raises PermissionRefused for others, IdentityRefused for no name.

    A name that a desk agent has compared with a document is changed by a desk agent only.
    """
    _own_or_desk(account, by)
    if account.assurance == "desk" and not by.may("identity.assure"):
        raise IdentityRefused(
            "Votre identité a été vue à un guichet : demandez le changement de nom dans un Espace.", "name"
        )
    account.name = _name(name)
    account.save(update_fields=["name"])
    record("renamed", account, by.actor)


def _name(name: str) -> str:
    try:
        kept = clean(name, 200)
    except TextRefused as refused:
        raise IdentityRefused(str(refused), "name") from None
    if not any(c.isalpha() for c in kept):
        raise IdentityRefused("Indiquez vos prénoms et votre nom.", "name")
    return kept


def set_language(account: Account, language: str) -> None:
    """Language of the messages sent to this account; ValueError for one that is not of `LANGUAGES`."""
    if language not in dict(LANGUAGES):
        raise ValueError(f"unknown language {language!r}")
    account.language = language
    account.save(update_fields=["language"])


@transaction.atomic
def assure_identity(account: Account, by: Principal, document_kind: str) -> None:
    """Note that a desk agent compared the person with a document of this kind (see `DOCUMENTS`).

    Raises PermissionRefused without `identity.assure` or for one's own account, IdentityRefused for an
    account without a name, ValueError for an unknown kind.
    """
    if not by.may("identity.assure"):
        raise PermissionRefused("Seul un conseiller d’un Espace confirme une identité.")
    if by.account_id == str(account.pk):
        raise PermissionRefused("Un agent ne confirme pas sa propre identité.")
    if document_kind not in dict(DOCUMENTS):
        raise ValueError(f"unknown document {document_kind!r}")
    if not account.name:
        raise IdentityRefused("Enregistrez d’abord le nom qui est sur la pièce.", "name")
    account.assurance, account.assured_with = "desk", document_kind
    account.assured_at = timezone.now()
    account.save(update_fields=["assurance", "assured_with", "assured_at"])
    record_and_tell("assured", account, by, {"document": document_kind})


@transaction.atomic
def add_identifier(
    account: Account, kind: str, value: str, by: Principal
) -> tuple[Identifier, tuple[str, ...]]:
    """Keep a number of the person, sealed; returns it and the doubts to show (French sentences).

    Adding it again changes nothing. Raises IdentityRefused for a text that cannot be such a number,
    PermissionRefused for the account of someone else without `identity.assure`.
    """
    _own_or_desk(account, by)
    if kind not in identifiers.LABELS:
        raise ValueError(f"unknown kind of identifier {kind!r}")
    try:
        normalised = identifiers.normalise(kind, value)  # type: ignore[arg-type]
    except IdentifierRefused as refused:
        raise IdentityRefused(str(refused), "value") from None
    sealed = vault.keyring().seal_field(normalised.value.encode(), place_of(account, kind))
    identifier, created = Identifier.objects.get_or_create(
        account=account, kind=kind, blind=blind_of(kind, normalised.value), defaults={"sealed": sealed}
    )
    if created:
        record("identifier_added", account, by.actor, {"kind": kind})
    return identifier, normalised.warnings


@transaction.atomic
def remove_identifier(identifier: Identifier, by: Principal) -> None:
    """Forget a number. Raises PermissionRefused as `add_identifier`."""
    account = identifier.account
    _own_or_desk(account, by)
    record("identifier_removed", account, by.actor, {"kind": identifier.kind})
    identifier.delete()


def _own_or_desk(account: Account, by: Principal) -> None:
    if by.account_id != str(account.pk) and not by.may("identity.assure"):
        raise PermissionRefused("Ce compte n’est pas le vôtre.")


def forget_pending() -> int:
    """Delete the accounts that were opened by asking for a code and never used; returns how many."""
    old = Account.objects.pending().filter(created_at__lt=timezone.now() - PENDING_LIFE)
    count = old.count()
    old.delete()
    return count


def forget_expired() -> int:
    """Delete ended sessions, tokens and entries of the shared cache; returns how many rows went."""
    tokens, _ = Token.objects.expired().delete()
    sessions, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < now()")  # noqa: S608 - a name of our settings
        return int(tokens + sessions + cursor.rowcount)
