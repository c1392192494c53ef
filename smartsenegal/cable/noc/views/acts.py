"""What is done of alarms and works: taken, commented, closed, told."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from smartsenegal.cable.noc import actions, queries
from smartsenegal.cable.noc.forms import CloseForm, ContactForm, NoteForm
from smartsenegal.cable.noc.views.base import alarm_of, ask, do, work_of
from smartsenegal.cable.pages import manager
from smartsenegal.kernel.pages import data_of
from smartsenegal.lib.text import plural


def _alarm(pk: int) -> str:
    return reverse("cable_noc:alarm", args=[pk])


def _told(count: int) -> str:
    return f"{plural(count, 'contact prévenu', 'contacts prévenus')}."


@login_required
@require_POST
def take(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Take an alarm in charge."""
    by, found = manager(request), alarm_of(alarm_id)
    return do(request, lambda: actions.take(by, found), _alarm(alarm_id), lambda _: "L’alarme est à vous.")


@login_required
def comment(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Write something about an alarm."""
    by, found, form = manager(request), alarm_of(alarm_id), NoteForm(data_of(request))
    return ask(
        request, form, lambda: actions.comment(by, found, form.cleaned_data["text"]), _alarm(alarm_id),
        title="Commenter", subtitle=found.title, back_label=found.title, button="Enregistrer",
    )  # fmt: skip


@login_required
def close(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Close an alarm with the cause that was found."""
    by, found, form = manager(request), alarm_of(alarm_id), CloseForm(data_of(request))
    return ask(
        request, form, lambda: actions.close(by, found, **form.cleaned_data), _alarm(alarm_id),
        title="Clore", subtitle=found.title, back_label=found.title, button="Clore",
    )  # fmt: skip


@login_required
@require_POST
def tell_of_alarm(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Tell those whom an alarm touches."""
    by, found = manager(request), alarm_of(alarm_id)
    return do(request, lambda: actions.tell_of_alarm(by, found), _alarm(alarm_id), _told)


@login_required
@require_POST
def tell_of_work(request: HttpRequest, cable_work_id: int) -> HttpResponse:
    """Tell those whom works touch."""
    by, found = manager(request), work_of(cable_work_id)
    to = reverse("cable_noc:work", args=[cable_work_id])
    return do(request, lambda: actions.tell_of_work(by, found), to, _told)


@login_required
def contacts(request: HttpRequest) -> HttpResponse:
    """Whom to tell for each customer."""
    by, form = (
        manager(request),
        ContactForm(data_of(request), initial={"customer": request.GET.get("client", "")}),
    )
    return ask(
        request, form, lambda: actions.add_contact(by, **form.cleaned_data), reverse("cable_noc:contacts"),
        template="contacts", contacts=actions.open_contacts(by),
    )  # fmt: skip


@login_required
@require_POST
def remove_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Tell somebody no more."""
    by = manager(request)
    found = queries.contacts().filter(pk=contact_id).first()
    if found is None:
        raise Http404
    actions.remove_contact(by, found)
    return redirect("cable_noc:contacts")
