"""Projects, quotas, roles, use closed by month, and the register, through actions and pages."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from smartsenegal.datacenter.facility.models import DataCenter
from smartsenegal.datacenter.hosting import holdings, queries
from smartsenegal.datacenter.hosting.actions import (
    bills,
    buckets,
    keys,
    machines,
    platform,
    projects,
    register,
)
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Ask, Bill, Key, Machine, Pool, Project, Step, Tariff
from smartsenegal.datacenter.hosting.rules.quotas import Amounts
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.notifications.models import Message
from tests.datacenter.colocation.world import SYSTEM, make_company
from tests.datacenter.facility.test_pages import page
from tests.datacenter.hosting.world import make_machine, price
from tests.jobs import drain

ROOT = "/datacentre/hebergement/"
Owner = tuple[identity.Principal, identity.Organisation]
SignedIn = Callable[[identity.Principal], Client]
# An RSA key of 8,192 bits, as its file has it.
_BLOB = b"\0\0\0\x07ssh-rsa\0\0\0\x03\1\0\1\0\0\x04\1\0\x80" + b"\0" * 1022 + b"\1"
LONG_KEY = base64.b64encode(_BLOB).decode()
FIVE = {"vcpus": "4", "memory_mib": "4", "disk_gib": "50", "buckets": "2", "object_gib": "20"}


def test_a_project_is_opened_its_quota_asked_for_and_granted(
    pool: Pool, owner: Owner, browser: Client, signed_in: SignedIn
) -> None:
    theirs = signed_in(owner[0])
    assert "Vous n’êtes d’aucun projet" in page(theirs.get(ROOT))
    given = {"customer": str(owner[1].pk), "pool": pool.code, "code": "Jokko", "name": "Jokko"}
    told = page(theirs.post(f"{ROOT}nouveau/", given))
    assert "De 3 à 20" in told
    assert 'value="Jokko"' in told
    assert theirs.post(f"{ROOT}nouveau/", {**given, "code": "jokko"}).status_code == 302
    assert "déjà pris" in page(theirs.post(f"{ROOT}nouveau/", {**given, "code": "jokko"}))
    address = f"{ROOT}projets/jokko/"
    assert "Ce projet n’a pas encore de quota" in page(theirs.get(address))
    wanted = {**FIVE, "reason": "Un site de vente", "memory_mib": "0,5"}
    assert theirs.post(f"{address}quota/", {**wanted, "vcpus": "99"}).status_code == 302
    assert "attend la réponse du centre" in page(theirs.get(address))
    center = f"{ROOT}centre/dc-essai/"
    told = page(browser.get(center))
    assert "Mémoire : 0 Mio → 512 Mio" in told
    ask = Ask.objects.get()
    told = page(browser.post(f"{ROOT}quotas/{ask.pk}/accorder/", {"answer": ""}))
    assert "Plateforme n’a plus assez : il manque 91 vCPU" in told
    told = page(browser.post(f"{ROOT}quotas/{ask.pk}/refuser/", {"answer": ""}))
    assert "ss-error-summary" in told
    assert browser.post(f"{ROOT}quotas/{ask.pk}/refuser/", {"answer": "Trop grand"}).status_code == 302
    assert "Trop grand" in page(theirs.get(address))
    assert theirs.post(f"{address}quota/", wanted).status_code == 302
    granted = Ask.objects.get(decided_at=None)
    assert browser.post(f"{ROOT}quotas/{granted.pk}/accorder/", {"answer": ""}).status_code == 302
    assert Project.objects.get().amounts == Amounts(4, 512, 50, 2, 20)
    drain()
    told = Message.objects.filter(recipient=owner[0].account_id, template__startswith="hosting.")
    texts = list(told.filter(channel="sms").order_by("created_at").values_list("body", flat=True))
    assert [text.split(". ")[0].replace("\u00a0", " ") for text in texts] == [
        "Le quota de Jokko est refusé", "Le quota de Jokko est accordé",
    ]  # fmt: skip
    assert "Cette demande est déjà décidée" in page(
        browser.post(f"{ROOT}quotas/{granted.pk}/accorder/", {"answer": ""})
    )
    told = page(browser.get(center))
    assert "Salle 1, baie salle-1/B01" in told
    assert "0 vCPU sur 4 vCPU" in told


def test_what_is_granted_and_what_is_used_never_exceed(project: Project, owner: Owner) -> None:
    by = owner[0]
    machine = make_machine(by, project, vcpus=3)
    with pytest.raises(HostingRefused, match="il manque 1\u00a0vCPU"):
        make_machine(by, project, name="web-2", vcpus=2)
    with pytest.raises(HostingRefused, match="moins que ce que le projet utilise"):
        projects.ask_quota(by, project, Amounts(2, 4_096, 50, 2, 20), reason="Moins")
    with pytest.raises(HostingRefused, match="moins que ce qui est déjà accordé"):
        platform.set_pool(
            SYSTEM, project.pool.center, code=project.pool.code, name="P", amounts=Amounts(3), source="Essai"
        )
    with pytest.raises(HostingRefused, match="déjà ce nom"):
        make_machine(by, project)
    with pytest.raises(HostingRefused, match="Arrêtez d’abord"):
        machines.resize(by, machine, vcpus=1, memory_mib=128, disk_gib=1)
    machines.stop(by, machine)
    with pytest.raises(HostingRefused, match="ne rétrécit pas"):
        machines.resize(by, Machine.objects.get(), vcpus=1, memory_mib=128, disk_gib=0)
    with pytest.raises(HostingRefused, match="est arrêtée"):
        machines.reboot(by, machine)
    machines.resize(by, machine, vcpus=4, memory_mib=128, disk_gib=50)
    assert queries.used(project) == Amounts(4, 128, 50)
    machines.delete(by, machine)
    assert queries.used(project) == Amounts()
    with pytest.raises(HostingRefused, match="est supprimée"):
        machines.start(by, machine)
    make_machine(by, project)  # its name is free again


def test_each_role_does_what_it_may_and_strangers_see_nothing(
    project: Project, owner: Owner, signed_in: SignedIn, client: Client
) -> None:
    stranger, _ = make_company("Ailleurs SARL")
    theirs, address = signed_in(stranger), f"{ROOT}projets/jokko/"
    assert theirs.get(address).status_code == 403
    assert theirs.get(f"{ROOT}projets/inconnu/").status_code == 403
    account = identity.Account.objects.get(pk=stranger.account_id)
    own = signed_in(owner[0])
    assert "Aucun compte n’a ce téléphone" in page(
        own.post(f"{address}membres/", {"login": "x@y.sn", "role": "owner"})
    )
    for role, may in (("reader", ""), ("operator", "operate"), ("owner", "operate own")):
        assert own.post(f"{address}membres/", {"login": account.phone, "role": role}).status_code == 302
        assert theirs.get(address).status_code == 200
        expected = [200 if act in may else 403 for act in ("operate", "own", "own")]
        doors = ("machines/nouvelle/", "cles/nouvelle/", "membres/")
        assert [theirs.get(address + door).status_code for door in doors] == expected
    assert "Ailleurs SARL" in page(own.get(f"{address}membres/"))
    (item,) = holdings.export(str(account.pk))
    assert json.loads(b"".join(item.chunks))[0]["role"] == "Responsable"
    assert holdings.subjects(str(account.pk)) == [f"project:{project.pk}"]
    own.post(f"{address}membres/{project.members.get().pk}/retirer/")
    assert holdings.erase(str(account.pk), SYSTEM) == []
    assert theirs.get(address).status_code == 403
    verbs = set(Entry.objects.filter(subject=f"project:{project.pk}").values_list("verb", flat=True))
    assert {"hosting.member_added", "hosting.member_removed", "hosting.quota_granted"} <= verbs


def test_without_backends_all_is_noted_and_the_pages_say_so(
    project: Project, owner: Owner, signed_in: SignedIn, browser: Client
) -> None:
    machine, own = make_machine(owner[0], project), signed_in(owner[0])
    buckets.add(owner[0], project, name="site", gib=1)
    key = keys.add(owner[0], project, label="Site", write=True)
    address = f"{ROOT}projets/jokko/"
    told = page(own.get(address))
    for words in (
        "Aucun hyperviseur n’est relié",
        "Aucun magasin d’objets n’est relié",
        "En attente",
    ):
        assert words in told
    assert "Aucun hyperviseur n’est relié" in page(own.get(f"{address}machines/{machine.pk}/console/"))
    hostile = {"name": "../<x>", "image": str(machine.image_id), "ssh_key": f"ssh-rsa {LONG_KEY}"}
    told = page(own.post(f"{address}machines/nouvelle/", hostile))
    assert "Écrivez des minuscules sans accent" in told
    assert "Cette clé est trop longue" in told
    assert "Il reste au projet : 3 vCPU" in told
    assert "un Gio de disque : tarif non fixé" in told
    assert "n’a pas encore fait cette clé" in page(own.post(f"{address}cles/{key.pk}/secret/", follow=True))
    own.post(f"{address}machines/{machine.pk}/redemarrer/")
    assert Machine.objects.get().reboots == 1
    told = page(browser.get(f"{ROOT}centre/dc-essai/"))
    assert "SMARTSENEGAL_LIBVIRT_URI" in told
    assert "jokko/web-1" in told

    # The worker made it: its secret is sealed, then shown once.
    Key.objects.update(sealed=keys.seal(key, "très-secret"), real=True)
    assert "très-secret".encode() not in bytes(Key.objects.get().sealed or b"")
    assert keys.reseal() == 0
    assert keys.show(owner[0], key) == "très-secret"
    assert Key.objects.get().sealed is None
    with pytest.raises(HostingRefused, match="déjà été montré"):
        keys.show(owner[0], key)


def test_a_month_is_counted_priced_closed_and_recomputed(
    project: Project, owner: Owner, center: DataCenter, signed_in: SignedIn, browser: Client
) -> None:
    machine = make_machine(owner[0], project)
    first = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    start = queries.start_of(first)
    Step.objects.bulk_create(
        [
            Step(machine=machine, at=start, running=True, vcpus=2, memory_mib=2048, disk_gib=10),
            Step(
                machine=machine,
                at=start + timedelta(hours=10),
                running=False,
                vcpus=2,
                memory_mib=1,
                disk_gib=0,
            ),
        ]
    )
    address = f"{ROOT}projets/jokko/mois/{first:%Y-%m}/"
    own = signed_in(owner[0])
    assert "Rien n’a été utilisé" in page(own.get(address))  # it was asked for, and never made
    Machine.objects.update(made_at=start)
    told = page(own.get(address))
    assert "20 vCPU·h" in told
    assert told.count("Tarif non fixé") == 7
    close = f"{ROOT}centre/dc-essai/factures/jokko/{first:%Y-%m}/"
    assert "Tarif non fixé pour : disque, mémoire en marche, vcpu en marche" in page(browser.post(close))
    given = {"kind": "vcpu", "amount": "2,5", "starts_on": "1er janvier 2020", "source": "Décision 1"}
    assert browser.post(f"{ROOT}centre/dc-essai/tarifs/", given).status_code == 302
    Tariff.objects.all().delete()
    price(center)
    assert "350 F CFA" in page(own.get(address))  # 20 h, 20 Gio·h and 100 Gio·h at 2,5 francs
    now = f"{ROOT}centre/dc-essai/factures/jokko/{timezone.localdate():%Y-%m}/"
    assert "n’est pas fini" in page(browser.post(now))
    Project.objects.update(opened_at=start)
    assert close in page(browser.get(f"{ROOT}centre/dc-essai/"))
    assert browser.post(close).status_code == 302
    assert close not in page(browser.get(f"{ROOT}centre/dc-essai/"))
    told = page(own.get(address))
    assert "350 F CFA" in told
    assert "le même au mot près" in told
    bill = Bill.objects.get()
    assert json.loads(own.get(f"{address}releve.json").content)["lines"][0][3:] == [72_000, "2.500000", 50]
    make_machine(owner[0], project, name="web-2")
    assert bills.recomputed(bill)
    with pytest.raises(HostingRefused, match="déjà arrêtés"):
        platform.add_tariff(SYSTEM, center, kind="vcpu", amount=Decimal(9), starts_on=first, source="Essai")
    for change in (lambda: Bill.objects.update(total=1), lambda: Step.objects.update(vcpus=1)):
        with (
            pytest.raises(DatabaseError, match=r"append_only|Cannot update"),
            transaction.atomic(),
        ):
            change()
    for month in ("2026-13", "9999-12"):
        assert own.get(f"{ROOT}projets/jokko/mois/{month}/").status_code == 404


def test_the_register_says_where_data_lies_and_what_is_not_known(
    project: Project, owner: Owner, signed_in: SignedIn
) -> None:
    bucket = buckets.add(owner[0], project, name="abonnes", gib=1)
    own, address = signed_in(owner[0]), f"{ROOT}projets/jokko/registre/"
    assert "Aucun jeu de données" in page(own.get(address))
    given = {"name": "Abonnés", "place": f"bucket-{bucket.pk}", "personal": "oui", "law": "Loi 2008-12"}
    assert own.post(f"{address}nouveau/", given).status_code == 302
    told = page(own.get(address))
    for words in (
        "espace jokko-abonnes ; Centre d’essai, Diamniadio, Sénégal ; Salle 1, baie salle-1/B01",
        "Non connu : la clé, qui en répond, la formalité à la CDP.",
    ):
        assert words in told
    with pytest.raises(HostingRefused, match="Le registre dit"):
        buckets.close(owner[0], bucket)
    register.close(owner[0], project.datasets.get())
    buckets.close(owner[0], bucket)
    assert "Aucun jeu de données" in page(own.get(address))


def test_a_platform_and_its_images_are_entered(browser: Client, pool: Pool) -> None:
    center = f"{ROOT}centre/dc-essai/"
    given = {**FIVE, "code": pool.code, "name": "Plateforme 2", "source": "Décision", "rack": ""}
    assert browser.post(f"{center}plateforme/", given).status_code == 302
    assert "baie non connue" in page(browser.get(center))
    image = {
        "pool": pool.code, "code": "debian", "name": "Debian", "least_memory_mib": "0,5",
        "least_disk_gib": "3", "source": "Debian",
    }  # fmt: skip
    assert "Indiquez le disque à copier" in page(browser.post(f"{center}images/", image))
    assert browser.post(f"{center}images/", {**image, "disk": "debian.raw"}).status_code == 302
    browser.post(f"{center}images/{pool.images.get(code='debian').pk}/retirer/")
    assert [each.code for each in queries.images(pool)] == ["mini"]

    # The demonstration's own says that it is invented.
    from smartsenegal.datacenter.facility import actions as facility
    from smartsenegal.datacenter.hosting.api import load_examples

    facility.load_facts(SYSTEM)
    assert load_examples(SYSTEM)
    assert not load_examples(SYSTEM)
    center = f"{ROOT}centre/dc-diamniadio/"
    assert "inventée" in page(browser.get(center))
    assert "Debian 12" in page(browser.get(f"{center}images/"))
    assert not Tariff.objects.exists()
