"""The small world of the permission matrix: an object behind each address, a person for each role."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone

from smartsenegal.cable.billing import actions as cable_billing
from smartsenegal.cable.billing.models import Invoice as TrafficInvoice
from smartsenegal.cable.capacity import actions as cable_capacity
from smartsenegal.cable.capacity.models import Product, Quote
from smartsenegal.cable.collection import actions as cable_collection
from smartsenegal.cable.collection.rules import Answer as SnmpAnswer
from smartsenegal.cable.collection.rules import Row as SnmpRow
from smartsenegal.cable.network import actions as cable
from smartsenegal.cable.noc import actions as cable_noc
from smartsenegal.cable.noc.models import Alarm as NocAlarm
from smartsenegal.cable.optics import actions as cable_optics
from smartsenegal.cable.peering import actions as cable_peering
from smartsenegal.cable.resilience import actions as cable_failures
from smartsenegal.datacenter.billing import actions as datacenter_billing
from smartsenegal.datacenter.billing.models import Invoice as HostingInvoice
from smartsenegal.datacenter.billing.rules import Terms as BillingTerms
from smartsenegal.datacenter.colocation import actions as colocation
from smartsenegal.datacenter.colocation.rules import Ask
from smartsenegal.datacenter.facility import actions as datacenter
from smartsenegal.datacenter.facility.models import Rack
from smartsenegal.datacenter.hosting import actions as hosted
from smartsenegal.datacenter.hosting.rules.quotas import Amounts
from smartsenegal.datacenter.sensors import actions as sensed
from smartsenegal.kernel.audit.inspection.actions import open_inspection
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents.models import IssuedAct, StoredFile
from smartsenegal.kernel.identity import actions as identity_actions
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.identity.models import RoleAssignment
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.payments import api as payments
from smartsenegal.kernel.payments.models import Gap, Reconciliation, Refund
from smartsenegal.kernel.privacy.actions import ask as ask_for_data
from smartsenegal.lib.ids import uuid7
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.api import Asked
from smartsenegal.onestop.cases.models import Batch, ConsultationLink, Rebase, RebasePreview
from smartsenegal.onestop.procedures import actions as procedures
from smartsenegal.wifi.access import actions as wifi_access
from smartsenegal.wifi.access.api import give_token
from smartsenegal.wifi.kit import actions_prepare as wifi_kits
from smartsenegal.wifi.media import actions as wifi_media
from smartsenegal.wifi.media.models import PackageFile, Upload
from smartsenegal.wifi.monitoring.models import Alert
from smartsenegal.wifi.network import actions as wifi
from smartsenegal.wifi.network.models import Hotspot
from smartsenegal.wifi.planner import actions as wifi_plans
from smartsenegal.wifi.planner.rules import Crowd, Kit, Service, frozen, held, need
from smartsenegal.wifi.portal.visits import Pass, seal_pass
from smartsenegal.wifi.privacy.actions import requests as wifi_requests
from smartsenegal.wifi.sessions.api import Session
from tests.cable.billing.world import FEBRUARY
from tests.cable.billing.world import contract as billed_contract
from tests.jobs import drain
from tests.onestop.cases.world import World, fill, make_world, picture

ROLES = (
    "anonymous",
    "citizen",  # whose case it is
    "other citizen",
    "officer",  # of the service that has the case
    "officer elsewhere",
    "signatory",
    "cashier",
    "accountant",
    "adviser",
    "procedure owner",
    "inspector",
    "administrator",
    "network engineer",
)
API_BODIES: Mapping[str, Mapping[str, Any]] = {
    "/dossiers": {"procedure": "certificat-gratuit"},
    "/reponses": {"answers": {}},
    "/portail/demarches": {"demarches": []},
    "/webhooks": {"organisation": "inconnu", "url": "https://exemple.sn/webhooks"},
}
ROOT = "senegal"
SERIES = "permissions.test"


@dataclass
class Matrix:
    """Who asks, and what stands for each part of an address."""

    values: Mapping[str, Any]
    overrides: Mapping[str, Mapping[str, Any]]
    sessions: Mapping[str, str]

    def ask(self, role: str, method: str, route: str) -> str:
        """What the address answers this role: a status, "in" when it leads to the door, "to" elsewhere.

        Nothing of it stays in the database.
        """
        client = Client()
        if session := self.sessions.get(role):
            client.cookies["session"] = session
        with transaction.atomic():
            answered = client.generic(method, self.address(route), **self._body(method, route))
            if answered.streaming and not answered.is_async:
                b"".join(answered.streaming_content)
            transaction.set_rollback(True)
        return _told(answered.status_code, answered.headers.get("Location", ""))

    def address(self, route: str) -> str:
        """The address of a route with real objects in it."""
        given = next((o for part, o in self.overrides.items() if part in route), {})
        values = {**self.values, **given}
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(values[m[1]]), route)
        return f"/{path}" + (f"?topic=queue:{values['service']}" if route == "direct/" else "")

    @staticmethod
    def _body(method: str, route: str) -> dict[str, Any]:
        """An empty form, or for the HTTP API the least body that has the right shape."""
        if not route.startswith("api/"):
            return {"content_type": "application/x-www-form-urlencoded"}
        if "<slug:piece>" in route and method == "POST":
            return {
                "data": encode_multipart(BOUNDARY, {"file": picture()}),
                "content_type": MULTIPART_CONTENT,
            }
        found = next((body for end, body in API_BODIES.items() if route.endswith(end)), {})
        return {"data": json.dumps(found), "content_type": "application/json"}


def _told(status: int, location: str) -> str:
    if status not in (301, 302, 303):
        return str(status)
    return "in" if location.startswith("/compte/connexion/?next=") else "to"


def routes() -> list[str]:
    """Every pattern of the resolver, once."""
    return list(dict.fromkeys(_walk(get_resolver())))


def _walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here
        else:
            yield from _walk(pattern, here)


# --- the world -----------------------------------------------------------------------------


def make_matrix() -> Matrix:
    procedures.load_reference()
    world = make_world()
    root = _root(world)
    people = {
        "citizen": world.account(world.awa),
        "other citizen": world.account(world.modou),
        "officer": world.account(world.moussa),
        "officer elsewhere": world.account(world.coumba),
        "signatory": world.account(world.fatou),
        "cashier": _agent("Mariama Ba", "+221771000011", "cashier", world.thies),
        "accountant": _agent("Seynabou Mbaye", "+221771000016", "accountant", root),
        "adviser": _agent("Ousmane Sow", "+221771000012", "adviser", world.thies),
        "procedure owner": _agent("Khady Gueye", "+221771000013", "procedure_owner", root),
        "inspector": _agent("Abdoulaye Seck", "+221771000014", "inspector", root),
        "administrator": _agent("Aminata Cissé", "+221771000015", "administrator", root),
        "network engineer": _agent("Rokhaya Thiam", "+221771000017", "network_engineer", root),
    }
    cases = _cases(world)
    sessions = {role: _session(account) for role, account in people.items()}
    values = _values(world, people, cases)
    hosting = _hosted(people["citizen"], values["organisation_id"])
    overrides = {
        "datacentre/hebergement/quotas/": {**hosting, "verb": "refuser"},
        "datacentre/hebergement/": hosting,
        "datacentre/capteurs/": hosting,
        **_overrides(cases),
        **_asked(people["other citizen"]),
    }
    return Matrix(values, overrides, sessions)


def _session(account: identity.Account) -> str:
    client = Client()
    client.force_login(account)
    return client.cookies["session"].value


def _root(world: World) -> identity.Organisation:
    root = identity.organisation(ROOT)
    if root is None:
        root = identity.Organisation.objects.create(
            code=ROOT, name="République du Sénégal", kind="root", territory=world.thies.territory
        )
    identity.Organisation.objects.filter(pk__in=[world.thies.pk, world.mbour.pk]).update(parent=root)
    return root


def _agent(name: str, phone: str, role: str, where: identity.Organisation) -> identity.Account:
    account = identity.Account.objects.create_user(phone=phone, name=name, phone_verified=True)
    RoleAssignment.objects.create(account=account, role=role, organisation=where, starts_on=date(2026, 1, 1))
    return account


def _cases(world: World) -> dict[str, Any]:
    """The same person's request at each stage."""
    made = {
        "unpaid": actions.submit(fill(world, "bulletin-numero-3").pk, world.awa).case,
        "filed": _filed(world),
        "asked": _filed(world),
        "proposed": _filed(world),
        "issued": _filed(world),
    }
    actions.request_corrections(
        made["asked"].pk,
        world.moussa,
        [Asked("piece", "extrait", "unreadable", "Refaites la photo.")],
        timezone.localdate() + timedelta(days=10),
    )
    for name in ("proposed", "issued"):
        actions.propose(made[name].pk, world.moussa, "granted", fields={"mention": "Néant"})
    actions.sign(made["issued"].pk, world.fatou)
    drain()
    made["draft"] = fill(world)
    return made


def _filed(world: World) -> Any:
    return actions.submit(fill(world).pk, world.awa).case


def _values(world: World, people: Mapping[str, identity.Account], cases: Mapping[str, Any]) -> dict[str, Any]:
    """What stands for each parameter of an address, unless `_overrides` says otherwise."""
    payable = payments.payable_for(f"case:{cases['unpaid'].pk}:fees")
    assert payable is not None
    till = payments.open_till(identity.principal_for(people["cashier"]), 10_000)
    paid = payments.Attempt.objects.create(
        payable=payable,
        provider="mobile",
        key="0" * 32,
        state="succeeded",
        outcome="held",
        amount=payable.amount,
        received=100,
        succeeded_at=timezone.now(),
        created_at=timezone.now() - timedelta(days=1),
    )
    payments.load_reference()
    ledger = payments.balances()[0].account
    run = Reconciliation.objects.create(provider="mobile", day=date(2026, 11, 24))
    citizen = people["citizen"]
    return {
        "account_id": people["officer elsewhere"].pk,
        "batch_id": Batch.objects.create(account=people["signatory"]).pk,
        "consultation_id": _link(cases["filed"], people["officer"]).pk,
        "step": "examen",
        "endpoint_id": "01900000-0000-7000-8000-000000000000",
        "outgoing_id": "01900000-0000-7000-8000-000000000000",
        "token": "un-lien-que-personne-n-a-fait",
        "assignment_id": RoleAssignment.objects.get(account=people["officer elsewhere"]).pk,
        "case_id": cases["filed"].pk,
        "client_id": _client(people),
        **_hotspot(world),
        **_transport(world),
        **_hosting(world),
        **(parties := _parties(people, root_place=world.thies.territory)),
        **_let(citizen, parties["organisation_id"]),
        **_bought(world, citizen, parties["organisation_id"]),
        "code": "certificat-gratuit",
        "need_id": 1,
        "delegation_id": _delegation(world).pk,
        "file": StoredFile.objects.filter(subject=cases["draft"].subject).get().pk,
        "identifier_id": _identifier(citizen),
        "inspection_id": _inspection(people),
        "request_id": ask_for_data(identity.principal_for(citizen), "access").pk,
        "message_id": Message.objects.filter(recipient=citizen.pk, channel="page").first().pk,
        "name": SERIES,
        "collection": "demarches",
        "number": 1,
        "page": "qui",
        "payable_id": payable.pk,
        "piece": "extrait",
        "pk": StoredFile.objects.filter(subject=cases["filed"].subject).get().pk,
        "provider": "wave",
        "preview_id": RebasePreview.objects.create(
            procedure="certificat-gratuit",
            revision=cases["filed"].revision,
            account=people["procedure owner"],
            total=1,
            open=1,
        ).pk,
        "rebase_id": Rebase.objects.create(
            procedure="certificat-gratuit",
            revision=cases["filed"].revision,
            account=people["procedure owner"],
        ).pk,
        "reference": cases["filed"].reference,
        "service": world.thies.pk,
        "session_id": till.pk,
        "attempt_id": paid.pk,
        "refund_id": Refund.objects.create(
            attempt=paid, source=ledger, amount=10, reason="Essai", state="asked", requested_by="somebody"
        ).pk,
        "gap_id": Gap.objects.create(reconciliation=run, name="unknown:X", kind="unknown", said=10).pk,
        "ledger_id": ledger.pk,
        "slug": "papiers",
        "tariff_id": 1,
        "review_id": 1,
        "use": "connexion",
    }


def _hotspot(world: World) -> dict[str, Any]:
    """A hotspot with an access point, and works to come."""
    by = identity.system("test")
    hotspot = wifi.add_hotspot(by, name="Marché", place=world.thies.territory, ssid="Smart Wifi")
    zone = hotspot.zones.get()
    tomorrow = timezone.now() + timedelta(days=1)
    wifi.add_gateway(by, hotspot, gateway="generic", network="192.0.2.1")
    Alert.objects.create(
        hotspot=hotspot.pk, site_code=hotspot.site.code, cause="down", raised_at=timezone.now()
    )
    Session.objects.create(
        key=b"k" * 16, nas=1, hotspot=hotspot.pk, device=b"d", nas_session="s", started_us=1, updated_us=2
    )
    plan = wifi_access.add_plan(by, name="Public")
    elsewhere = wifi_access.add_realm_elsewhere(by, name="ailleurs.sn")
    home = wifi_access.add_home_server(by, elsewhere, address="radius.ailleurs.sn", transport="radsec")
    realm = wifi_access.add_realm(by, name="test.sn", methods=["ttls-pap"])
    film = wifi_media.add_package(by, title="Le fleuve", kind="film", licence="CC BY 4.0", language="fr")
    wifi_media.set_cache(by, hotspot, rate_kbps=1000)
    made = PackageFile.objects.create(
        package=film, role="main", name="f.mp4", content_type="video/mp4", sha256="0" * 64, size=1
    )
    return {
        "file_id": made.pk,
        "row_id": wifi_media.assign(by, film).pk,
        "upload_id": Upload.objects.create(package=film, role="main", name="f.mp4", size=9).pk,
        "sha256": "0" * 64,
        "site_code": hotspot.site.code,
        "site": "default",
        "plan_id": plan.pk,
        "kept_id": _kept_plan(hotspot, tomorrow),
        "kit_number": wifi_kits.prepare(
            by,
            name="Gamou",
            hotspots=[hotspot],
            starts_at=timezone.now(),
            ends_at=tomorrow,
            due_at=tomorrow,
        ).pk,
        "requisition_id": wifi_requests.ask(
            by,
            reference="RP 1",
            authority="Juge",
            ground="Enquête",
            starts_at=tomorrow,
            ends_at=tomorrow + timedelta(hours=1),
            hotspot=hotspot,
        ).pk,
        "purpose": "legal",
        "lot_id": wifi_access.make_vouchers(by, name="Salon", count=1, valid_until=tomorrow).pk,
        "rule_id": wifi_access.add_rule(by, plan=plan).pk,
        "kind": "apple",
        "realm_id": realm.pk,
        "roster_id": wifi_access.import_roster(by, realm, "identifiant\n2026001\n").pk,
        "elsewhere_id": elsewhere.pk,
        "home_id": home.pk,
        "group_id": wifi_access.add_group(by, "Secours").pk,
        "zone_id": zone.pk,
        "borne_id": wifi.add_access_point(by, zone, name="A", mac="001122334455").pk,
        "work_id": wifi.plan_maintenance(
            by, hotspot, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1), reason="Fibre"
        ).pk,
    }


def _kept_plan(hotspot: Hotspot, tomorrow: datetime) -> int:
    crowd, kit, service = Crowd(100, 40), Kit(), Service()
    result = frozen(need(crowd, kit, service), held(4, crowd, kit, None, service), 4)
    return wifi_plans.keep(
        identity.system("test"), name="Gamou", hotspots=[hotspot], starts_at=tomorrow,
        ends_at=tomorrow + timedelta(hours=3), answers={"people": 100}, result=result,
    ).pk  # fmt: skip


def _hosting(world: World) -> dict[str, Any]:
    """A datacentre with a part, a rack, what stands in it and what is held."""
    by = identity.system("test")
    center = datacenter.add_center(by, code="dc", name="DC", place=world.thies.territory)
    room = datacenter.add_room(by, center, code="salle", name="Salle")
    feed = datacenter.add_component(by, center, code="PDU-A", name="PDU", kind="pdu", isolation="own")
    rack = datacenter.add_rack(by, room, code="B01", feed_a=feed)
    device = datacenter.install_device(by, rack, name="serveur", first=1, units=1, feeds="A")
    held = datacenter.hold(
        by, rack, holder="Kër", first=5, units=1, feeds="A", expires_at=timezone.now() + timedelta(days=1)
    )
    return {"rack_id": rack.pk, "device_id": device.pk, "reservation_id": held.pk}


def _let(citizen: identity.Account, company: int) -> dict[str, Any]:
    """What the citizen's company has in the datacentre: a place, a visit, hands and a cable asked for."""
    by, owner = identity.system("test"), identity.principal_for(citizen)
    rack, month = Rack.objects.get(), date(2026, 3, 1)
    center = rack.room.center
    for kind in ("unit", "cross"):
        colocation.terms.add_tariff(by, center, kind=kind, amount=1, starts_on=month, source="Essai")
    colocation.terms.set_terms(by, center, visit_days=1, basis="Essai")
    tomorrow = timezone.now() + timedelta(days=1)
    held = colocation.leases.hold(
        by, rack, Ask(2, ports=2, feeds="A"), customer=identity.Organisation.objects.get(pk=company),
        expires_at=tomorrow, starts_on=month,
    )  # fmt: skip
    lease = colocation.leases.sign(by, held)
    biller = identity.organisation(ROOT)
    assert biller is not None
    payments.enter_carrier(by, biller)
    datacenter_billing.write_terms(
        by, center, BillingTerms("days", "up", 30), valid_from=month, biller=biller, source="Essai"
    )
    datacenter_billing.invoice_month(by, center, lease.customer, month)
    visit = colocation.visits.ask(
        owner, center, company, colocation.visits.Visitor("Modou Fall", ""), purpose="Essai",
        starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1),
    )  # fmt: skip
    cross = colocation.requests.ask_cross(owner, lease, port=1, medium="fibre", other=lease, other_port=2)
    work = colocation.requests.ask_hands(owner, lease, text="Regarder un voyant")
    return {"lease_id": lease.pk, "visit_id": visit.pk, "cross_id": cross.pk, "hands_id": work.pk}


def _hosted(citizen: identity.Account, company: int) -> dict[str, Any]:
    """What the citizen's company hosts: a project with a machine, a bucket, a key, a member, a data set."""
    by, owner = identity.system("test"), identity.principal_for(citizen)
    some = Amounts(1, 128, 1, 1, 1)
    pool = hosted.platform.set_pool(
        by, Rack.objects.get().room.center, code="pool", name="P", amounts=some, source="Essai"
    )
    image = hosted.platform.add_image(by, pool, code="mini", name="Mini", kernel="vmlinuz", source="Essai")
    customer = identity.Organisation.objects.get(pk=company)
    project = hosted.projects.open_project(owner, pool, customer, code="jokko", name="Jokko")
    hosted.projects.grant(by, hosted.projects.ask_quota(owner, project, some, reason="Essai"))
    machine = hosted.machines.create(owner, project, image, name="a", vcpus=1, memory_mib=128, disk_gib=1)
    bucket = hosted.buckets.add(owner, project, name="a", gib=1)
    source = sensed.sources.add(
        by, Rack.objects.get(), name="a", kind="redfish", address="https://192.0.2.1", secret={}
    )
    return {
        "code": "dc",
        "source_id": source.pk,
        "image_id": image.pk,
        "project_code": project.code,
        "machine_id": machine.pk,
        "bucket_id": bucket.pk,
        "key_id": hosted.keys.add(owner, project, label="a", write=False).pk,
        "member_id": hosted.projects.add_member(owner, project, citizen, role="reader").pk,
        "dataset_id": hosted.register.note(owner, project, bucket, name="a", personal=False).pk,
        "ask_id": hosted.projects.ask_quota(owner, project, some + some, reason="Essai").pk,
        "verb": "arreter",
    }


def _transport(world: World) -> dict[str, Any]:
    """Two nodes and what joins them, a failure and works."""
    by = identity.system("test")
    a, b = (
        cable.add_node(by, code=code, name=code, role="pop", place=world.thies.territory) for code in "ab"
    )
    link = cable.add_link(by, code="ab", name="AB", a=a, b=b)
    cable.add_system(by, code="share", name="SHARE", kind="submarine")
    cable.add_zone(by, code="canyon", name="Canyon", kind="canyon", links=[link])
    odf = cable.add_equipment(by, node=a, code="odf", name="ODF", kind="odf")
    _sessions(odf)
    cable.add_circuit(by, code="c1", name="C1", a=a, b=b, path=["ab"])
    tomorrow = timezone.now() + timedelta(days=1)
    contract = billed_contract(carrier=world.thies, ports=["p1"])
    cable_billing.invoice_month(by, contract, FEBRUARY)
    return {
        "month": "2024-03",
        "interface_id": _collected(odf),
        **_operated(),
        "downtime_id": cable_billing.declare_downtime(
            by, contract, began_at=tomorrow - timedelta(2), ended_at=tomorrow - timedelta(1), reason="Panne"
        ).pk,
        "failure_id": cable_failures.declare(by, reason="Coupure", links=[link]).pk,
        "cable_work_id": cable_failures.plan_work(
            by, reason="Fibre", starts_at=timezone.now(), ends_at=tomorrow, links=[link]
        ).pk,
        "event_code": "14-mars-2024",
        **_sale(a, b, link),
        "deduction_id": cable_optics.deduct(by, link, name="PDL", decibels=1, stage="end").pk,
        "format_id": cable_optics.add_format(
            by, name="QPSK", gbaud=32, gbps=100, required_db=12, valid_from=timezone.localdate()
        ).pk,
    }


def _sessions(equipment: Any) -> None:
    """A router, a session and a point of exchange."""
    by = identity.system("test")
    router = cable_peering.add_router(
        by, equipment=equipment, asn=64_496, router_id="192.0.2.1", software="bird2"
    )
    cable_peering.add_session(
        by, router=router, code="voisin", peer="Voisin", asn=64_497, address="192.0.2.2",
        local_address="192.0.2.1", role="peer",
    )  # fmt: skip
    cable_peering.add_exchange(by, code="echange", name="Échange")


def _operated() -> dict[str, Any]:
    """An alarm that lasts, and whom to tell."""
    now = timezone.now()
    alarm = NocAlarm.objects.create(
        cause="session_down", subject="session:voisin", title="Voisin", holds_since=now, raised_at=now
    )
    contact = cable_noc.add_contact(
        identity.system("test"), customer="Client", name="Awa Sow", email="noc@client.sn"
    )
    return {"alarm_id": alarm.pk, "contact_id": contact.pk}


def _collected(equipment: Any) -> int:
    """An equipment asked by SNMP; the key of its interface."""
    agent = cable_collection.set_agent(
        identity.system("test"), equipment, address="127.0.0.1", port=161, version="2c",
        secret={"community": "lecture"},
    )  # fmt: skip
    cable_collection.take({agent.pk: SnmpAnswer(1_795_792_547, 5, {"xe-0": SnmpRow(1)})})
    return int(agent.interfaces.get().pk)


def _sale(a: Any, b: Any, link: Any) -> dict[str, Any]:
    """A route with a tariff and a quote that was accepted."""
    by = identity.system("test")
    route = cable_capacity.add_route(by, code="ab", name="AB", a=a, b=b, reserve_gbps=0)
    product = cable_capacity.add_product(by, route=route, name="AB", kind="lease", protected=False)
    tariff = cable_capacity.add_tariff(
        by, product=product, term_months=1, from_gbps=1, monthly_fcfa=1, setup_fcfa=0,
        valid_from=timezone.localdate(),
    )  # fmt: skip
    cable.change_link(by, link, lit_gbps=10)
    quote = cable_capacity.make_quote(by, product=product, buyer="X", gbps=1, term_months=1, hold_days=1)
    cable_capacity.accept(by, quote)
    return {"cable_tariff_id": tariff.pk, "cable_quote_id": quote.pk, "cable_product_id": product.pk}


def _bought(world: World, citizen: identity.Account, company: int) -> dict[str, Any]:
    """What the citizen's company has on the cable: an offer, an order and a service."""
    by, owner = identity.system("test"), identity.principal_for(citizen)
    product = Product.objects.get(name="AB")
    cable_capacity.publish_terms(
        by, product=product, carrier=world.thies, valid_from=timezone.localdate(), hold_days=1, notice_days=1,
        early_percent=0, payment_days=1, money_rounding="up", credit_percent=0, credit_free_seconds=0,
        credit_cap_percent=0, source="Essai",
    )  # fmt: skip
    buyer = identity.Organisation.objects.get(pk=company)
    wish = cable_capacity.Wish(product, 1, 1)
    quotes = [cable_capacity.ask(owner, buyer, wish).quote for _ in range(3)]
    order, given = (cable_capacity.accept(owner, quote) for quote in quotes[1:] if quote)
    for state in ("inProgress", "completed"):
        given = cable_capacity.advance(by, given, state)
    return {"cable_order_id": order.pk, "cable_service_id": given.service_id}


def _pass() -> str:
    """The sealed name of a device that the portal let in at the hotspot."""
    until = timezone.now() + timedelta(hours=1)
    token = give_token(1, until)
    hotspot = Hotspot.objects.get(site__code="wifi-marche")
    return seal_pass(hotspot.pk, Pass(token.credential, "", int(until.timestamp())))


def _inspection(people: Mapping[str, identity.Account]) -> Any:
    by = identity.principal_for(people["inspector"]).actor
    today = timezone.localdate()
    looked = people["officer elsewhere"]
    return open_inspection(
        by, "agent", str(looked), today, today, "Contrôle des lectures", actor_id=str(looked.pk)
    ).pk


def _delegation(world: World) -> identity.Delegation:
    """From tomorrow on: today it changes nothing of what the officer may do."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return identity.delegate(
        world.fatou,
        world.account(world.moussa),
        world.thies,
        starts_on=tomorrow,
        ends_on=tomorrow,
        quality="Le greffier",
        number="1",
        act_on=timezone.localdate(),
        document=str(uuid7()),
    )


def _link(case: Any, officer: identity.Account) -> ConsultationLink:
    return ConsultationLink.objects.create(
        case=case,
        step="examen",
        digest=b"0" * 32,
        label="Un service",
        created_by=officer,
        expires_at=timezone.now() + timedelta(days=7),
    )


def _identifier(account: identity.Account) -> int:
    client = Client()
    client.force_login(account)
    answer = client.post("/compte/numeros/ajouter/", {"kind": "nin", "value": "2 751 1994 02738"})
    assert answer.status_code == 302, answer.content.decode()
    return account.identifiers.get().pk


def _client(people: Mapping[str, identity.Account]) -> str:
    """A service of the whole State that the citizen lets know them."""
    root = identity.organisation(ROOT)
    assert root is not None
    service, _ = identity_actions.register_service(
        identity.principal_for(people["administrator"]),
        root,
        kind="login",
        name="Mes impôts",
        purpose="Vos avis d’imposition.",
        scopes=["openid"],
        redirect_uris=["https://impots.example.sn/retour"],
    )
    identity_actions.give_consent(people["citizen"], service, ["openid"])
    return str(service.pk)


def _parties(people: Mapping[str, identity.Account], root_place: Any) -> dict[str, Any]:
    """A company of the citizen, an invitation to it, and mandates with the other citizen."""
    citizen = identity.principal_for(people["citizen"])
    helper = people["other citizen"]
    company = identity_actions.open_organisation(
        citizen, kind="company", name="Teranga SARL", territory=root_place
    )
    invitation = identity_actions.invite(citizen, company, "member", phone="+221771000099")
    end = timezone.localdate() + timedelta(days=30)
    return {
        "organisation_id": company.pk,
        "member_id": company.memberships.get().pk,
        "invitation_id": invitation.pk,
        "link": invitation.link,
        "mandate_id": identity_actions.give_mandate(
            citizen,
            helper,
            ends_on=end,
            procedures=["permis"],  # none of the cases here
        ).pk,
    }


def _asked(account: identity.Account) -> dict[str, dict[str, Any]]:
    """A mandate that this helper asked for and still waits for."""
    mandate = identity_actions.ask_mandate(
        identity.principal_for(account),
        name="Coumba Sarr",
        phone="+221771000098",
        ends_on=timezone.localdate() + timedelta(days=30),
    )
    asked = {"mandate_id": mandate.pk}
    return {
        "pour/<uuid:mandate_id>": asked,
        "guichet/mandats/<uuid:mandate_id>": asked,
        "m/<str:link>": {"link": mandate.link},
    }


def _overrides(cases: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By a part of the route: the object that this address is about."""
    act = IssuedAct.objects.get()
    draft, filed = {"case_id": cases["draft"].pk}, {"case_id": cases["filed"].pk}
    proposed = {"case_id": cases["proposed"].pk}
    return {
        "cles/<int:pk>": {"pk": 1},
        "journal/<int:pk>": {"pk": Entry.objects.order_by("pk").first().pk},
        "actes/<uuid:pk>": {"pk": act.pk},
        "v/<str:code>": {"code": act.code},
        "lieux/<slug:code>": {"code": "tgi-thies"},
        "baux/<int:lease_id>/<slug:verb>/": {"verb": "terminer"},
        "visites/<int:visit_id>/<slug:verb>/": {"code": "dc", "verb": "accorder"},
        "gestes/<int:hands_id>/<slug:verb>/": {"code": "dc", "verb": "decliner"},
        "<slug:code>/raccordements/<int:cross_id>/<slug:verb>/": {"code": "dc", "verb": "poser"},
        "raccordements/<int:cross_id>/<slug:verb>/": {"verb": "refuser"},
        "datacentre/<slug:code>/<slug:kind>.csv": {"code": "dc", "kind": "pieces"},
        "datacentre/facturation/": {
            "code": "dc",
            "number": HostingInvoice.objects.get().number,
            "month": "2026-03",
        },
        "datacentre/": {"code": "dc", "room": "salle", "part": "PDU-A"},
        "cable/cables/": {"code": "share"},
        "cable/noeuds/": {"code": "a"},
        "cable/liaisons/": {"code": "ab"},
        "cable/capacite/routes/": {"code": "ab"},
        "cable/capacite/devis/<int:cable_quote_id>/commande/<slug:state>/motif/": {"state": "rejected"},
        "cable/capacite/devis/": {"state": "inProgress"},
        "tmf-api/": {
            "offering_id": (sold := Product.objects.get(name="AB")).pk,
            "kind": "lease",
            "price_id": f"{sold.tariffs.get().pk}-setup_fcfa",
            **dict.fromkeys(("qualification_id", "quote_id", "order_id", "product_id"), "1"),
        },
        "cable/offre/": {
            "verb": "accepter",
            "cable_quote_id": Quote.objects.get(customer__isnull=False, state="approved").pk,
        },
        "cable/optique/liaisons/": {"code": "ab"},
        "cable/zones/": {"code": "canyon"},
        "cable/equipements/": {"code": "odf"},
        "cable/circuits/": {"code": "c1"},
        "cable/sessions/vers/": {"code": "voisin"},
        "cable/sessions/routeurs/": {"code": "odf"},
        "cable/sessions/echanges/": {"code": "echange"},
        "cable/collecte/equipements/": {"code": "odf"},
        "cable/facturation/": {"code": "transit-1", "number": TrafficInvoice.objects.get().number},
        "cable/liste/": {"kind": "cables"},
        "cable/<slug:kind>.csv": {"kind": "cables"},
        "wifi/direct/alertes/": {"pk": Alert.objects.get().pk, "name": "prendre"},
        "wifi/direct/passerelles/": {"code": "marche-gw1"},
        "wifi/direct/rapports/": {"week": "2026-11-16"},
        "wifi/direct/": {"code": "wifi-marche", "key": ("k" * 16).encode().hex(), "name": "deconnecter"},
        "wifi/reseau/passerelles/": {"code": "marche-gw1", "number": 1},
        "wifi/reseau/": {"code": "wifi-marche"},
        "wifi/contenus/": {"code": "le-fleuve", "name": "f.mp4"},
        "wifi/codes/": {"bound": "outside"},
        "wifi/<slug:code>/": {"code": "wifi-marche", "token": _pass()},
        "territoires/<slug:code>": {"code": "071-thies-nord"},
        "envois/<uuid:message_id>": {"message_id": Message.objects.filter(channel="sms").first().pk},
        "evenements/": {"slug": "je-cherche-un-emploi"},
        "demarches/<slug:code>": {"code": "casier-judiciaire-b3"},
        "/signer/": proposed,
        "/renvoyer/": proposed,
        "instruction/": filed,
        "/acte/": {"case_id": cases["issued"].pk},
        "/paiement/": {"case_id": cases["unpaid"].pk},
        "/envoyee/": filed,
        "/corrections": {"case_id": cases["asked"].pk},
        "/reprendre/": draft,
        "/questions/": draft,
        "/impossible/": draft,
        "/pieces/": draft,
        "/verification/": draft,
        "/envoi": draft,
        "/retirer/": draft,
        "/retrait": filed,
        "/reponses": draft,
    }
