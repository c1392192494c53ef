"""A network planner looks at the cables, tries a link, declares a failure, plans works, asks what light
carries and sells it."""

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in
from tests.journeys.visit import Visit

ENGINEER = "reseau@demo.sn"
NAMES = ("CSV", "GeoJSON", "NetBox", "geojson", "GSNR", "Shannon", "IRU")


def test_a_planner_follows_the_cables_from_the_map_to_a_repair(visits: Visits) -> None:
    planner = sign_in(visits(), ENGINEER)
    planner.open("/cable/").sees("SHARE", "720 km", "inconnu", "inventé").check(names=NAMES)
    planner.follow("SHARE (Dakar – Praia)").sees("16 Tbit/s", "HMN").check(names=NAMES)
    planner.open("/cable/circuits/ex-kaolack/").sees("Le secours ne protège pas de tout").check(names=NAMES)
    planner.open("/cable/importer/").check(names=NAMES)
    draw(planner, "Essai au bureau")
    explore(planner)
    declare(planner, "Fibre coupée au bureau")
    plan(planner, "Entretien au bureau")
    planner.open("/cable/pannes/rejeu/14-mars-2024/").sees("WACS", "prudent").check(names=NAMES)
    planner.open("/cable/pannes/debits/").sees("66,7 %").check(names=NAMES)
    planner.open("/cable/pannes/disponibilite/").press("Calculer").sees("Formule", "Simulation")
    planner.check(names=NAMES)
    light(planner, "Vrillage au bureau")
    sell(planner)


def draw(planner: Visit, name: str) -> None:
    planner.open("/cable/").follow("Ajouter une liaison").check(names=NAMES)
    planner.page.get_by_label("Nom").first.fill(name)
    planner.page.get_by_label("De", exact=True).select_option(label="Kédougou (exemple)")
    planner.page.get_by_label("À", exact=True).select_option(label="Kédougou (exemple)")
    planner.press("Enregistrer").sees("Une liaison joint deux nœuds différents.").check(names=NAMES)
    planner.page.get_by_label("À", exact=True).select_option(label="Kolda (exemple)")
    planner.page.get_by_label("Jusqu’au (exclu)").fill("1er janvier 2099")
    planner.press("Enregistrer").sees("Sans elle", "Avec elle").check(names=NAMES)
    planner.follow("Voir la liaison").sees(name, "inconnu").check(names=NAMES)
    planner.follow("Modifier")
    planner.page.get_by_label("État", exact=True).select_option(label="Retiré")
    planner.press("Enregistrer").sees("pas en service").check(names=NAMES)


def explore(planner: Visit) -> None:
    planner.open("/cable/pannes/").sees("Une seule panne", "Deux pannes ensemble").check(names=NAMES)
    planner.page.get_by_label("Pannes de").select_option(label="Nœuds")
    planner.press("Voir").sees("Dakar (exemple)").check(names=NAMES)
    planner.open("/cable/pannes/").follow("Tambacounda – Kédougou (exemple)").sees("196 991 personnes")
    planner.check(names=NAMES)


def declare(planner: Visit, reason: str) -> None:
    planner.follow("Déclarer cette panne").check(names=NAMES)
    planner.press("Déclarer").sees("Indiquez le motif.").check(names=NAMES)
    planner.page.get_by_label("Ce qui s’est passé").fill(reason)
    planner.press("Déclarer").sees(reason, "Lieux suspendus").check(names=NAMES)
    planner.follow("Kédougou (exemple)").sees(f"Réseau coupé : {reason}")
    planner.open("/cable/pannes/declarees/").press("C’est réparé").sees("Réparées", reason).check(names=NAMES)


def plan(planner: Visit, reason: str) -> None:
    planner.open("/cable/pannes/travaux/").follow("Prévoir des travaux").check(names=NAMES)
    planner.page.get_by_label("Motif").fill(reason)
    planner.page.get_by_label("Dakar – Thiès (exemple)", exact=True).check()
    for name, value in (("starts_on", "1er mars 2099"), ("starts_time", "08:00"), ("ends_time", "07:00")):
        planner.page.locator(f"#id_{name}").fill(value)
    planner.page.locator("#id_ends_on").fill("1er mars 2099")
    planner.press("Prévoir").sees("La fin vient après le début.").check(names=NAMES)
    planner.page.locator("#id_ends_time").fill("12:00")
    planner.press("Prévoir").sees(reason, "Dakar – Mbour (exemple)").check(names=NAMES)
    planner.press(f"Annuler {reason}")


def light(planner: Visit, deduction: str) -> None:
    planner.open("/cable/optique/").sees("Formats de modulation").check(names=NAMES)
    planner.follow("SHARE, Dakar – Praia").sees("hypothèse", "La lumière permet la conception", "Shannon")
    planner.check(names=NAMES).follow("Modifier les hypothèses").check(names=NAMES)
    planner.page.get_by_label("Atténuation de la fibre (dB/km)").fill("-1")
    planner.press("Enregistrer").sees("L’atténuation va de 0,05 à 2 dB").check(names=NAMES)
    planner.open("/cable/optique/liaisons/share/retraits/nouveau/")
    planner.page.get_by_label("Nom").fill(deduction)
    planner.page.get_by_label("Retrait (dB)").fill("0,1")
    planner.press("Enregistrer").sees(deduction).press(f"Enlever « {deduction} »")


def sell(planner: Visit) -> None:
    planner.open("/cable/capacite/").sees("SHARE", "inventés").check(names=NAMES)
    planner.follow("Dakar – Praia par SHARE (exemple)").sees("Ce que laisse chaque panne").check(names=NAMES)
    planner.open("/cable/capacite/devis/nouveau/").check(names=NAMES)
    planner.page.get_by_label("Produit").select_option(label="Capacité Dakar – Europe protégée (exemple)")
    planner.page.get_by_label("Client", exact=True).fill("Opérateur de l’essai")
    planner.press("Faire le devis").sees("Si l’on perd", "il ne reste rien").check(names=NAMES)
    planner.page.get_by_label("Produit").select_option(label="Capacité Dakar – Praia (exemple)")
    planner.press("Faire le devis").sees("10 000 000 F CFA", "Envoyé").check(names=NAMES)
    planner.press("Le client a signé").sees("Commande reçue").check(names=NAMES)
    planner.press("Annuler la commande").sees("Annulée")
