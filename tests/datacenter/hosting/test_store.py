"""Buckets and keys in a real store, used by boto3 with what the page showed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions import buckets, keys
from smartsenegal.datacenter.hosting.actions.reconcile import reconcile_keys, reconcile_objects
from smartsenegal.datacenter.hosting.contrib import registry
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Bucket, Key, Project, Sample
from smartsenegal.kernel.identity import api as identity
from tests.datacenter.facility.test_pages import page
from tests.datacenter.hosting.store import ADMIN, client, seaweedfs

ROOT = "/datacentre/hebergement/projets/jokko/"


def refused(act: Callable[[], Any]) -> str:
    """The code with which the store refuses."""
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as error:
        act()
    return str(error.value.response["Error"]["Code"])


def test_objects_are_kept_locked_measured_and_shut_off(
    project: Project,
    owner: tuple[identity.Principal, identity.Organisation],
    signed_in: Callable[[identity.Principal], Client],
    settings: Any,
) -> None:
    by, browser = owner[0], signed_in(owner[0])
    told = page(browser.post(f"{ROOT}espaces/nouveau/", {"name": "Mes archives", "gib": "21"}))
    assert "Écrivez de 1 à 42 minuscules" in told
    told = page(browser.post(f"{ROOT}espaces/nouveau/", {"name": "archives", "gib": "21"}))
    assert "il manque 1 Gio (stockage d’objets)" in told
    for given in ({"name": "archives", "gib": "2", "lock_days": "30"}, {"name": "site", "gib": "1"}):
        assert browser.post(f"{ROOT}espaces/nouveau/", given).status_code == 302
    for given in ({"label": "Serveur", "write": "on"}, {"label": "Lecteur"}):
        assert browser.post(f"{ROOT}cles/nouvelle/", given).status_code == 302
    told = page(browser.get(ROOT))
    assert "Aucun magasin d’objets n’est relié" in told
    assert "Voir le secret" not in told
    assert reconcile_objects() == 0
    writer, reader = Key.objects.order_by("pk")
    with seaweedfs() as url:
        settings.HOSTING_S3_URL, (settings.HOSTING_S3_KEY, settings.HOSTING_S3_SECRET) = url, ADMIN
        admin = client(url, *ADMIN)
        admin.create_bucket(Bucket="autrui")
        assert reconcile_objects() == 6
        assert reconcile_objects() == 0
        theirs = client(url, *_shown(browser, writer))
        other = client(url, *_shown(browser, reader))
        assert Key.objects.exclude(sealed=None).count() == 0
        again = browser.post(f"{ROOT}cles/{writer.pk}/secret/", follow=True)
        assert "Ce secret a déjà été montré" in page(again)

        version = theirs.put_object(Bucket="jokko-archives", Key="acte.pdf", Body=b"0" * 1000)["VersionId"]
        theirs.put_object(Bucket="jokko-site", Key="index.html", Body=b"Bonjour")
        assert other.get_object(Bucket="jokko-site", Key="index.html")["Body"].read() == b"Bonjour"
        locked = {"Bucket": "jokko-archives", "Key": "acte.pdf", "VersionId": version}
        for act in (
            lambda: theirs.delete_object(**locked),
            lambda: theirs.delete_object(**locked, BypassGovernanceRetention=True),
            lambda: admin.delete_object(**locked),
            lambda: other.put_object(Bucket="jokko-site", Key="x", Body=b""),
            lambda: theirs.list_objects_v2(Bucket="autrui"),
            lambda: theirs.put_object(Bucket="autrui", Key="x", Body=b""),
            lambda: theirs.create_bucket(Bucket="jokko-sauvage"),
            lambda: theirs.delete_bucket(Bucket="jokko-site"),
        ):
            assert refused(act) == "AccessDenied"

        reconcile_objects()
        assert list(Bucket.objects.order_by("name").values_list("size", "objects_count")) == [
            (1000, 1),
            (7, 1),
        ]
        assert list(Sample.objects.order_by("bucket", "pk").values_list("size", flat=True)) == [0, 1000, 0, 7]
        with pytest.raises(HostingRefused, match="n’est pas vide"):
            buckets.close(by, Bucket.objects.get(name="jokko-archives"))

        # More is held than is reserved: keys read and erase, and add nothing until there is room again.
        Bucket.objects.filter(name="jokko-site").update(size=4 * 1024**3)
        store = registry.store()
        assert store is not None
        assert reconcile_keys(store) == 1
        assert refused(lambda: theirs.put_object(Bucket="jokko-site", Key="x", Body=b"")) == "AccessDenied"
        theirs.delete_object(Bucket="jokko-site", Key="index.html")
        reconcile_objects()
        # Something is put in a bucket that was known to be empty, and then deleted: it is given back, whole.
        theirs.put_object(Bucket="jokko-site", Key="x", Body=b"")
        buckets.close(by, Bucket.objects.get(name="jokko-site"))
        assert queries.used(project).buckets == 2
        reconcile_objects()
        assert Bucket.objects.get(name="jokko-site").closed_at is None
        theirs.delete_object(Bucket="jokko-site", Key="x")
        reconcile_objects()

        keys.close(by, writer)
        reconcile_objects()
        assert refused(lambda: theirs.list_objects_v2(Bucket="jokko-site")) == "InvalidAccessKeyId"
        buckets.close(by, Bucket.objects.get(name="jokko-site"))
        reconcile_objects()
        assert queries.used(project).buckets == 1
        assert {each["Name"] for each in admin.list_buckets()["Buckets"]} == {"autrui", "jokko-archives"}
        assert "jokko-site" not in page(browser.get(ROOT))

        # What somebody else keeps in the store is given to nobody who asks for its name.
        admin.create_bucket(Bucket="jokko-ancien")
        admin.put_object(Bucket="jokko-ancien", Key="x", Body=b"")
        taken = buckets.add(by, project, name="ancien", gib=1)
        reconcile_objects()
        taken.refresh_from_db()
        assert (taken.real, "déjà un espace de ce nom" in taken.trouble) == (False, True)


def _shown(browser: Client, key: Key) -> tuple[str, str]:
    """Identifier and secret, as a person copies them from the page."""
    answer = browser.post(f"{ROOT}cles/{key.pk}/secret/")
    assert "no-store" in answer.headers["Cache-Control"]
    _, access, secret = re.findall(r"<code>([^<]+)</code>", page(answer))
    return access, secret
