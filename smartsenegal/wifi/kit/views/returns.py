"""A kit comes back, is said returned, or is revoked."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from smartsenegal.lib.text import group_digits, typography
from smartsenegal.wifi.kit import actions_close, actions_return
from smartsenegal.wifi.kit.errors import KitRefused
from smartsenegal.wifi.kit.forms import ReturnForm
from smartsenegal.wifi.kit.views.base import address, ask, known, manager, show

# Octets read within a request: some thousands of events, a second of work.
AT_ONCE = 500_000


@login_required
@require_POST
def take(request: HttpRequest, kit_number: UUID) -> HttpResponse:
    """Take the events of the file that the kit wrote: at once, or by the worker when there are many."""
    by = manager(request)
    found, form = known(by, kit_number), ReturnForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data["file"]
        later = len(data) > AT_ONCE
        try:
            made = (actions_return.receive if later else actions_return.take)(by, data, only=found)
        except KitRefused as refused:
            form.add_error("file", refused.sentence)
        else:
            if later:
                told = "Fichier reçu. Il est lu pendant que vous travaillez : cette page dit où il en est."
                messages.success(request, typography(told))
                return redirect(address(found))
            told = f"{made.fault} Ce qui précède est repris." if made.fault else "Fichier lu jusqu’au bout."
            text = typography(f"{told} Paquets nouveaux : {group_digits(made.new)}.")
            (messages.warning if made.fault else messages.success)(request, text)
            return redirect(address(found))
    return show(request, by, found, form, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def returned(request: HttpRequest, kit_number: UUID) -> HttpResponse:
    """The machine is back, after asking once more."""
    by = manager(request)
    found = known(by, kit_number)
    return ask(
        request, _nothing(request), lambda: actions_close.say_returned(by, found), lambda _: address(found),
        title=f"Dire rendu : {found}", button="Le kit est rendu",
        back_url=address(found), back_label=str(found),
        notice="Ses clés et ses passerelles ne servent plus, et rien de plus n’est repris de lui.",
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, kit_number: UUID) -> HttpResponse:
    """The kit is lost, or does not leave, after asking once more."""
    by = manager(request)
    found = known(by, kit_number)
    lost = found.state != "prepared"
    return ask(
        request, _nothing(request), lambda: actions_close.revoke(by, found), lambda _: address(found),
        title=f"Dire perdu : {found}" if lost else f"Annuler : {found}",
        button="Le kit est perdu" if lost else "Annuler ce kit",
        back_url=address(found), back_label=str(found),
        notice="Ses clés sont refusées à l’instant, ses tickets fermés, et rien de plus n’est repris de lui. "
        "Ce qui en est déjà revenu reste.",
    )  # fmt: skip


def _nothing(request: HttpRequest) -> forms.Form:
    return forms.Form(request.POST if request.method == "POST" else None)
