"""Forms of `datacenter.hosting`. Memory is typed in Gio, kept in MiB."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from django import forms
from django.core.exceptions import ValidationError

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting.models import Bucket, Image, Machine, Pool
from smartsenegal.datacenter.hosting.rules import metering, roles
from smartsenegal.datacenter.hosting.rules.quotas import Amounts
from smartsenegal.kernel.fields import DayField, French, LineField
from smartsenegal.kernel.identity.api import Account, Organisation, find_counted
from smartsenegal.lib.text import typography

MOST = 10_000_000
SMALLEST_MEMORY = 64
LONGEST_KEY = 800  # what a machine keeps of it


class MemoryField(forms.DecimalField):
    """Gio of memory, kept as a whole number of MiB."""

    def __init__(self, least: int = 0, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=3, min_value=0, localize=True, **kwargs)
        self.least = least

    def clean(self, value: Any) -> int:  # type: ignore[override]
        found = super().clean(value) or Decimal(0)
        mib = int(found * 1024)
        if mib < self.least:
            raise ValidationError(typography("Écrivez au moins 0,0625 Gio, comme 0,5 ou 4."))
        if mib > MOST:
            raise ValidationError(typography("C’est trop : vérifiez le nombre de zéros."))
        return mib

    def prepare_value(self, value: Any) -> Any:
        return (Decimal(value) / 1024).normalize() if isinstance(value, int) else value


def _whole(label: str, least: int = 0, most: int = MOST, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **kwargs)


def _code(label: str, most: int, **kwargs: Any) -> forms.RegexField:
    told = "Écrivez des minuscules sans accent, des chiffres ou des traits d’union, une lettre d’abord."
    # The whole of it: what is searched for anywhere would be found in the middle of anything.
    return forms.RegexField(
        r"\A[a-z][a-z0-9-]*\Z", label=label, max_length=most, error_messages={"invalid": told}, **kwargs
    )


class AmountsForm(French):
    """Five amounts."""

    vcpus = _whole("Processeurs virtuels (vCPU)")
    memory_mib = MemoryField(label="Mémoire (Gio)")
    disk_gib = _whole("Disque (Gio)")
    buckets = _whole("Espaces de stockage")
    object_gib = _whole("Stockage d’objets (Gio)", help_text="Tous les espaces ensemble.")

    def amounts(self) -> Amounts:
        """Them together."""
        data = self.cleaned_data
        return Amounts(**{name: data[name] for name in Amounts.__dataclass_fields__})


class QuotaForm(AmountsForm):
    """What a project wants to have from now on."""

    reason = LineField(label="Pour quoi faire", max_length=500, help_text="Le centre le lit pour décider.")


class PoolForm(AmountsForm):
    """A platform and what of it may be granted."""

    code = _code("Code", 30, help_text="Celui d’une plateforme connue la change.")
    name = LineField(label="Nom", max_length=120)
    rack = forms.ChoiceField(label="Baie", required=False, help_text="Où sont ses machines.")
    source = LineField(label="Capacité décidée par", max_length=300)

    def __init__(self, *args: Any, racks: Iterable[facility.Rack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(rack.pk): rack for rack in racks}
        names = [(key, f"{facility.load_code(r)} — {r.room.name}") for key, r in self.known.items()]
        self.fields["rack"].choices = [("", "Non connue"), *names]  # type: ignore[attr-defined]
        self.order_fields(["code", "name", "rack"])

    def values(self) -> dict[str, Any]:
        """What `platform.set_pool` takes after the datacentre."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("code", "name", "source")}
        return {**kept, "rack": self.known.get(data["rack"]), "amounts": self.amounts()}


class _PoolChoice(French):
    """Something of a platform."""

    pool = forms.ChoiceField(label="Plateforme")

    def __init__(self, *args: Any, pools: Iterable[Pool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pools = {each.code: each for each in pools}
        names = [(code, f"{each.name}, {each.center.site.name}") for code, each in self.pools.items()]
        self.fields["pool"].choices = names  # type: ignore[attr-defined]

    def pool_chosen(self) -> Pool:
        """Which one."""
        return self.pools[self.cleaned_data["pool"]]


class ImageForm(_PoolChoice):
    """What machines may start from. Volumes are those of the pool `ss-images` of the hypervisor."""

    code = _code("Code", 40)
    name = LineField(label="Nom", max_length=120)
    disk = LineField(
        label="Disque à copier", max_length=120, required=False,
        help_text="Le nom de son volume dans le catalogue de l’hyperviseur.",
    )  # fmt: skip
    kernel = LineField(label="Ou noyau à démarrer", max_length=120, required=False)
    initrd = LineField(label="Premier système de fichiers", max_length=120, required=False)
    arguments = LineField(label="Arguments du noyau", max_length=300, required=False)
    least_memory_mib = MemoryField(SMALLEST_MEMORY, label="Mémoire au moins (Gio)")
    least_disk_gib = _whole("Disque au moins (Gio)", 1, 100_000)
    source = LineField(label="Origine", max_length=300, help_text="Qui l’a faite, où, quel jour.")

    def values(self) -> dict[str, Any]:
        """What `platform.add_image` takes after the platform."""
        return {name: value for name, value in self.cleaned_data.items() if name != "pool"}


class TariffForm(French):
    """A price from a day on."""

    kind = forms.ChoiceField(label="Prestation", choices=metering.KINDS)
    amount = forms.DecimalField(
        label="Prix de l’heure (F CFA)", min_value=0, max_digits=14, decimal_places=6, localize=True,
        help_text="Avec une virgule s’il le faut, comme 4,25. Zéro si c’est gratuit.",
    )  # fmt: skip
    starts_on = DayField(label="À partir du")
    source = LineField(label="Décidé par", max_length=300, help_text="L’arrêté, la décision, sa date.")


class AnswerForm(French):
    """What is said with a decision."""

    answer = LineField(label="Réponse", max_length=300, required=False, help_text="Le projet la lit.")

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = needed


# --- customers --------------------------------------------------------------------------------


class ProjectForm(_PoolChoice):
    """A project to open."""

    customer = forms.ChoiceField(label="Pour quel organisme")
    code = forms.CharField(
        label="Code", max_length=20,
        help_text="De 3 à 20 lettres minuscules ou chiffres. Il commence le nom de vos espaces de stockage.",
    )  # fmt: skip
    name = LineField(label="Nom du projet", max_length=120)
    purpose = LineField(label="Ce que vous allez y faire", max_length=300, required=False)

    def __init__(self, *args: Any, bodies: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(each.pk): each for each in bodies}
        self.fields["customer"].choices = [(key, o.name) for key, o in self.bodies.items()]  # type: ignore[attr-defined]
        self.order_fields(["customer", "pool"])

    def values(self) -> dict[str, Any]:
        """What `projects.open_project` takes after the platform."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("code", "name", "purpose")}
        return {"customer": self.bodies[data["customer"]], **kept}


class MemberForm(French):
    """Somebody who gets a role."""

    login = forms.CharField(
        label="Son téléphone ou son courriel", max_length=120, help_text="Celui de son compte."
    )
    role = forms.ChoiceField(
        label="Rôle", choices=roles.ROLES, widget=forms.RadioSelect, initial=roles.READER
    )

    def clean_login(self) -> Account:
        found = find_counted(self.cleaned_data["login"])
        if found is None:
            raise ValidationError(typography("Aucun compte n’a ce téléphone ni ce courriel : vérifiez-le."))
        return found


class SizeForm(French):
    """What a machine has."""

    vcpus = _whole("Processeurs virtuels (vCPU)", 1, 1_000, initial=1)
    memory_mib = MemoryField(SMALLEST_MEMORY, label="Mémoire (Gio)", initial=1024)
    disk_gib = _whole("Disque (Gio)", 1, 1_000_000, initial=10)


class MachineForm(SizeForm):
    """A machine to start."""

    image = forms.ChoiceField(label="Image de départ")
    name = _code("Nom", 40, help_text="Comme web-1.")
    ssh_key = forms.CharField(
        label="Clé publique SSH", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une ligne qui commence par ssh-ed25519 ou ssh-rsa : c’est par elle que vous entrez, et"
        " sans elle vous n’entrez pas.",
    )  # fmt: skip

    def __init__(self, *args: Any, images: Iterable[Image], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.images = {str(each.pk): each for each in images}
        self.fields["image"].choices = [(key, each.name) for key, each in self.images.items()]  # type: ignore[attr-defined]
        self.order_fields(["name", "image"])

    def clean_ssh_key(self) -> str:
        typed = self.cleaned_data["ssh_key"].strip()
        if not typed:
            return ""
        # The words after the key often are a person's address: they have no use here.
        kept = " ".join(typed.split()[:2])
        try:
            load_ssh_public_key(kept.encode())
        except (ValueError, UnsupportedAlgorithm):
            told = "Ce n’est pas une clé publique SSH : copiez la ligne entière du fichier en .pub."
            raise ValidationError(typography(told)) from None
        if len(kept) > LONGEST_KEY:
            told = "Cette clé est trop longue : prenez une clé ssh-ed25519, ou ssh-rsa de 4 096 bits au plus."
            raise ValidationError(typography(told))
        return kept

    def values(self) -> dict[str, Any]:
        """What `machines.create` takes after the image."""
        return {name: value for name, value in self.cleaned_data.items() if name != "image"}

    def image_chosen(self) -> Image:
        """Which one."""
        return self.images[self.cleaned_data["image"]]


class BucketForm(French):
    """A bucket to make."""

    name = forms.CharField(label="Nom", max_length=42)
    gib = _whole("Capacité réservée (Gio)", 1, 1_000_000, initial=10)
    lock_days = _whole(
        "Objets verrouillés (jours)", 0, 36_500, required=False,
        help_text="Pour des archives : pendant ce temps personne, pas même le centre, ne peut changer ni"
        " effacer un objet. Vide : sans verrou. Ce choix ne se reprend pas.",
    )  # fmt: skip

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = typography(f"Le nom complet commencera par « {code}- ».")

    def clean_lock_days(self) -> int:
        return self.cleaned_data["lock_days"] or 0


class KeyForm(French):
    """A key to make."""

    label = LineField(label="Pour quel usage", max_length=80, help_text="Comme : sauvegardes du serveur web.")
    write = forms.BooleanField(label="Elle peut aussi écrire et effacer", required=False)


class DatasetForm(French):
    """A set of data, and what is known of it."""

    name = LineField(label="Jeu de données", max_length=120, help_text="Comme : dossiers des abonnés.")
    place = forms.ChoiceField(label="Où il se trouve")
    personal = forms.TypedChoiceField(
        label="Contient-il des données personnelles ?", choices=[("oui", "Oui"), ("non", "Non")],
        widget=forms.RadioSelect, coerce=lambda said: said == "oui",
    )  # fmt: skip
    law = LineField(
        label="Loi applicable", max_length=200, required=False, help_text="Comme : loi 2008-12 du Sénégal."
    )
    filing = LineField(
        label="Formalité à la CDP", max_length=200, required=False,
        help_text="Déclaration ou autorisation, son numéro et sa date. Vide : non connue.",
    )  # fmt: skip
    encryption = LineField(
        label="Clé de chiffrement", max_length=200, required=False,
        help_text="Laquelle, et qui la détient ; « aucune » si les données sont en clair.",
    )  # fmt: skip
    answerable = LineField(
        label="Qui en répond", max_length=200, required=False,
        help_text="Une fonction plutôt qu’un nom, comme : directrice des systèmes d’information.",
    )  # fmt: skip

    def __init__(self, *args: Any, places: Iterable[Bucket | Machine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {f"{each._meta.model_name}-{each.pk}": each for each in places}
        kinds = {"bucket": "Espace", "machine": "Machine"}
        names = [(key, f"{kinds[key.split('-')[0]]} {each}") for key, each in self.places.items()]
        self.fields["place"].choices = names  # type: ignore[attr-defined]

    def place_chosen(self) -> Bucket | Machine:
        """Where it lies."""
        return self.places[self.cleaned_data["place"]]

    def values(self) -> dict[str, Any]:
        """What `register.note` takes after the place."""
        return {name: value for name, value in self.cleaned_data.items() if name != "place"}
