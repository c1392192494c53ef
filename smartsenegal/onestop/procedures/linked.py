"""The catalogue as linked data, in the European application profile for public services.

CPSV-AP 3.2.0 (semiceu.github.io/CPSV-AP/releases/3.2.0, Interoperable Europe). One file says everything:
Turtle, JSON-LD or RDF/XML. No database here: `catalogue` is given what it writes.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, RDF, SKOS, XSD

from smartsenegal.lib.text import typography
from smartsenegal.onestop.procedures.definition import Definition, Delay, Fee, Piece, Text
from smartsenegal.onestop.procedures.models import AUDIENCES, LifeEvent, Theme
from smartsenegal.onestop.procedures.rules import amount_on, delay_words
from smartsenegal.onestop.procedures.rules.catalogue import Offer, needs_of

CPSV = Namespace("http://purl.org/vocab/cpsv#")
CV = Namespace("http://data.europa.eu/m8g/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
FRENCH = URIRef(f"{AUTHORITY}language/FRA")
SENEGAL = URIRef(f"{AUTHORITY}country/SEN")
CFA = URIRef(f"{AUTHORITY}currency/XOF")
IN_USE = URIRef("http://purl.org/adms/status/Completed")
# Suffix of the address, rdflib's name of the format, media type.
FORMATS = {
    "ttl": ("turtle", "text/turtle; charset=utf-8"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("xml", "application/rdf+xml"),
}
_PREFIXES = {"cpsv": CPSV, "cv": CV, "eli": ELI, "adms": ADMS, "dcat": DCAT, "dct": DCTERMS, "org": ORG}
_DURATIONS = {"working_days": "D", "calendar_days": "D", "months": "M", "years": "Y"}


def catalogue(
    base: str, offers: Sequence[Offer], themes: Iterable[Theme], events: Iterable[LifeEvent], on: date
) -> Graph:
    """Every procedure on offer with its authority, costs, pieces, channels, texts and life events.

    `base` is the address of the installation, without a final slash; amounts are those of that day.
    """
    graph = Graph()
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace)
    writer = _Writer(graph, base, on)
    writer.shared(themes, events)
    writer.dataset(offers)
    for offer in offers:
        writer.service(offer)
    return graph


def written(graph: Graph, suffix: str) -> bytes:
    """The graph in the format of that suffix of `FORMATS`."""
    return graph.serialize(format=FORMATS[suffix][0], encoding="utf-8")


def _french(text: str) -> Literal:
    return Literal(typography(text), lang="fr")


class _Writer:
    """Adds to one graph; each method writes one kind of thing and its address."""

    def __init__(self, graph: Graph, base: str, on: date) -> None:
        self.graph = graph
        self.base = base
        self.on = on

    def add(self, subject: URIRef, predicate: URIRef, *objects: URIRef | Literal) -> None:
        for item in objects:
            self.graph.add((subject, predicate, item))

    def page(self, code: str) -> str:
        return f"{self.base}/demarches/{code}/"

    def at(self, code: str, part: str = "demarche") -> URIRef:
        return URIRef(f"{self.page(code)}#{part}")

    def named(self, kind: str, code: str) -> URIRef:
        return URIRef(f"{self.base}/demarches/#{kind}-{code}")

    def concept(self, uri: URIRef, label: str) -> URIRef:
        self.add(uri, RDF.type, SKOS.Concept)
        self.add(uri, SKOS.prefLabel, _french(label))
        return uri

    # --- what all services share ---------------------------------------------------------

    def shared(self, themes: Iterable[Theme], events: Iterable[LifeEvent]) -> None:
        self.add(FRENCH, RDF.type, DCTERMS.LinguisticSystem)
        self.add(SENEGAL, RDF.type, DCTERMS.Location)
        self.concept(CFA, "Franc CFA (BCEAO)")
        self.concept(IN_USE, "En vigueur")
        self.concept(self.named("voie", "en-ligne"), "En ligne")
        self.concept(self.named("voie", "guichet"), "Au guichet")
        for code, label in AUDIENCES:
            self.concept(self.named("public", code), label)
        for theme in themes:
            self.concept(self.named("theme", theme.slug), theme.title)
        for event in events:
            self._event(event)

    def _event(self, event: LifeEvent) -> None:
        uri = self.named("evenement", event.slug)
        self.add(uri, RDF.type, CV.LifeEvent, CV.Event)
        self.add(uri, DCTERMS.identifier, Literal(event.slug))
        self.add(uri, DCTERMS.title, _french(event.title))
        if event.summary:
            self.add(uri, DCTERMS.description, _french(event.summary))

    def dataset(self, offers: Sequence[Offer]) -> None:
        uri = self.named("catalogue", "demarches")
        publisher = self.named("catalogue", "editeur")
        self.add(uri, RDF.type, DCAT.Dataset)
        self.add(uri, DCTERMS.title, _french("Catalogue des démarches"))
        words = "Les démarches administratives du Sénégal : conditions, pièces, prix, délais, services."
        self.add(uri, DCTERMS.description, _french(words))
        self.add(uri, DCTERMS.publisher, publisher)
        self.add(uri, DCAT.landingPage, self._document(f"{self.base}/demarches/"))
        self.add(uri, DCTERMS.hasPart, *(self.at(o.definition.code) for o in offers))
        self.add(publisher, RDF.type, FOAF.Agent)
        self.add(publisher, DCTERMS.identifier, Literal("smart-senegal"))
        self.add(publisher, DCTERMS.title, _french("Smart Sénégal"))

    def _document(self, address: str) -> URIRef:
        uri = URIRef(address)
        self.add(uri, RDF.type, FOAF.Document)
        return uri

    # --- one service -----------------------------------------------------------------------

    def service(self, offer: Offer) -> None:
        d, uri = offer.definition, self.at(offer.definition.code)
        self.add(uri, RDF.type, CPSV.PublicService)
        self.add(uri, DCTERMS.identifier, Literal(d.code))
        self.add(uri, DCTERMS.title, _french(d.title))
        self.add(uri, DCTERMS.description, _french(d.summary))
        self.add(uri, DCTERMS.language, FRENCH)
        self.add(uri, DCTERMS.spatial, SENEGAL)
        self.add(uri, DCTERMS.isPartOf, self.named("catalogue", "demarches"))
        self.add(uri, DCTERMS.modified, Literal(d.reviewed_on))
        self.add(uri, ADMS.status, IN_USE)
        self.add(uri, DCAT.keyword, *(_french(word) for word in d.keywords))
        self.add(uri, DCTERMS.audience, *(self.named("public", code) for code in d.audiences))
        self.add(uri, CV.thematicArea, *(self.named("theme", slug) for slug in d.themes))
        self.add(uri, CV.isGroupedBy, *(self.named("evenement", slug) for slug in d.life_events))
        self.add(uri, CV.hasCompetentAuthority, self._organisation(d.owner, offer.owner))
        self._duration(uri, d.delay)
        self._means(uri, d)

    def _means(self, uri: URIRef, d: Definition) -> None:
        self.add(uri, CV.hasChannel, *self._channels(d))
        self.add(uri, CV.hasCost, *(self._cost(d, fee) for fee in d.fees))
        self.add(uri, CV.hasInputType, *(self._evidence(d, piece) for piece in d.pieces))
        self.add(uri, CV.holdsRequirement, self._requirement(d))
        self.add(uri, CV.hasLegalResource, *(self._text(d, n, t) for n, t in enumerate(d.texts, 1)))
        self.add(uri, CPSV.produces, self._output(d))
        self.add(uri, CPSV.follows, *self._rules(d))
        needed = dict.fromkeys(n.code for n in needs_of(d))
        self.add(uri, CV.relatedService, *(self._related(code) for code in needed))

    def _related(self, code: str) -> URIRef:
        # One that is not on offer is still a service; nothing more is said of it here.
        return self.at(code)

    def _organisation(self, code: str, name: str) -> URIRef:
        uri = self.named("organisme", code)
        self.add(uri, RDF.type, CV.PublicOrganisation, ORG.Organization, FOAF.Agent)
        self.add(uri, DCTERMS.identifier, Literal(code))
        self.add(uri, DCTERMS.title, _french(name))
        self.add(uri, SKOS.prefLabel, _french(name))
        self.add(uri, DCTERMS.spatial, SENEGAL)
        return uri

    def _duration(self, uri: URIRef, delay: Delay) -> None:
        if delay.amount is not None:
            span = f"P{delay.amount}{_DURATIONS[delay.unit]}"
            self.add(uri, CV.processingTime, Literal(span, datatype=XSD.duration, normalize=False))

    def _channels(self, d: Definition) -> list[URIRef]:
        kinds = [("en-ligne", "Sur ce site, par téléphone ou ordinateur.")] if d.online else []
        kinds.append(
            ("guichet", d.where or "Au guichet du service compétent, ou dans un Espace Sénégal Services.")
        )
        return [self._channel(d, kind, words) for kind, words in kinds]

    def _channel(self, d: Definition, kind: str, words: str) -> URIRef:
        uri = self.at(d.code, f"voie-{kind}")
        self.add(uri, RDF.type, CV.Channel)
        self.add(uri, DCTERMS.identifier, Literal(f"{d.code}/{kind}"))
        self.add(uri, DCTERMS.type, self.named("voie", kind))
        self.add(uri, DCTERMS.description, _french(words))
        self.add(uri, CV.ownedBy, self.named("organisme", d.owner))
        return uri

    def _cost(self, d: Definition, fee: Fee) -> URIRef:
        uri = self.at(d.code, f"frais-{fee.key}")
        self.add(uri, RDF.type, CV.Cost)
        self.add(uri, DCTERMS.identifier, Literal(f"{d.code}/{fee.key}"))
        self.add(uri, DCTERMS.description, _french(". ".join(filter(None, [fee.label, fee.note]))))
        self.add(uri, CV.currency, CFA)
        if not fee.assessed_at or fee.minimum == fee.maximum:
            value = Literal(float(amount_on(fee, self.on)), datatype=XSD.double)
            self.add(uri, CV.hasValue, value)
        return uri

    def _evidence(self, d: Definition, piece: Piece) -> URIRef:
        uri = self.at(d.code, f"piece-{piece.key}")
        self.add(uri, RDF.type, CV.EvidenceType)
        self.add(uri, DCTERMS.identifier, Literal(f"{d.code}/{piece.key}"))
        self.add(uri, DCTERMS.title, _french(piece.label))
        choices = " ; ".join(o.label for o in piece.one_of)
        words = " ".join(filter(None, [piece.hint, f"Au choix : {choices}." if choices else ""]))
        if words:
            self.add(uri, DCTERMS.description, _french(words))
        return uri

    def _requirement(self, d: Definition) -> URIRef:
        uri = self.at(d.code, "condition")
        self.add(uri, RDF.type, CV.Requirement)
        self.add(uri, DCTERMS.identifier, Literal(f"{d.code}/condition"))
        self.add(uri, DCTERMS.title, _french("Qui peut demander"))
        self.add(uri, DCTERMS.description, _french(d.who), *(_french(i.sentence) for i in d.ineligible))
        return uri

    def _text(self, d: Definition, rank: int, text: Text) -> URIRef:
        uri = URIRef(text.url) if text.url else self.at(d.code, f"texte-{rank}")
        self.add(uri, RDF.type, ELI.LegalResource)
        self.add(uri, DCTERMS.title, _french(", ".join(filter(None, [text.title, text.reference]))))
        return uri

    def _output(self, d: Definition) -> URIRef:
        uri = self.at(d.code, "acte")
        self.add(uri, RDF.type, CV.Output)
        self.add(uri, DCTERMS.identifier, Literal(f"{d.code}/acte"))
        self.add(uri, DCTERMS.title, _french(d.act.title))
        self.add(uri, DCTERMS.description, _french(d.nature))
        self.add(uri, DCTERMS.language, FRENCH)
        return uri

    def _rules(self, d: Definition) -> Iterable[URIRef]:
        yield self._rule(d, "delai", "Délai pour décider", delay_words(d.delay) or "Non fixé")
        if d.silence and d.silence.sentence:
            yield self._rule(d, "silence", "Si l’administration ne répond pas", d.silence.sentence)

    def _rule(self, d: Definition, part: str, title: str, words: str) -> URIRef:
        uri = self.at(d.code, part)
        self.add(uri, RDF.type, CPSV.Rule)
        self.add(uri, DCTERMS.identifier, Literal(f"{d.code}/{part}"))
        self.add(uri, DCTERMS.title, _french(title))
        self.add(uri, DCTERMS.description, _french(words))
        self.add(uri, DCTERMS.language, FRENCH)
        return uri
