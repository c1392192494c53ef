"""Lists of students or staff: looked at, brought in, and what was made taken as a file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import plural, slug
from smartsenegal.wifi.access import actions, profiles
from smartsenegal.wifi.access import queries_rosters as queries
from smartsenegal.wifi.access.errors import AccessRefused, RosterRefused
from smartsenegal.wifi.access.forms_realms import RosterForm
from smartsenegal.wifi.access.models import Realm, Roster
from smartsenegal.wifi.access.rosters import write
from smartsenegal.wifi.access.views.base import reader, show


def _checked(request: HttpRequest, realm: Realm | None) -> Realm:
    by = reader(request)
    if realm is None:
        raise Http404
    if not actions.may_import(by, realm):
        raise PermissionRefused("Les listes de ce domaine sont tenues par son organisme.")
    return realm


def _known(request: HttpRequest, roster_id: int) -> Roster:
    reader(request)
    found = queries.roster(roster_id)
    if found is None:
        raise Http404
    _checked(request, found.realm)
    return found


@login_required
def import_roster(request: HttpRequest, realm_id: int) -> HttpResponse:
    """Look at a list: its faults by line and column, or what it would change; then bring it in."""
    realm = _checked(request, queries.realm(realm_id))
    form = RosterForm(data_of(request), request.FILES or None)
    context: dict[str, Any] = {"realm": realm, "form": form}
    if not form.is_valid():
        rows = [_row(each) for each in queries.waiting(realm)]
        takes = bool(profiles.method_of(realm.methods))
        return show(request, "roster_import", context | {"rows": rows, "takes": takes})
    text, notice = form.cleaned_data["text"], ""
    if "confirm" in request.POST:
        try:
            made = actions.import_roster(principal(request), realm, text, close=form.agreed())
        except RosterRefused:
            pass  # the page shows the faults
        except AccessRefused as refused:
            notice = refused.sentence
        else:
            return redirect("wifi_access:roster", made.pk)
    found = queries.preview(realm, text)
    context |= {"preview": found, "text": text, "notice": notice, "facts": _facts(found)}
    # Never ticked beforehand, even when the number that was agreed to has changed since.
    return show(request, "roster_preview", context | {"form": RosterForm.closing(len(found.missing))})


def _facts(found: queries.Preview) -> list[tuple[str, str]]:
    counts = (
        ("À créer, avec un mot de passe", len(found.added)),
        ("À modifier (groupe ou fin)", len(found.changed)),
        ("Déjà pareils", found.same),
        ("Bloqués, laissés bloqués", found.blocked),
    )
    return [(label, plural(count, "accès", "accès")) for label, count in counts]


def _row(roster: Roster) -> dict[str, str]:
    return {
        "url": reverse("wifi_access:roster", args=[roster.pk]),
        "made": format_datetime(roster.made_at),
        "count": plural(roster.count, "accès", "accès"),
        "until": format_datetime(roster.sealed_until),
    }


@login_required
@require_safe
def roster(request: HttpRequest, roster_id: int) -> HttpResponse:
    """What a list did, and its file while it may be taken."""
    found = _known(request, roster_id)
    facts = [
        ("Accès créés", plural(found.count, "accès", "accès")),
        ("Accès modifiés", plural(found.changed, "accès", "accès")),
        ("Accès fermés", plural(found.closed, "accès", "accès")),
        ("Fait par", f"{found.made_by}, {format_datetime(found.made_at)}"),
    ]
    if found.taken_at:
        facts.append(("Fichier pris", format_datetime(found.taken_at)))
    takeable = found.sealed is not None and found.sealed_until > timezone.now()
    until = format_datetime(found.sealed_until)
    return show(request, "roster", {"roster": found, "facts": facts, "takeable": takeable, "until": until})


@login_required
@never_cache
@require_POST
def file(request: HttpRequest, roster_id: int) -> HttpResponse:
    """The logins and passwords of a list as a file, once."""
    found = _known(request, roster_id)
    try:
        made = actions.take_roster(principal(request), found)
    except AccessRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("wifi_access:roster", found.pk)
    name = f"acces-{slug(found.realm.name)}-{found.pk}.csv"
    return HttpResponse(
        write(found.realm.name, made), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip
