"""The people of the demonstration. They are invented, and no message leaves the demonstration."""

from dataclasses import dataclass

CUSTOMER = "client@demo.sn"  # who pays for the traffic of the demonstration's contract
PASSWORD = "teranga-2026"  # noqa: S105 - printed at each start of the demonstration
# `smartsenegal check` is a gateway of the loopback: known to all, and good on this machine alone.
WIFI_LOGIN, WIFI_PASSWORD, WIFI_SECRET = "demonstration", "teranga-wifi", b"demonstration-boucle-locale"


@dataclass(frozen=True)
class Account:
    """One account: `role` as in identity ("" for a citizen), `unit` the kind of site and its commune."""

    label: str
    name: str
    login: str
    role: str = ""
    units: tuple[tuple[str, str], ...] = ()
    where: str = ""


ACCOUNTS = (
    Account("Citoyenne", "Awa Ndiaye", "77 100 00 01", where="Thiès"),
    Account("Citoyen", "Moussa Diop", "77 100 00 02", where="Saint-Louis"),
    Account(
        "Agente instructrice",
        "Fatou Sarr",
        "instruction@demo.sn",
        "officer",
        (
            ("court_tgi", "Thiès"),
            ("commerce_registry", "Thiès"),
            ("civil_registry", "Thiès Nord"),
            ("police", "Thiès Nord"),
        ),
        "Thiès : tribunal, registre du commerce, état civil, police",
    ),
    Account(
        "Signataire",
        "Ibrahima Fall",
        "signature@demo.sn",
        "signatory",
        (
            ("court_tgi", "Thiès"),
            ("commerce_registry", "Thiès"),
            ("civil_registry", "Thiès Nord"),
            ("police", "Thiès Nord"),
        ),
        "Thiès : tribunal, registre du commerce, état civil, police",
    ),
    Account(
        "Caissière", "Mariama Ba", "caisse@demo.sn", "cashier", (("espace", "Thiès"),), "Espace de Thiès"
    ),
    Account(
        "Agente comptable",
        "Seynabou Mbaye",
        "comptable@demo.sn",
        "accountant",
        (),
        "Tout le pays : demande un remboursement",
    ),
    Account(
        "Fondé de pouvoir",
        "Cheikh Tidiane Sy",
        "fonde@demo.sn",
        "accountant",
        (),
        "Tout le pays : accorde ce que la comptable demande",
    ),
    Account(
        "Conseiller", "Ousmane Sow", "conseil@demo.sn", "adviser", (("espace", "Thiès"),), "Espace de Thiès"
    ),
    Account(
        "Responsable de démarches", "Khady Gueye", "demarches@demo.sn", "procedure_owner", (), "Tout le pays"
    ),
    Account(
        "Agente de mairie",
        "Ndeye Astou Diagne",
        "mairie@demo.sn",
        "officer",
        (("town_hall", "Thiès Nord"),),
        "Mairie de Thiès Nord",
    ),
    Account(
        "Agent de l’urbanisme",
        "Babacar Cissokho",
        "urbanisme@demo.sn",
        "officer",
        (("urbanism", "Thiès Nord"),),
        "Thiès : service de l’urbanisme",
    ),
    Account(
        "Services consultés",
        "Aïssatou Baldé",
        "avis@demo.sn",
        "officer",
        (
            ("cadastre", "Thiès Nord"),
            ("land_registry", "Thiès Nord"),
            ("civil_protection", "Thiès Nord"),
            ("environment", "Thiès Nord"),
        ),
        "Cadastre, domaines, protection civile, environnement",
    ),
    Account(
        "Maire",
        "Alioune Badara Kébé",
        "maire@demo.sn",
        "signatory",
        (("town_hall", "Thiès Nord"),),
        "Mairie de Thiès Nord",
    ),
    Account(
        "Adjoint au maire",
        "Cheikh Tidiane Mbaye",
        "adjoint@demo.sn",
        "adviser",
        (("town_hall", "Thiès Nord"),),
        "Mairie de Thiès Nord",
    ),
    Account(
        "Préfet",
        "Marième Sonko",
        "prefet@demo.sn",
        "signatory",
        (("prefecture", "Thiès Nord"),),
        "Préfecture de Thiès",
    ),
    Account("Inspecteur", "Abdoulaye Seck", "inspection@demo.sn", "inspector", (), "Tout le pays"),
    Account("Cliente du réseau", "Ndèye Coumba Sène", CUSTOMER, where="Contrat de trafic, inventé"),
    Account(
        "Ingénieure réseau",
        "Rokhaya Thiam",
        "reseau@demo.sn",
        "network_engineer",
        (),
        "Tout le pays : points Wi-Fi, câbles, centres de données",
    ),
    Account(
        "Déléguée à la protection des données",
        "Coumba Diouf",
        "donnees@demo.sn",
        "privacy_officer",
        (),
        "Tout le pays : données du Wi-Fi et droits des personnes",
    ),
    Account(
        "Administratrice", "Aminata Cissé", "administration@demo.sn", "administrator", (), "Tout le pays"
    ),
)
