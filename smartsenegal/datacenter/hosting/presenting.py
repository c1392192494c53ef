"""How hosting is told: quotas, machines wanted and real, use and bill, where data lies."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.models import Bucket, Dataset, Key, Machine, Pool, Project
from smartsenegal.datacenter.hosting.rules import machines, metering, quotas
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import NBSP, group_digits, typography

UNKNOWN = "Non connu"
NO_TARIFF = "Tarif non fixé"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
WANTED, REAL = dict(machines.WANTED), dict(machines.REAL)
NO_HYPERVISOR = (
    "Aucun hyperviseur n’est relié à cette installation : ce que vous demandez est noté, compté dans le"
    " quota, et sera fait dès qu’il le sera."
)
NO_STORE = (
    "Aucun magasin d’objets n’est relié à cette installation : espaces et clés sont notés, et seront faits"
    " dès qu’il le sera."
)


def ledger(most: quotas.Amounts, used: quotas.Amounts) -> list[dict[str, Any]]:
    """A line for each amount: what there is, what is used, what is left."""
    return [
        {
            "name": quotas.DIMENSIONS[name],
            "most": quotas.spelt(name, all_),
            "used": quotas.spelt(name, taken),
            "left": quotas.spelt(name, max(0, all_ - taken)),
        }
        for (name, all_), (_, taken) in zip(most.items(), used.items(), strict=True)
    ]


def size(of: Machine) -> str:
    """`2 vCPU, 4 Gio, disque de 20 Gio`."""
    disk = quotas.spelt("disk_gib", of.disk_gib)
    return f"{quotas.spelt('vcpus', of.vcpus)}, {quotas.memory(of.memory_mib)}, disque de {disk}"


def machine_chip(of: Machine) -> tuple[str, str]:
    """Its state in words, and their colour: what is real, or what is still being done."""
    if of.trouble:
        return "En difficulté", "red"
    if of.seen_at is None:
        return "En attente", "amber"
    if queries.settled(of):
        return REAL[of.real or machines.ABSENT], "green" if of.real == machines.RUNNING else "neutral"
    doing = {machines.RUNNING: "Mise en marche", machines.STOPPED: "Arrêt", machines.DELETED: "Suppression"}
    return f"{doing[of.wanted]} en cours", "amber"


def machine_row(of: Machine, url: str) -> dict[str, Any]:
    """A machine in a table."""
    words, tone = machine_chip(of)
    return {
        "url": url,
        "cells": [
            {"text": of.name, "sub": of.image.name},
            {"text": size(of)},
            {"chip": WANTED[of.wanted], "tone": "neutral", "label": "Voulue"},
            {"chip": words, "tone": tone, "label": "Réelle", "sub": seen(of.seen_at)},
        ],
    }


def seen(at: datetime | None) -> str:
    """When something real was last looked at."""
    return f"vue le {format_datetime(at)}" if at else "jamais vue"


def machine_facts(of: Machine) -> list[dict[str, str]]:
    """What is wanted of it and what is, side by side: name, wanted, real."""
    disk = quotas.spelt("disk_gib", of.made_disk_gib) if of.made_disk_gib else "Pas encore fait"
    known = of.real not in (machines.UNSEEN, machines.ABSENT)
    return [
        {"name": "État", "wanted": WANTED[of.wanted], "real": REAL[of.real]},
        {
            "name": "Processeurs", "wanted": quotas.spelt("vcpus", of.vcpus),
            "real": quotas.spelt("vcpus", of.real_vcpus) if known else UNKNOWN,
        },
        {
            "name": "Mémoire", "wanted": quotas.memory(of.memory_mib),
            "real": quotas.memory(of.real_memory_mib) if known else UNKNOWN,
        },
        {"name": "Disque", "wanted": quotas.spelt("disk_gib", of.disk_gib), "real": disk},
        {"name": "Redémarrages", "wanted": str(of.reboots), "real": str(of.made_reboots)},
    ]  # fmt: skip


def bucket_entry(of: Bucket) -> dict[str, Any]:
    """A bucket in a list."""
    held = f"Mesuré : {quotas.octets(of.size)}" if of.size is not None else "Pas encore mesuré"
    full = of.size is not None and of.size > of.gib * 1024**3
    words, tone = ("Prêt", "green") if of.real else ("En attente", "amber")
    if of.closed_at:
        words, tone = "Suppression en cours", "amber"
    elif full:
        words, tone = "Plein", "red"
    if of.trouble:
        words, tone = "En difficulté", "red"
    lock = f"objets verrouillés {group_digits(of.lock_days)} jours" if of.lock_days else "sans verrou"
    return {
        "id": of.pk, "name": of.name, "words": words, "tone": tone, "open": of.closed_at is None,
        "told": typography(f"{held} sur {quotas.spelt('object_gib', of.gib)} réservés, {lock}"),
        "seen": f"vu le {format_datetime(of.seen_at)}" if of.seen_at else "",
    }  # fmt: skip


def key_entry(of: Key) -> dict[str, Any]:
    """A key in a list."""
    if of.trouble:
        words, tone = "En difficulté", "red"
    else:
        words, tone = ("Prête", "green") if of.real else ("En attente", "amber")
    shown = f"secret montré le {format_datetime(of.shown_at)}" if of.shown_at else "secret pas encore montré"
    return {
        "id": of.pk, "label": of.label, "access": of.access, "words": words, "tone": tone,
        "told": f"{'lecture et écriture' if of.write else 'lecture seule'}, {shown}",
        "to_show": bool(of.sealed),
    }  # fmt: skip


def number(value: Decimal) -> str:
    """`1 234,5`: no useless zero."""
    whole, _, part = f"{value:f}".partition(".")
    part = part.rstrip("0")
    return group_digits(int(whole)) + (f",{part}" if part else "")


def line_row(line: metering.Line) -> dict[str, Any]:
    """A line of a bill."""
    quantity = f"{number(metering.hours(line.kind, line.quantity))}{NBSP}{metering.UNITS[line.kind]}"
    price = NO_TARIFF if line.price is None else f"{number(line.price)}{NBSP}F{NBSP}CFA"
    return {
        "cells": [
            {
                "text": metering.NAMES[line.kind],
                "sub": f"du {format_datetime(line.start)} au {format_datetime(line.end)}",
            },
            {"text": quantity, "numeric": True, "label": "Quantité"},
            {"text": price, "numeric": True, "label": "Prix de l’heure"},
            {
                "text": NO_TARIFF if line.amount is None else format_fcfa(line.amount), "numeric": True,
                "label": "Montant",
            },
        ]
    }  # fmt: skip


def month_name(first: date) -> str:
    """`novembre 2026`."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def size_notice(of: Project, day: date) -> str:
    """What a machine may still take of the quota, and what an hour of it costs on a day."""
    left = of.amounts - queries.used(of)
    names = ("vcpus", "memory_mib", "disk_gib")
    room = ", ".join(quotas.spelt(name, max(0, getattr(left, name))) for name in names)
    priced = queries.prices_on(of.pool.center, day)
    kinds = {
        metering.VCPU: "un vCPU en marche", metering.MEMORY: "un Gio de mémoire en marche",
        metering.DISK: "un Gio de disque",
    }  # fmt: skip
    costs = ", ".join(f"{name} : {_an_hour(priced.get(kind))}" for kind, name in kinds.items())
    return f"Il reste au projet : {room}. Prix de l’heure : {costs}."


def _an_hour(price: Decimal | None) -> str:
    return NO_TARIFF.lower() if price is None else f"{number(price)}{NBSP}F{NBSP}CFA"


def lies(pool: Pool) -> str:
    """Where a platform stands, as far as it is known."""
    place = f"{pool.center.site.name}, {pool.center.site.territory.name}, Sénégal"
    if pool.rack is None:
        return typography(f"{place} ; {pool.name}, baie non connue")
    return typography(f"{place} ; {pool.rack.room.name}, baie {facility.load_code(pool.rack)}, {pool.name}")


def dataset_entry(of: Dataset, pool: Pool) -> dict[str, Any]:
    """A line of the register: each fact, or that it is not known."""
    place = f"espace {of.bucket.name}" if of.bucket else f"machine {of.machine}"
    lacking = [
        name
        for name, value in (
            ("la loi", of.law), ("la clé", of.encryption), ("qui en répond", of.answerable),
            ("la formalité à la CDP", of.filing or not of.personal),
        )
        if not value
    ]  # fmt: skip
    return {
        "id": of.pk, "name": of.name, "lacking": ", ".join(lacking),
        "facts": [
            {"label": "Où", "value": typography(f"{place} ; {lies(pool)}")},
            {"label": "Données personnelles", "value": "Oui" if of.personal else "Non"},
            {"label": "Loi applicable", "value": of.law or UNKNOWN},
            {"label": "Formalité à la CDP", "value": of.filing or UNKNOWN},
            {"label": "Clé de chiffrement", "value": of.encryption or UNKNOWN},
            {"label": "Qui en répond", "value": of.answerable or UNKNOWN},
            {"label": "Inscrit le", "value": format_date(of.noted_at.date())},
        ],
    }  # fmt: skip
