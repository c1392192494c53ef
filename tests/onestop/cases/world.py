"""A small country: one region, two communes, two courts, their agents, and the sample procedures."""

import io
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from PIL import Image

from smartsenegal.kernel.identity.api import Account, Organisation, Principal, RoleAssignment, principal_for
from smartsenegal.kernel.sites.api import Site
from smartsenegal.kernel.territory.api import Territory
from smartsenegal.lib.text import squeeze
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.procedures.api import Definition, Delay, Procedure, Revision, to_json
from tests.onestop.cases.samples import ANSWERS, PLAIN, WHOLE

FREE = replace(PLAIN, code="certificat-gratuit", prefix="CG", title="Certificat gratuit", fees=())


@dataclass
class World:
    """Everyone and everything a test of cases needs."""

    country: Territory
    thies: Organisation
    mbour: Organisation
    awa: Principal
    modou: Principal
    moussa: Principal  # officer in Thiès
    ibra: Principal  # another one
    fatou: Principal  # signatory in Thiès
    coumba: Principal  # officer in Mbour
    lamine: Principal  # inspector
    revisions: dict[str, Revision]

    def account(self, who: Principal) -> Account:
        return Account.objects.get(pk=who.account_id)


def _territory(code: str, kind: str, name: str, parent: Territory | None = None) -> Territory:
    path = f"{parent.path}/{code}" if parent else code
    return Territory.objects.create(
        code=code, kind=kind, name=name, label=name, parent=parent, path=path, search=f"\n{squeeze(name)}\n"
    )


def _court(code: str, name: str, place: Territory, serves: Territory) -> Organisation:
    service = Organisation.objects.create(code=code, name=name, kind="court", territory=place)
    site = Site.objects.create(code=code, name=name, kind="court_tgi", territory=place, organisation=service)
    site.serves.add(serves)
    return service


def person(name: str, phone: str, *roles: tuple[str, Organisation]) -> Principal:
    account = Account.objects.create_user(phone=phone, name=name, phone_verified=True)
    for role, organisation in roles:
        RoleAssignment.objects.create(
            account=account, role=role, organisation=organisation, starts_on=date(2026, 1, 1)
        )
    return principal_for(account)


def publish(definition: Definition) -> Revision:
    """A published revision of this definition."""
    procedure, _ = Procedure.objects.get_or_create(
        code=definition.code,
        defaults={"owner": definition.owner, "title": definition.title, "published": True},
    )
    revision = Revision.objects.create(
        procedure=procedure,
        number=procedure.revisions.count() + 1,
        content=to_json(definition),
        digest=f"{definition.code}-{procedure.revisions.count()}",
        state="published",
        effective_from=date(2026, 1, 1),
        published_at=timezone.now(),
    )
    Procedure.objects.filter(pk=procedure.pk).update(current=revision)
    return revision


def make_world() -> World:
    country = _territory("SN", "country", "Sénégal")
    region = _territory("SN-TH", "region", "Thiès", country)
    commune = _territory("071-thies-nord", "commune", "Thiès Nord", region)
    other = _territory("072-mbour", "commune", "Mbour", region)
    thies = _court("tgi-thies", "Tribunal de grande instance de Thiès", region, commune)
    mbour = _court("tgi-mbour", "Tribunal de grande instance de Mbour", other, other)
    return World(
        country=country,
        thies=thies,
        mbour=mbour,
        awa=person("Awa Ndiaye", "+221771000001"),
        modou=person("Modou Fall", "+221771000002"),
        moussa=person("Moussa Diop", "+221771000003", ("officer", thies)),
        ibra=person("Ibra Sarr", "+221771000004", ("officer", thies)),
        fatou=person("Fatou Sow", "+221771000005", ("signatory", thies)),
        coumba=person("Coumba Ba", "+221771000006", ("officer", mbour)),
        lamine=person("Lamine Sy", "+221771000007", ("inspector", thies)),
        revisions={d.code: publish(d) for d in (PLAIN, WHOLE, FREE)},
    )


def picture(colour: str = "white") -> io.BytesIO:
    """A small photograph."""
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "JPEG")
    stream.seek(0)
    return stream


def fill(world: World, code: str = "certificat-gratuit", who: Principal | None = None) -> Case:
    """A draft with everything it needs."""
    by = who or world.awa
    case = actions.open_draft(by, code)
    actions.answer(case.pk, by, "qui", {"identity": ANSWERS["identity"]})
    actions.answer(case.pk, by, "lieu", {"birthplace": ANSWERS["birthplace"]})
    actions.answer(case.pk, by, "motif", {"motive": "emploi", "details": None})
    actions.add_piece(
        case.pk, by, "extrait", picture(), filename="extrait.jpg", issued_on=timezone.localdate()
    )
    return Case.objects.get(pk=case.pk)


def publish_working_days(delay: Delay) -> None:
    """A procedure without fees whose delay is the one given."""
    publish(replace(FREE, code="certificat-ouvre", delay=delay))
