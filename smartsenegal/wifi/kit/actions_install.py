"""On the kit: become it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connections
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.territory import api as territory
from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.kit import rules
from smartsenegal.wifi.kit.actions_base import one_act, seal_key, tell
from smartsenegal.wifi.kit.actions_prepare import NAS
from smartsenegal.wifi.kit.errors import KitRefused
from smartsenegal.wifi.kit.models import Kit
from smartsenegal.wifi.network import api as network

# What a kit numbers itself begins far above what the centre ever numbers.
_OWN_NUMBERS = 1 << 48


def install(by: Principal, data: bytes, secret: bytes) -> Kit:
    """Make this empty installation the kit of that file. Raises KitRefused.

    Gateways, plans and vouchers keep the numbers they have at the centre, by which events name them; what the
    kit numbers itself begins far above. Secrets are made here: of the gateways, which are answered in the
    dates of the kit only, and of all else that an installation seals, the Class of a login among them.
    """
    number, plain = rules.open_settings(data, secret)
    expires_at = _moment(plain["expires_at"])
    if expires_at <= timezone.now():
        raise KitRefused("Ce kit est échu : préparez-en un autre au centre.")
    if network.Hotspot.objects.exists():
        raise KitRefused(
            "Cette installation a déjà un point Wi-Fi : un kit s’installe sur une machine neuve."
        )
    with one_act():
        kit = Kit(
            id=number, name=plain["name"], state="here", machine=uuid4(), author=by.label[:200],
            sites=[row["code"] for row in plain["hotspots"]],
            gateways=[row["pk"] for row in plain["gateways"]], starts_at=_moment(plain["starts_at"]),
            expires_at=expires_at, due_at=_moment(plain["due_at"]),
        )  # fmt: skip
        places = {row["code"]: _install_hotspot(by, row) for row in plain["hotspots"]}
        _install_access(places, plain)
        _go_on_numbering()
        for row in plain["gateways"]:
            _install_gateway(by, places[row["site"]], row, kit)
        seal_key(kit, secret)
        kit.save(force_insert=True)
        tell(by, kit, "kit_imported", gateways=len(plain["gateways"]), vouchers=len(plain["vouchers"]))
        network.wake()
    return kit


def _install_hotspot(by: Principal, row: dict[str, Any]) -> network.Hotspot:
    place = territory.get(row["territory"])
    return network.add_hotspot(
        by, name=row["name"], code=row["code"], place=place, mobile=True, **row["values"]
    )


def _install_gateway(by: Principal, hotspot: network.Hotspot, row: dict[str, Any], kit: Kit) -> None:
    values = {name: row[name] for name in ("pk", "code", *NAS)}
    made = network.Nas.objects.create(
        hotspot=hotspot, answered_from=kit.starts_at, answered_until=kit.expires_at + rules.CLOSING, **values
    )
    network.rotate_secret(by, made, overlap=timedelta(0))


def _install_access(places: dict[str, network.Hotspot], plain: dict[str, Any]) -> None:
    for row in plain["plans"]:
        access.Plan.objects.create(**row)
    for row in plain["rules"]:
        at = [places[row["site"]]] if row["site"] else places.values()
        for hotspot in at:
            access.PlanRule.objects.create(
                plan_id=row["plan"], hotspot=hotspot, hours=row["hours"], ends_at=_moment(row["ends_at"]),
                starts_at=_moment(row["starts_at"]) if row["starts_at"] else None,
            )  # fmt: skip
    realm = access.local_realm()
    access.Credential.objects.bulk_create(
        access.Credential(
            pk=row["pk"], realm=realm, login=access.login_of_voucher(row["code"]), kind="voucher",
            holder=row["holder"], seconds_in_all=row["seconds_in_all"], octets_in_all=row["octets_in_all"],
            valid_until=_moment(row["valid_until"]), hotspot=places[row["site"]].pk if row["site"] else None,
        )
        for row in plain["vouchers"]
    )  # fmt: skip


def _go_on_numbering() -> None:
    with connections["default"].cursor() as cursor:
        for model in (access.Credential, access.Plan, network.Nas):
            table = model._meta.db_table
            begin = _OWN_NUMBERS if model is access.Credential else 1 << 30
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, begin])


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    assert found is not None
    return found
