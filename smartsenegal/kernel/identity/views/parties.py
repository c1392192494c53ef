"""« Agir au nom de … »: the choice of the account menu; companies, associations and their members."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.forms_mandates import (
    GivenCodeForm,
    InviteForm,
    OrganisationForm,
    RoleOfMemberForm,
)
from smartsenegal.kernel.identity.models import Invitation, Membership, Organisation
from smartsenegal.kernel.identity.queries.parties import PARTY_KEY
from smartsenegal.kernel.identity.rules import Party, Principal
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import NBSP


def _by(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


@login_required
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """On whose behalf one may act, and whom one acts for now."""
    by = _by(request)
    now = queries.choice_of(queries.current_party(request))
    rows = [_row(p, now) for p in queries.parties_of(by)]
    return render(request, "identity/parties.html", {"rows": rows, "next": request.GET.get("next", "")})


def _row(party: Party, now: str) -> dict[str, Any]:
    choice = queries.choice_of(party)
    detail = {"self": "Vos propres démarches", "member": "Vous en êtes membre"}.get(party.kind, "")
    if party.ends_on:
        detail = f"Par mandat, jusqu’au {format_date(party.ends_on)}"
    page = reverse("organisation", args=[party.organisation_id]) if party.kind == "member" else ""
    return {
        "choice": choice,
        "label": party.label,
        "detail": detail,
        "is_current": choice == now,
        "url": page,
    }


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Act on behalf of someone from now on, in this session."""
    by, choice = _by(request), request.POST.get("party", "")[:80]
    party = queries.party_with(by, choice) if choice else queries.self_party(by)
    if party is None:
        raise PermissionRefused("Vous ne pouvez pas, ou plus, agir en ce nom.")
    request.session[PARTY_KEY] = queries.choice_of(party)
    actions.note_party(by, party)
    return HttpResponseRedirect(_next(request))


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(asked, hosts, require_https=request.is_secure())
    return asked if asked and safe else reverse("parties")


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Open a company or an association."""
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = actions.open_organisation(_by(request), **form.cleaned_data)
            return redirect("organisation", made.pk)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    return render(request, "identity/organisation_form.html", {"form": form})


def _mine(request: HttpRequest, organisation_id: int) -> Membership:
    """One's own place in the organisation; to others it does not exist."""
    found = queries.membership(_by(request), organisation_id)
    if found is None:
        raise Http404
    return found


def _owned(request: HttpRequest, organisation_id: int) -> Organisation:
    mine = _mine(request, organisation_id)
    if mine.role != "owner":
        raise PermissionRefused("Seul un responsable de l’organisation fait cela.")
    return mine.organisation


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """An organisation and its members."""
    mine = _mine(request, organisation_id)
    is_owner = mine.role == "owner"
    context = {
        "organisation": mine.organisation,
        "is_owner": is_owner,
        "mine": mine,
        "members": queries.members_of(mine.organisation),
        "invitations": queries.invitations_of(mine.organisation) if is_owner else [],
    }
    return render(request, "identity/organisation.html", context)


@login_required
def invite(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Invite someone."""
    organisation = _owned(request, organisation_id)
    form = InviteForm(request.POST if request.method == "POST" else None, initial={"role": "member"})
    if form.is_valid():
        try:
            actions.invite(_by(request), organisation, **form.cleaned_data)
            messages.success(request, "L’invitation est envoyée, avec un code valable une heure.")
            return redirect("organisation", organisation.pk)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    return render(request, "identity/invite.html", {"form": form, "organisation": organisation})


@login_required
@require_POST
def cancel(request: HttpRequest, organisation_id: int, invitation_id: str) -> HttpResponse:
    """Take an invitation back."""
    organisation = _owned(request, organisation_id)
    found = next((i for i in queries.invitations_of(organisation) if str(i.pk) == str(invitation_id)), None)
    if found is None:
        raise Http404
    actions.cancel_invitation(_by(request), found)
    return redirect("organisation", organisation.pk)


def _member(request: HttpRequest, organisation_id: int, member_id: int) -> Membership:
    mine = _mine(request, organisation_id)
    found = next((m for m in queries.members_of(mine.organisation) if m.pk == member_id), None)
    if found is None:
        raise Http404
    if found.pk != mine.pk and mine.role != "owner":
        raise PermissionRefused("Seul un responsable de l’organisation fait cela.")
    return found


@login_required
def change_role(request: HttpRequest, organisation_id: int, member_id: int) -> HttpResponse:
    """Give a member another role."""
    _owned(request, organisation_id)
    member = _member(request, organisation_id, member_id)
    form = RoleOfMemberForm(request.POST if request.method == "POST" else None, initial={"role": member.role})
    if form.is_valid():
        try:
            actions.change_role(_by(request), member, form.cleaned_data["role"])
            return redirect("organisation", organisation_id)
        except IdentityRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    context = {"form": form, "organisation": member.organisation, "member": member}
    return render(request, "identity/member_role.html", context)


@login_required
def remove(request: HttpRequest, organisation_id: int, member_id: int) -> HttpResponse:
    """Ask once more, then remove a member, or leave."""
    member = _member(request, organisation_id, member_id)
    by = _by(request)
    own = str(member.account_id) == by.account_id
    back = reverse("organisation", args=[organisation_id])
    if request.method == "POST":
        try:
            actions.remove_member(by, member)
            return redirect("parties" if own else back)
        except IdentityRefused as refused:
            messages.error(request, refused.sentence)
            return redirect(back)
    name = member.organisation.name
    context = {
        "title": f"Quitter {name}{NBSP}?" if own else f"Retirer {member.account} de {name}{NBSP}?",
        "text": "C’est tout de suite, sur tous les appareils.",
        "confirm_label": "Quitter" if own else "Retirer ce membre",
        "cancel_url": back,
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


@login_required
@never_cache
def join(request: HttpRequest, link: str) -> HttpResponse:
    """Answer an invitation with the code of its message."""
    invitation = queries.invitation_with(link)
    if invitation is None:
        raise Http404
    form = GivenCodeForm(request.POST if request.method == "POST" else None)
    form.fields["code"].label = "Code reçu avec l’invitation"
    if form.is_valid() and _joined(request, invitation, form):
        messages.success(request, f"Vous pouvez agir au nom de {invitation.organisation.name}.")
        return redirect("parties")
    context = {"form": form, "invitation": invitation}
    return render(request, "identity/invitation.html", context)


def _joined(request: HttpRequest, invitation: Invitation, form: GivenCodeForm) -> bool:
    if not ratelimit.consume(request, action="mandate_try", key=str(invitation.pk)):
        form.add_error("code", f"Trop d’essais{NBSP}: attendez un quart d’heure avant de recommencer.")
        return False
    try:
        actions.join(_by(request), invitation, form.cleaned_data["code"])
    except IdentityRefused as refused:
        form.add_error("code", refused.sentence)
        return False
    return True
