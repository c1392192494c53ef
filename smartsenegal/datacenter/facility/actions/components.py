"""Parts that bring power, cold and network, and what feeds each."""

from typing import Any

from django.db import transaction

from smartsenegal.datacenter.facility.actions.base import changes, locked, tell
from smartsenegal.datacenter.facility.actions.places import _dated
from smartsenegal.datacenter.facility.errors import FacilityRefused
from smartsenegal.datacenter.facility.models import Component, DataCenter, Input
from smartsenegal.datacenter.facility.rules.feeds import CODE, Feed, FeedRefused, read
from smartsenegal.datacenter.facility.rules.graph import Looped, ordered
from smartsenegal.datacenter.facility.rules.words import SYSTEM_OF
from smartsenegal.kernel.identity.api import Principal

NUMBERS = ("capacity", "draw_watts", "carried", "work_hours", "mtbf_hours", "mttr_hours")


@transaction.atomic
def add_component(
    by: Principal, center: DataCenter, *, code: str, kind: str, feeds: str = "", **values: Any
) -> Component:
    """Add a part; `feeds` says in lines what feeds it (`rules.feeds`).

    Raises PermissionRefused, FacilityRefused for a code taken or unreadable, a source that is not known, a
    circle (which it names), a negative number.
    """
    center = locked(by, center)
    if not CODE.fullmatch(code):
        raise FacilityRefused("Un code a des majuscules, des chiffres et des tirets.", "code")
    if center.components.filter(code=code).exists():
        raise FacilityRefused("Une pièce de ce centre porte déjà ce code.", "code")
    _check(values, center)
    made = Component(center=center, code=code, kind=kind, system=SYSTEM_OF[kind], **values)
    made.save()
    _feed(center, made, feeds)
    tell(by, center, "component_added", {"component": code})
    return made


@transaction.atomic
def change_component(
    by: Principal, component: Component, *, feeds: str | None = None, **values: Any
) -> Component:
    """Correct a part; its code stays. Raises as `add_component`."""
    center = locked(by, component.center)
    _check(values, center)
    if "kind" in values:
        values["system"] = SYSTEM_OF[values["kind"]]
    changed = changes(component, values)
    if changed:
        component.save(update_fields=changed)
    if feeds is not None and _feed(center, component, feeds):
        changed.append("feeds")
    if changed:
        tell(by, center, "component_changed", {"component": component.code, "fields": changed})
    return component


def _check(values: dict[str, Any], center: DataCenter) -> None:
    _dated(values)
    for name in NUMBERS:
        given = values.get(name)
        if given is not None and (given < 0 or (name.endswith("_hours") and given == 0)):
            raise FacilityRefused("Écrivez un nombre positif, ou rien si vous ne le savez pas.", name)
    if not 0 <= values.get("beta", 0) <= 1:
        raise FacilityRefused("Cette part va de 0 à 1.", "beta")
    if values.get("beta", 0) and not values.get("common_cause", ""):
        raise FacilityRefused("Nommez la cause commune, la même pour toutes ses pièces.", "common_cause")
    room = values.get("room")
    if room is not None and room.center_id != center.pk:
        raise FacilityRefused("Cette salle est celle d’un autre centre.", "room")


def _feed(center: DataCenter, component: Component, text: str) -> bool:
    """Make what feeds a part this; whether it changed."""
    try:
        wanted = read(text)
    except FeedRefused as refused:
        raise FacilityRefused(refused.sentence, "feeds") from None
    if wanted == written(component):
        return False
    known = {c.code: c for c in center.components.all()}
    for feed in wanted:
        for code in feed.sources:
            if code not in known:
                raise FacilityRefused(f"Aucune pièce n’a le code {code} : ajoutez-la d’abord.", "feeds")
        if len({known[code].system for code in feed.sources}) > 1:
            raise FacilityRefused(
                "Une même ligne mêle énergie, froid ou réseau : écrivez une ligne par système.", "feeds"
            )
    _refuse_circles(center, component, [code for feed in wanted for code in feed.sources])
    component.inputs.all().delete()
    Input.objects.bulk_create(
        Input(
            component=component, source=known[code], position=position, rank=rank,
            mode=feed.mode, need=feed.need,
        )
        for position, feed in enumerate(wanted)
        for rank, code in enumerate(feed.sources)
    )  # fmt: skip
    return True


def written(component: Component) -> tuple[Feed, ...]:
    """What feeds a part, as `rules.feeds` has it."""
    needs: dict[int, list[Input]] = {}
    for row in component.inputs.select_related("source"):
        needs.setdefault(row.position, []).append(row)
    return tuple(
        Feed(tuple(row.source.code for row in rows), rows[0].mode, rows[0].need)
        for _, rows in sorted(needs.items())
    )


def _refuse_circles(center: DataCenter, component: Component, sources: list[str]) -> None:
    edges: dict[str, list[str]] = {c: [] for c in center.components.values_list("code", flat=True)}
    pairs = Input.objects.filter(component__center=center).exclude(component=component)
    for code, source in pairs.values_list("component__code", "source__code"):
        edges[code].append(source)
    edges[component.code] = sources
    try:
        ordered(edges)
    except Looped as looped:
        circle = " ← ".join(looped.codes)
        raise FacilityRefused(
            f"Ces pièces s’alimentent en rond : {circle}. Coupez ce rond à un endroit.", "feeds"
        ) from None
