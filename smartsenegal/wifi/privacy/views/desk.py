"""The data desk: the state of the log, its ceremony, how long each thing is kept."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from smartsenegal.kernel.pages import data_of
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.text import group_digits, plural, typography
from smartsenegal.wifi.privacy import queries, rules
from smartsenegal.wifi.privacy.actions import legal, retention
from smartsenegal.wifi.privacy.actions.base import KEEP
from smartsenegal.wifi.privacy.forms import CeremonyForm, RetentionForm
from smartsenegal.wifi.privacy.views.base import ask, holder, reader, show, state_chip


def _desk(_: object = None) -> str:
    return reverse("wifi_privacy:desk")


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All that is kept: the sealed log, requests to open it, durations."""
    by = reader(request)
    log = queries.log()
    faults = queries.chain_faults()
    context = {
        "log": log,
        "facts": [
            ("Clé faite le", format_datetime(log.key.made_at) if log.key else ""),
            ("Parts gardées par", " et ".join(log.officers)),
            ("Lignes scellées", group_digits(log.lines)),
            ("Premier jour gardé", format_date(log.first_day) if log.first_day else "Aucun"),
            ("Chaîne", "Vérifiée à l’instant, entière" if not faults else "Rompue"),
        ],
        "faults": typography(f"Lots altérés : {', '.join(map(str, faults[:20]))}.") if faults else "",
        "requests": [
            {
                "url": reverse("wifi_privacy:request", args=[r.pk]),
                "reference": r.reference,
                "authority": r.authority,
                "asked": format_date(timezone.localdate(r.asked_at)),
                "chip": state_chip(r),
            }
            for r in queries.requests()
        ],
        "kept": _kept(),
        "may_keep": by.may(KEEP),
    }
    return show(request, "desk", context)


def _kept() -> list[dict[str, object]]:
    known = queries.kept_on(timezone.localdate())
    return [
        {
            "url": reverse("wifi_privacy:retention", args=[purpose]),
            "label": label,
            "days": plural(known[purpose].days, "jour", "jours"),
            "basis": typography(known[purpose].basis),
            "chip": ("Confirmé", "green") if known[purpose].confirmed else ("À confirmer", "amber"),
        }
        for purpose, label in rules.PURPOSES
        if purpose in retention.registered()
    ]


@login_required
@never_cache
@sensitive_post_parameters()
def ceremony(request: HttpRequest) -> HttpResponse:
    """Two officers make the key of the log."""
    by = holder(request)
    form = CeremonyForm(data_of(request))
    return ask(
        request, form, lambda: legal.make_key(by, form.officers()), _desk,
        title="Cérémonie de la clé", back_url=_desk(), back_label="Données Wi-Fi", button="Faire la clé",
        notice="Deux personnes sont présentes. Chacune tape ses mots sans que l’autre les voie : ils ne sont "
        "écrits nulle part. Perdus, ce qui est scellé ne se lira plus jamais.",
    )  # fmt: skip


@login_required
def set_retention(request: HttpRequest, purpose: str) -> HttpResponse:
    """How long a kind of data is kept, from a day on."""
    by = holder(request)
    label = dict(rules.PURPOSES).get(purpose)
    if label is None or purpose not in retention.registered():
        raise Http404
    known = queries.kept_on(timezone.localdate())[purpose]
    initial = {"days": known.days, "effective_from": format_date(timezone.localdate())}
    form = RetentionForm(data_of(request), initial=initial)
    return ask(
        request, form, lambda: retention.set_retention(by, purpose, **form.cleaned_data), _desk,
        title=label, back_url=_desk(), back_label="Données Wi-Fi",
        notice="Ce qui dépasse cette durée est supprimé la nuit suivante, pour toujours.",
    )  # fmt: skip
