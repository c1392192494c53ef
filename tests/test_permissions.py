"""Every address × every role: one table, read from the top. A new address that is not in it fails the test.

A line of codes holds for the addresses under it. "in": led to the door; "to": led elsewhere, after an act or
to the place that has the answer; 405 and 422 stand past the permission, before the act.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.permissions import Matrix

pytestmark = pytest.mark.django_db

TABLE = """
# anonymous, citizen whose case it is, other citizen, officer, officer elsewhere, signatory, cashier,
# accountant, adviser, procedure owner, inspector, administrator, network engineer

# Open to all: the public site, what checkers need, the demonstration's own pages.
200  200  200  200  200  200  200  200  200  200  200  200  200
    GET /
    GET /accessibilite
    GET /vos-donnees
    GET /touches
    GET /healthz
    POST /healthz
    GET /composants
    GET /compte/ferme/
    GET /verifier/
    GET /verifier/confiance.json
    GET /verifier/revocations.bin
    GET /verifier/hors-ligne/
    GET /verifier/hors-ligne/verificateur.html
    GET /v/<str:code>/
    GET /compte/m/<str:link>/
    POST /compte/m/<str:link>/
    GET /messages/telephone/
    GET /lieux/
    GET /lieux/coupures/
    GET /lieux/recherche.json
    GET /lieux/<slug:code>/
    GET /territoires/
    GET /territoires/recherche.json
    GET /territoires/<slug:code>/
    GET /tableau-de-bord/
    GET /wifi/donnees/
    GET /wifi/donnees/moi/
    POST /wifi/donnees/moi/
    GET /wifi/donnees/jours.csv
    GET /wifi/donnees/jours.json
    GET /tableau-de-bord/export.csv
    GET /chiffres/
    GET /chiffres/dictionnaire/
    GET /chiffres/donnees/dictionnaire.csv
    GET /chiffres/donnees/dictionnaire.json
    GET /chiffres/<series:name>/
    GET /chiffres/donnees/<series:name>/csv
    GET /chiffres/donnees/<series:name>/json
    GET /demarches/
    GET /demarches/themes/<slug:slug>/
    GET /demarches/evenements/<slug:slug>/
    GET /demarches/catalogue.ttl
    GET /demarches/catalogue.jsonld
    GET /demarches/catalogue.rdf
    GET /demarches/<slug:code>/
    GET /demarches/<slug:code>/conditions/
    POST /demarches/<slug:code>/conditions/
    GET /.well-known/openid-configuration
    GET /.well-known/jwks.json
    GET /wifi/<slug:code>/
    GET /wifi/<slug:code>/conditions/
    GET /wifi/<slug:code>/capport
    GET /wifi/<slug:code>/capport/<str:token>
    GET /wifi/<slug:code>/etat/<str:token>/
    POST /wifi/<slug:code>/etat/<str:token>/
    GET /api/v1/openapi.json
    POST /api/v1/openapi.json
    PUT /api/v1/openapi.json
    DELETE /api/v1/openapi.json
    PATCH /api/v1/openapi.json
    GET /api/v1/portail
    GET /api/v1/portail/<slug:collection>.csv
    GET /api/v1/demarches
    GET /api/v1/demarches/<slug:code>

# Choices of display, and steps of the door that have not begun.
to   to   to   to   to   to   to   to   to   to   to   to   to
    GET /arrivee
    POST /affichage
    GET /langue
    POST /langue
    GET /compte/connexion/code/
    POST /compte/connexion/code/
    GET /compte/connexion/verification/
    POST /compte/connexion/verification/
    POST /compte/deconnexion/
    POST /compte/m/<str:link>/arreter/

# Live changes of the queue of one service.
403  403  403  200  403  200  403  403  403  403  403  403  403
    GET /direct/
    POST /direct/

# One's own account and space.
in   200  200  200  200  200  200  200  200  200  200  200  200
    GET /compte/
    POST /compte/
    GET /compte/nom/
    POST /compte/nom/
    GET /compte/langue/
    POST /compte/langue/
    GET /compte/telephone/
    POST /compte/telephone/
    GET /compte/courriel/
    GET /compte/mot-de-passe/ajouter/
    POST /compte/mot-de-passe/ajouter/
    GET /compte/numeros/ajouter/
    POST /compte/numeros/ajouter/
    GET /compte/appareils/
    POST /compte/appareils/
    GET /compte/services/
    GET /compte/agir/
    GET /compte/agir/nouvelle/
    POST /compte/agir/nouvelle/
    GET /compte/pour/
    GET /compte/pour/demander/
    POST /compte/pour/demander/
    GET /compte/mandats/
    GET /compte/mandats/donner/
    POST /compte/mandats/donner/
    GET /compte/invitation/<str:link>/
    POST /compte/invitation/<str:link>/
    GET /compte/securite/
    GET /compte/securite/application/
    POST /compte/securite/application/
    GET /compte/securite/cles/ajouter/
    POST /compte/securite/cles/ajouter/
    GET /compte/securite/codes/nouveaux/
    POST /compte/securite/codes/nouveaux/
    GET /messages/
    GET /espace/

# The door.
200  to   to   to   to   to   to   to   to   to   to   to   to
    GET /compte/connexion/
    POST /compte/connexion/
    GET /compte/connexion/cle/
    POST /compte/connexion/cle/
    GET /compte/connexion/mot-de-passe/
    POST /compte/connexion/mot-de-passe/
    GET /compte/inscription/
    POST /compte/inscription/

# The way out asks once more.
to   200  200  200  200  200  200  200  200  200  200  200  200
    GET /compte/deconnexion/

# Proving again who one is, for accounts that have nothing to prove it with.
in   403  403  403  403  403  403  403  403  403  403  403  403
    GET /compte/confirmer/
    POST /compte/confirmer/
    GET /compte/confirmer/cle/
    POST /compte/confirmer/cle/
    GET /compte/confirmer/application/
    POST /compte/confirmer/application/

# Acts on one's own account; a draft of one's own.
in   to   to   to   to   to   to   to   to   to   to   to   to
    GET /compte/telephone/code/
    POST /compte/telephone/code/
    POST /compte/courriel/
    GET /compte/courriel/code/
    POST /compte/courriel/code/
    GET /compte/mot-de-passe/
    POST /compte/mot-de-passe/
    POST /compte/appareils/fermer/
    POST /compte/agir/choisir/
    POST /messages/tout-lu/
    GET /dossiers/nouveau/<slug:code>/

# The short address of a number: numbers follow each other, so to the others none exists.
in   to   404  to   404  to   404  404  404  404  to   404  404
    GET /dossiers/<slug:reference>/

# What belongs to one person: to the others it does not exist.
in   200  404  404  404  404  404  404  404  404  404  404  404
    GET /compte/services/<slug:client_id>/arreter/
    GET /compte/agir/<int:organisation_id>/
    GET /compte/agir/<int:organisation_id>/inviter/
    POST /compte/agir/<int:organisation_id>/inviter/
    GET /compte/agir/<int:organisation_id>/membres/<int:member_id>/role/
    POST /compte/agir/<int:organisation_id>/membres/<int:member_id>/role/
    GET /compte/agir/<int:organisation_id>/membres/<int:member_id>/retirer/
    GET /compte/numeros/<int:identifier_id>/retirer/
    GET /messages/<uuid:message_id>/
in   to   404  404  404  404  404  404  404  404  404  404  404
    POST /compte/numeros/<int:identifier_id>/retirer/
    POST /compte/services/<slug:client_id>/arreter/
    POST /compte/agir/<int:organisation_id>/membres/<int:member_id>/retirer/
    POST /compte/agir/<int:organisation_id>/invitations/<uuid:invitation_id>/annuler/

# A mandate that one citizen gave to the other, and one that the other still waits for.
in   200  200  404  404  404  404  404  404  404  404  404  404
    GET /compte/mandats/<uuid:mandate_id>/terminer/
in   to   to   404  404  404  404  404  404  404  404  404  404
    POST /compte/mandats/<uuid:mandate_id>/terminer/
in   404  200  404  404  404  404  404  404  404  404  404  404
    GET /compte/pour/<uuid:mandate_id>/code/
    POST /compte/pour/<uuid:mandate_id>/code/

# Doors of OpenID Connect: a request that no registered service made is refused, whoever asks.
in   400  400  400  400  400  400  400  400  400  400  400  400
    GET /oidc/authorize
to   to   to   to   to   to   to   to   to   to   to   to   to
    POST /oidc/authorize
to   200  200  200  200  200  200  200  200  200  200  200  200
    GET /oidc/logout
    POST /oidc/logout
400  400  400  400  400  400  400  400  400  400  400  400  400
    POST /oidc/token
    POST /oidc/revoke
401  401  401  401  401  401  401  401  401  401  401  401  401
    GET /oidc/userinfo
    POST /oidc/userinfo

# Of a second factor that none of them has.
in   404  404  404  404  404  404  404  404  404  404  404  404
    GET /compte/securite/cles/<int:pk>/renommer/
    POST /compte/securite/cles/<int:pk>/renommer/
    GET /compte/securite/cles/<int:pk>/retirer/
    POST /compte/securite/cles/<int:pk>/retirer/
    GET /compte/securite/application/retirer/
    POST /compte/securite/application/retirer/
    GET /compte/securite/codes/
    GET /compte/securite/codes/telecharger/
    POST /compte/securite/codes/telecharger/

# Identities are seen at a desk by its adviser.
in   403  403  403  403  403  403  403  200  403  403  403  403
    GET /compte/guichet/
    POST /compte/guichet/
    GET /compte/guichet/<uuid:account_id>/
    POST /compte/guichet/<uuid:account_id>/
    GET /compte/guichet/mandats/
    POST /compte/guichet/mandats/
    GET /compte/guichet/mandats/<uuid:mandate_id>/
    POST /compte/guichet/mandats/<uuid:mandate_id>/

# Administration.
in   403  403  403  403  403  403  403  403  403  403  200  403
    GET /compte/clients/
    GET /compte/clients/nouveau/<slug:use>/
    POST /compte/clients/nouveau/<slug:use>/
    GET /compte/clients/<slug:client_id>/
    GET /compte/clients/<slug:client_id>/modifier/
    POST /compte/clients/<slug:client_id>/modifier/
    GET /compte/clients/<slug:client_id>/secret/
    POST /compte/clients/<slug:client_id>/secret/
    GET /compte/clients/<slug:client_id>/suspendre/
    POST /compte/clients/<slug:client_id>/suspendre/
    GET /compte/agents/
    GET /compte/agents/nouveau/
    POST /compte/agents/nouveau/
    GET /compte/agents/organismes.json
    GET /compte/agents/<uuid:account_id>/
    GET /compte/agents/<uuid:account_id>/role/
    POST /compte/agents/<uuid:account_id>/role/
    GET /compte/agents/<uuid:account_id>/role/<int:assignment_id>/fin/
    GET /compte/agents/<uuid:account_id>/fermer/
    POST /compte/agents/<uuid:account_id>/fermer/
    GET /conservation/
    GET /messages/envois/
    GET /lieux/gestion/
    GET /lieux/<slug:code>/etat/
    POST /lieux/<slug:code>/etat/
    GET /lieux/<slug:code>/fiche/
    POST /lieux/<slug:code>/fiche/
    GET /lieux/<slug:code>/besoins/
    POST /lieux/<slug:code>/besoins/
    GET /lieux/<slug:code>/coupure/
    POST /lieux/<slug:code>/coupure/
    GET /territoires/<slug:code>/nom/
    POST /territoires/<slug:code>/nom/
    GET /territoires/<slug:code>/chiffre/
    POST /territoires/<slug:code>/chiffre/
    GET /dossiers/calendrier/
    POST /dossiers/calendrier/
in   403  403  403  403  403  403  403  403  403  403  to   403
    POST /lieux/<slug:code>/besoins/<int:need_id>/retirer/
    POST /lieux/<slug:code>/coupure/fin/
    POST /compte/agents/<uuid:account_id>/role/<int:assignment_id>/fin/
    POST /compte/agents/<uuid:account_id>/rouvrir/
    POST /compte/clients/<slug:client_id>/rouvrir/
    POST /messages/envois/<uuid:message_id>/renvoyer/

# The journal is the inspector's.
in   403  403  403  403  403  403  403  403  403  200  403  403
    GET /journal/
    GET /journal/<int:pk>/
    GET /journal/inspections/
    GET /journal/inspections/nouvelle/
    GET /journal/inspections/<uuid:inspection_id>/
    GET /journal/inspections/<uuid:inspection_id>/export.csv
    GET /journal/lectures/
    GET /journal/lectures/export.csv
    GET /journal/lectures/seuils/
    GET /dossiers/<uuid:case_id>/instruction/journal/
in   403  403  403  403  403  403  403  403  403  to   403  403
    POST /journal/verification/
in   403  403  403  403  403  403  403  403  403  422  403  403
    POST /journal/inspections/nouvelle/
    POST /journal/lectures/seuils/

# Rights over one's data: everyone for their own, the inspector answers.
in   200  200  200  200  200  200  200  200  200  200  200  200
    GET /mes-donnees/
in   422  422  422  422  422  422  422  422  422  422  422  422
    POST /mes-donnees/demander/
in   to   403  403  403  403  403  403  403  403  403  403  403
    GET /mes-donnees/<uuid:request_id>/archive.zip
in   403  403  403  403  403  403  403  403  403  200  403  403
    GET /mes-donnees/traitement/
    GET /mes-donnees/traitement/delais/
    GET /mes-donnees/traitement/<uuid:request_id>/
in   403  403  403  403  403  403  403  403  403  422  403  403
    POST /mes-donnees/traitement/delais/
    POST /mes-donnees/traitement/<uuid:request_id>/refuser/
in   403  403  403  403  403  403  403  403  403  to   403  403
    POST /mes-donnees/traitement/<uuid:request_id>/accepter/

# Pieces: who sent them, the service that has the case, the inspector. To the others they do not exist.
in   200  404  200  404  200  404  404  404  404  200  404  404
    GET /pieces/<uuid:pk>/
    GET /pieces/<uuid:pk>/page/<int:number>/

# The signatory of the service alone.
in   403  403  403  403  200  403  403  403  403  403  403  403
    GET /actes/<uuid:pk>/revocation/
    GET /dossiers/<uuid:case_id>/instruction/renvoyer/
    POST /dossiers/<uuid:case_id>/instruction/renvoyer/
in   403  403  403  403  422  403  403  403  403  403  403  403
    POST /actes/<uuid:pk>/revocation/
in   403  403  403  403  403  403  403  403  403  403  422  403
    POST /conservation/
    POST /messages/envois/tarifs/

# Nothing was sent to verify.
422  422  422  422  422  422  422  422  422  422  422  422  422
    POST /verifier/

# A payment: who owes it, and those who stand at a counter.
in   200  403  403  403  403  200  403  200  403  403  403  403
    GET /paiements/<uuid:payable_id>/
    GET /paiements/<uuid:payable_id>/etat/
in   to   403  403  403  403  to   403  to   403  403  403  403
    POST /paiements/<uuid:payable_id>/payer/
    GET /paiements/<uuid:payable_id>/retour/
    POST /paiements/<uuid:payable_id>/abandonner/
    GET /paiements/<uuid:payable_id>/recu/
    GET /paiements/<uuid:payable_id>/recu/pdf/

# Callbacks of an operator are known by their signature alone.
401  401  401  401  401  401  401  401  401  401  401  401  401
    POST /paiements/rappels/<slug:provider>/
    POST /wifi/direct/passerelles/<slug:code>/battement

# The till.
in   403  403  403  403  403  200  403  403  403  403  403  403
    GET /paiements/caisse/
    GET /paiements/caisse/encaisser/<uuid:payable_id>/
    POST /paiements/caisse/encaisser/<uuid:payable_id>/
    GET /paiements/caisse/fermer/
    POST /paiements/caisse/fermer/
in   403  403  403  403  403  405  403  403  403  403  403  403
    POST /paiements/caisse/
    GET /paiements/caisse/ouvrir/
in   403  403  403  403  403  422  403  403  403  403  403  403
    POST /paiements/caisse/ouvrir/
in   403  403  403  403  403  200  200  403  403  200  403  403
    GET /paiements/caisse/sessions/<uuid:session_id>/

# The ledger.
in   403  403  403  403  403  403  200  403  403  200  403  403
    GET /paiements/comptes/
    GET /paiements/remboursements/
    GET /paiements/remboursements/<uuid:refund_id>/
    GET /paiements/rapprochement/
    GET /paiements/rapprochement/<int:gap_id>/
    GET /paiements/etats/
    GET /paiements/etats/<int:ledger_id>/
    GET /paiements/etats/<int:ledger_id>/csv/
    GET /paiements/etats/<int:ledger_id>/pdf/
# Money is given back, and statements are answered for, by who holds the accounts.
in   403  403  403  403  403  403  200  403  403  403  403  403
    GET /paiements/remboursements/nouveau/<uuid:attempt_id>/
in   403  403  403  403  403  403  422  403  403  403  403  403
    POST /paiements/remboursements/nouveau/<uuid:attempt_id>/
    POST /paiements/remboursements/<uuid:refund_id>/
    POST /paiements/rapprochement/<int:gap_id>/

# Figures of procedures are read by who answers for them.
in   403  403  403  403  403  403  403  403  200  403  403  403
    GET /tableau-de-bord/demarches/
    GET /tableau-de-bord/demarches/<slug:code>/
    GET /tableau-de-bord/demarches/<slug:code>/export.csv

# Procedures are managed by their owner.
in   403  403  403  403  403  403  403  403  404  403  404  403
    POST /demarches/gestion/<slug:code>/tarifs/<int:tariff_id>/retirer/
    POST /demarches/gestion/<slug:code>/avis/<int:review_id>/
in   403  403  403  403  403  403  403  403  200  403  200  403
    GET /demarches/gestion/
    GET /demarches/gestion/<slug:code>/
    GET /demarches/gestion/<slug:code>/revision/<int:number>/
    GET /demarches/gestion/<slug:code>/brouillon/
    POST /demarches/gestion/<slug:code>/jeter/
    GET /demarches/gestion/<slug:code>/retirer/
    GET /demarches/gestion/<slug:code>/tarifs/
    GET /demarches/gestion/<slug:code>/avis/
in   403  403  403  403  403  403  403  403  422  403  422  403
    POST /demarches/gestion/<slug:code>/brouillon/
    POST /demarches/gestion/<slug:code>/retirer/
    POST /demarches/gestion/<slug:code>/tarifs/
in   403  403  403  403  403  403  403  403  to   403  to   403
    GET /demarches/gestion/<slug:code>/publier/
    POST /demarches/gestion/<slug:code>/publier/

# A link that nobody made opens nothing.
410  410  410  410  410  410  410  410  410  410  410  410  410
    GET /dossiers/consultation/<slug:token>/
    POST /dossiers/consultation/<slug:token>/
    GET /dossiers/consultation/<slug:token>/pieces/<uuid:file>/

# Delegations of signature: by who signs; seen by its two people, inspectors and administrators.
in   403  403  200  403  200  403  403  403  403  200  200  403
    GET /dossiers/delegations/
in   403  403  403  403  200  403  403  403  403  403  403  403
    GET /dossiers/delegations/nouvelle/
in   403  403  403  403  422  403  403  403  403  403  403  403
    POST /dossiers/delegations/nouvelle/
in   404  404  200  404  200  404  404  404  404  200  200  404
    GET /dossiers/delegations/<uuid:delegation_id>/
in   404  404  403  404  200  404  404  404  404  403  200  404
    GET /dossiers/delegations/<uuid:delegation_id>/fin/
in   404  404  403  404  to   404  404  404  404  403  to   404
    POST /dossiers/delegations/<uuid:delegation_id>/fin/

# Open cases by revision, and their move to the one in force: by who is in charge of the procedure.
in   403  403  403  403  403  403  403  403  200  403  200  403
    GET /dossiers/revisions/<slug:code>/
in   403  403  403  403  403  403  403  403  422  403  422  403
    POST /dossiers/revisions/<slug:code>/
in   403  403  403  403  403  403  403  403  200  403  200  403
    GET /dossiers/revisions/<slug:code>/<uuid:rebase_id>/
    GET /dossiers/revisions/<slug:code>/apercu/<uuid:preview_id>/
in   403  403  403  403  403  403  403  403  409  403  409  403
    POST /dossiers/revisions/<slug:code>/apercu/<uuid:preview_id>/

# Decisions taken together, by who signs; a batch is seen by who asked for it.
in   403  403  403  403  200  403  403  403  403  403  403  403
    GET /dossiers/a-signer/lot/
in   403  403  403  403  409  403  403  403  403  403  403  403
    POST /dossiers/a-signer/lot/
in   404  404  404  404  200  404  404  404  404  404  404  404
    GET /dossiers/a-signer/lot/<uuid:batch_id>/

# What a case awaits of a service: nothing here.
in   403  403  410  410  410  403  403  403  403  403  403  403
    GET /dossiers/<uuid:case_id>/avis/<slug:step>/
    POST /dossiers/<uuid:case_id>/avis/<slug:step>/

# Lists of a service; each agent finds there the cases of their own.
in   403  403  200  200  200  403  403  403  403  403  403  403
    GET /dossiers/avis-et-visas/
    GET /dossiers/a-traiter/
    GET /dossiers/a-traiter/changements/
    GET /dossiers/a-traiter/export.csv
    GET /dossiers/a-signer/
in   403  403  200  200  200  403  403  403  403  200  403  403
    GET /dossiers/recherche/

# A request, for the person who makes it.
in   200  403  403  403  403  403  403  403  403  403  403  403
    GET /dossiers/<uuid:case_id>/
    GET /dossiers/<uuid:case_id>/questions/<slug:page>/
    POST /dossiers/<uuid:case_id>/questions/<slug:page>/
    GET /dossiers/<uuid:case_id>/pieces/<slug:piece>/
    POST /dossiers/<uuid:case_id>/pieces/<slug:piece>/
    GET /dossiers/<uuid:case_id>/verification/
    GET /dossiers/<uuid:case_id>/envoyee/
    GET /dossiers/<uuid:case_id>/corrections/
    POST /dossiers/<uuid:case_id>/corrections/
    GET /dossiers/<uuid:case_id>/retirer/
in   409  403  403  403  403  403  403  403  403  403  403  403
    POST /dossiers/<uuid:case_id>/mise-en-demeure/
    POST /dossiers/<uuid:case_id>/acte-etat/
in   to   403  403  403  403  403  403  403  403  403  403  403
    GET /dossiers/<uuid:case_id>/mise-en-demeure/
    GET /dossiers/<uuid:case_id>/acte-etat/
    GET /dossiers/<uuid:case_id>/attestation/
    GET /dossiers/<uuid:case_id>/mon-avis/
    POST /dossiers/<uuid:case_id>/mon-avis/
    GET /dossiers/<uuid:case_id>/reprendre/
    GET /dossiers/<uuid:case_id>/impossible/
    POST /dossiers/<uuid:case_id>/envoi/
    GET /dossiers/<uuid:case_id>/paiement/
    POST /dossiers/<uuid:case_id>/retirer/
    GET /dossiers/<uuid:case_id>/acte/
    GET /dossiers/<uuid:case_id>/decision/

# A case, for its service; the inspector reads it.
in   403  403  200  403  200  403  403  403  403  200  403  403
    GET /dossiers/<uuid:case_id>/instruction/
    GET /dossiers/<uuid:case_id>/instruction/volet/
in   403  403  to   403  to   403  403  403  403  403  403  403
    POST /dossiers/<uuid:case_id>/instruction/prendre/
    POST /dossiers/<uuid:case_id>/instruction/recevable/
    POST /dossiers/<uuid:case_id>/instruction/liens/<uuid:consultation_id>/revoquer/
in   403  403  200  403  200  403  403  403  403  403  403  403
    GET /dossiers/<uuid:case_id>/instruction/confier/
    POST /dossiers/<uuid:case_id>/instruction/confier/
    GET /dossiers/<uuid:case_id>/instruction/lien/<slug:step>/
    POST /dossiers/<uuid:case_id>/instruction/lien/<slug:step>/
    GET /dossiers/<uuid:case_id>/instruction/corrections/
    POST /dossiers/<uuid:case_id>/instruction/corrections/
    GET /dossiers/<uuid:case_id>/instruction/accorder/
    POST /dossiers/<uuid:case_id>/instruction/accorder/
    GET /dossiers/<uuid:case_id>/instruction/refuser/
    POST /dossiers/<uuid:case_id>/instruction/refuser/
    GET /dossiers/<uuid:case_id>/instruction/note/
    POST /dossiers/<uuid:case_id>/instruction/note/
in   403  403  403  403  to   403  403  403  403  403  403  403
    POST /dossiers/<uuid:case_id>/instruction/signer/

# The HTTP API: one's own requests.
401  200  200  200  200  200  200  200  200  200  200  200  200
    GET /api/v1/dossiers
    GET /api/v1/dossiers/noms
    POST /api/v1/dossiers
401  200  403  403  403  403  403  403  403  403  403  403  403
    GET /api/v1/dossiers/<uuidstr:case_id>
    DELETE /api/v1/dossiers/<uuidstr:case_id>/pieces/<slug:piece>/<uuidstr:file>
    POST /api/v1/dossiers/<uuidstr:case_id>/envoi
    POST /api/v1/dossiers/<uuidstr:case_id>/retrait
401  422  403  403  403  403  403  403  403  403  403  403  403
    PUT /api/v1/dossiers/<uuidstr:case_id>/reponses
401  409  403  403  403  403  403  403  403  403  403  403  403
    POST /api/v1/dossiers/<uuidstr:case_id>/pieces/<slug:piece>
    POST /api/v1/dossiers/<uuidstr:case_id>/corrections

# The HTTP API of administrations' own systems: the token of a service, never a session.
401  401  401  401  401  401  401  401  401  401  401  401  401
    GET /api/v1/instruction/dossiers
    GET /api/v1/instruction/attendus
    GET /api/v1/instruction/dossiers/<uuidstr:case_id>
    GET /api/v1/instruction/dossiers/<uuidstr:case_id>/pieces/<uuidstr:file>
    GET /api/v1/instruction/dossiers/<uuidstr:case_id>/acte
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/prise-en-charge
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/corrections
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/recevabilite
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/avis/<slug:step>
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/visa/<slug:step>
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/montant/<slug:step>
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/proposition
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/signature
    POST /api/v1/instruction/dossiers/<uuidstr:case_id>/renvoi

# Sheets of the national portal, brought in as drafts.
401  403  403  403  403  403  403  403  403  200  403  200  403
    POST /api/v1/portail/demarches

# Webhooks: of the organisation's administrator, and of its system.
401  403  403  403  403  403  403  403  403  403  403  200  403
    GET /api/v1/webhooks
401  403  403  403  403  403  403  403  403  403  403  422  403
    POST /api/v1/webhooks
401  403  403  403  403  403  403  403  403  403  403  404  403
    PATCH /api/v1/webhooks/<uuidstr:endpoint_id>
    GET /api/v1/webhooks/<uuidstr:endpoint_id>/envois
    POST /api/v1/webhooks/<uuidstr:endpoint_id>/envois/<uuidstr:outgoing_id>/renvoi
    POST /api/v1/webhooks/<uuidstr:endpoint_id>/secret
    POST /api/v1/webhooks/<uuidstr:endpoint_id>/arret
    POST /api/v1/webhooks/<uuidstr:endpoint_id>/reprise

in   403  403  403  403  403  403  403  403  403  403  200  403
    GET /webhooks/
    GET /webhooks/nouveau/
    POST /webhooks/nouveau/
in   403  403  403  403  403  403  403  403  403  403  404  403
    GET /webhooks/<uuid:endpoint_id>/
    GET /webhooks/<uuid:endpoint_id>/modifier/
    POST /webhooks/<uuid:endpoint_id>/modifier/
    GET /webhooks/<uuid:endpoint_id>/secret/
    POST /webhooks/<uuid:endpoint_id>/secret/
    GET /webhooks/<uuid:endpoint_id>/arreter/
    POST /webhooks/<uuid:endpoint_id>/arreter/
    POST /webhooks/<uuid:endpoint_id>/reprendre/
    POST /webhooks/<uuid:endpoint_id>/envois/<uuid:outgoing_id>/renvoyer/

# A person's own devices on the secure Wi-Fi, which is not open in this small world.
in   200  200  200  200  200  200  200  200  200  200  200  200
    GET /wifi/mes-appareils/
in   to   to   to   to   to   to   to   to   to   to   to   to
    POST /wifi/mes-appareils/<int:realm_id>/mot-de-passe/
    POST /wifi/mes-appareils/<int:realm_id>/retirer/
in   404  404  404  404  404  404  404  404  404  404  404  404
    GET /wifi/mes-appareils/<int:realm_id>/profil/<slug:kind>/

# Plans that are kept: a form without its answers is refused, a copy is opened.
in   403  403  403  403  403  403  403  403  403  403  403  422
    POST /wifi/planification/plans/nouveau/
    POST /wifi/planification/plans/<int:kept_id>/modifier/
in   403  403  403  403  403  403  403  403  403  403  403  to
    POST /wifi/planification/plans/<int:kept_id>/dupliquer/

# Kits of events: who prepares one is given its file and shown its key; a form without its file is refused.
in   403  403  403  403  403  403  403  403  403  403  403  422
    POST /wifi/kits/nouveau/
    POST /wifi/kits/<uuid:kit_number>/retour/
in   403  403  403  403  403  403  403  403  403  403  403  200
    POST /wifi/kits/<uuid:kit_number>/fichier/
    POST /wifi/kits/<uuid:kit_number>/cle/
in   403  403  403  403  403  403  403  403  403  403  403  to
    POST /wifi/kits/<uuid:kit_number>/revoquer/
in   403  403  403  403  403  403  403  403  403  403  403  422
    POST /wifi/kits/<uuid:kit_number>/rendu/

# The network of hotspots is its engineers'.
in   403  403  403  403  403  403  403  403  403  403  403  200
    GET /wifi/codes/
    GET /wifi/codes/<slug:bound>/
    POST /wifi/codes/<slug:bound>/
    GET /wifi/planification/
    GET /wifi/planification/plans/
    GET /wifi/planification/plans/nouveau/
    GET /wifi/planification/plans/comparer/
    GET /wifi/planification/plans/<int:kept_id>/
    GET /wifi/planification/plans/<int:kept_id>/modifier/
    GET /wifi/planification/plans/<int:kept_id>/bilan.pdf
    GET /wifi/kits/
    GET /wifi/kits/nouveau/
    GET /wifi/kits/<uuid:kit_number>/
    GET /wifi/kits/<uuid:kit_number>/revoquer/
    GET /wifi/kits/<uuid:kit_number>/rendu/
    GET /wifi/acces/
    GET /wifi/acces/apercu/
    GET /wifi/acces/forfaits/nouveau/
    POST /wifi/acces/forfaits/nouveau/
    GET /wifi/acces/forfaits/<int:plan_id>/
    POST /wifi/acces/forfaits/<int:plan_id>/
    GET /wifi/acces/regles/nouvelle/
    POST /wifi/acces/regles/nouvelle/
    GET /wifi/acces/regles/<int:rule_id>/
    GET /wifi/acces/regles/<int:rule_id>/terminer/
    GET /wifi/acces/tickets/
    GET /wifi/acces/tickets/nouveau/
    POST /wifi/acces/tickets/nouveau/
    GET /wifi/acces/tickets/<int:lot_id>/
    POST /wifi/acces/tickets/<int:lot_id>/feuilles/
    POST /wifi/acces/tickets/<int:lot_id>/fichier/
    GET /wifi/acces/tickets/<int:lot_id>/fermer/
    GET /wifi/acces/tickets/<int:lot_id>/fermer-un-ticket/
    POST /wifi/acces/tickets/<int:lot_id>/fermer-un-ticket/
    GET /wifi/acces/groupes/
    GET /wifi/acces/groupes/nouveau/
    POST /wifi/acces/groupes/nouveau/
    GET /wifi/acces/groupes/<int:group_id>/
    POST /wifi/acces/groupes/<int:group_id>/
    GET /wifi/acces/domaines/
    GET /wifi/acces/domaines/nouveau/
    POST /wifi/acces/domaines/nouveau/
    GET /wifi/acces/domaines/<int:realm_id>/
    POST /wifi/acces/domaines/<int:realm_id>/
    GET /wifi/acces/domaines/<int:realm_id>/retirer/
    GET /wifi/acces/domaines/<int:realm_id>/liste/
    POST /wifi/acces/domaines/<int:realm_id>/liste/
    GET /wifi/acces/domaines/listes/<int:roster_id>/
    POST /wifi/acces/domaines/listes/<int:roster_id>/fichier/
    GET /wifi/acces/domaines/ailleurs/nouveau/
    POST /wifi/acces/domaines/ailleurs/nouveau/
    GET /wifi/acces/domaines/ailleurs/<int:elsewhere_id>/
    GET /wifi/acces/domaines/ailleurs/<int:elsewhere_id>/serveur/
    POST /wifi/acces/domaines/ailleurs/<int:elsewhere_id>/serveur/
    GET /wifi/acces/domaines/serveurs/<int:home_id>/retirer/
    GET /wifi/direct/
    GET /wifi/direct/comparer/
    GET /wifi/direct/rapports/
    GET /wifi/direct/rapports/<slug:week>/
    GET /wifi/direct/alertes/
    GET /wifi/direct/alertes/<int:pk>/
    GET /wifi/direct/alertes/<int:pk>/<slug:name>/
    GET /wifi/direct/passerelles/<slug:code>/cle/
    POST /wifi/direct/passerelles/<slug:code>/cle/
    GET /wifi/direct/<slug:code>/
    GET /wifi/direct/<slug:code>/message/
    POST /wifi/direct/<slug:code>/message/
    GET /wifi/direct/<slug:code>/bornes/
    GET /wifi/direct/<slug:code>/bornes/<int:borne_id>/
    POST /wifi/direct/<slug:code>/bornes/<int:borne_id>/
    GET /wifi/direct/<slug:code>/connexions/
    GET /wifi/direct/<slug:code>/connexions/<slug:key>/
    GET /wifi/direct/<slug:code>/connexions/<slug:key>/debit/
    POST /wifi/direct/<slug:code>/connexions/<slug:key>/debit/
    GET /wifi/direct/<slug:code>/connexions/<slug:key>/<slug:name>/
    POST /wifi/direct/<slug:code>/connexions/<slug:key>/<slug:name>/
    GET /wifi/contenus/
    GET /wifi/contenus/nouveau/
    POST /wifi/contenus/nouveau/
    POST /wifi/contenus/paquets/<slug:code>/modifier/
    POST /wifi/contenus/paquets/<slug:code>/destinations/
    POST /wifi/contenus/paquets/<slug:code>/fichiers/
    POST /wifi/contenus/caches/<slug:site_code>/reglages/
    GET /wifi/contenus/paquets/<slug:code>/
    GET /wifi/contenus/paquets/<slug:code>/modifier/
    GET /wifi/contenus/paquets/<slug:code>/destinations/
    GET /wifi/contenus/paquets/<slug:code>/fichiers/
    GET /wifi/contenus/envois/<uuid:upload_id>/
    GET /wifi/contenus/caches/
    GET /wifi/contenus/caches/<slug:site_code>/
    GET /wifi/contenus/caches/<slug:site_code>/reglages/
    POST /wifi/contenus/caches/<slug:site_code>/secret/
    GET /wifi/reseau/
    GET /wifi/reseau/points.csv
    GET /wifi/reseau/points.geojson
    GET /wifi/reseau/importer/
    POST /wifi/reseau/importer/
    GET /wifi/reseau/nouveau/
    POST /wifi/reseau/nouveau/
    GET /wifi/reseau/passerelles/<slug:code>/
    GET /wifi/reseau/passerelles/<slug:code>/fichiers/<int:number>/
    GET /wifi/reseau/passerelles/<slug:code>/modifier/
    POST /wifi/reseau/passerelles/<slug:code>/modifier/
    GET /wifi/reseau/passerelles/<slug:code>/secret/
    GET /wifi/reseau/passerelles/<slug:code>/certificat/
    GET /wifi/reseau/passerelles/<slug:code>/retirer/
    GET /wifi/reseau/passerelles/<slug:code>/revoquer/
    POST /wifi/reseau/passerelles/<slug:code>/revoquer/
    GET /wifi/reseau/<slug:code>/
    GET /wifi/reseau/<slug:code>/reglages/
    POST /wifi/reseau/<slug:code>/reglages/
    GET /wifi/reseau/<slug:code>/etat/
    POST /wifi/reseau/<slug:code>/etat/
    GET /wifi/reseau/<slug:code>/zones/nouvelle/
    POST /wifi/reseau/<slug:code>/zones/nouvelle/
    GET /wifi/reseau/<slug:code>/zones/<int:zone_id>/
    POST /wifi/reseau/<slug:code>/zones/<int:zone_id>/
    GET /wifi/reseau/<slug:code>/bornes/nouvelle/
    POST /wifi/reseau/<slug:code>/bornes/nouvelle/
    GET /wifi/reseau/<slug:code>/bornes/<int:borne_id>/
    POST /wifi/reseau/<slug:code>/bornes/<int:borne_id>/
    GET /wifi/reseau/<slug:code>/bornes/<int:borne_id>/retirer/
    GET /wifi/reseau/<slug:code>/passerelles/nouvelle/
    POST /wifi/reseau/<slug:code>/passerelles/nouvelle/
    GET /wifi/reseau/<slug:code>/travaux/
    POST /wifi/reseau/<slug:code>/travaux/
    GET /wifi/reseau/<slug:code>/travaux/<int:work_id>/annuler/
in   403  403  403  403  403  403  403  403  403  403  403  to
    POST /wifi/direct/alertes/<int:pk>/<slug:name>/
    POST /wifi/acces/regles/<int:rule_id>/terminer/
    POST /wifi/contenus/paquets/<slug:code>/publier/
    POST /wifi/contenus/paquets/<slug:code>/retirer/
    POST /wifi/contenus/paquets/<slug:code>/fichiers/<int:file_id>/retirer/
    POST /wifi/contenus/paquets/<slug:code>/destinations/<int:row_id>/retirer/
    POST /wifi/acces/tickets/<int:lot_id>/fermer/
    POST /wifi/acces/domaines/<int:realm_id>/retirer/
    POST /wifi/acces/domaines/serveurs/<int:home_id>/avant/
    POST /wifi/acces/domaines/serveurs/<int:home_id>/retirer/
    POST /wifi/reseau/passerelles/<slug:code>/secret/
    POST /wifi/reseau/passerelles/<slug:code>/certificat/
    POST /wifi/reseau/passerelles/<slug:code>/retirer/
    POST /wifi/reseau/<slug:code>/bornes/<int:borne_id>/retirer/
    POST /wifi/reseau/<slug:code>/travaux/<int:work_id>/annuler/
in   403  403  403  403  403  403  403  403  403  403  403  422
    POST /wifi/contenus/paquets/<slug:code>/envois/
    PUT /wifi/contenus/envois/<uuid:upload_id>/

# The network of transport is its engineers'.
in   403  403  403  403  403  403  403  403  403  403  403  200
    GET /cable/
    GET /cable/liste/<slug:kind>/
    GET /cable/<slug:kind>.csv
    GET /cable/reseau.geojson
    GET /cable/importer/
    POST /cable/importer/
    GET /cable/cables/nouveau/
    POST /cable/cables/nouveau/
    GET /cable/cables/<slug:code>/
    GET /cable/cables/<slug:code>/modifier/
    POST /cable/cables/<slug:code>/modifier/
    GET /cable/noeuds/nouveau/
    POST /cable/noeuds/nouveau/
    GET /cable/noeuds/<slug:code>/
    GET /cable/noeuds/<slug:code>/modifier/
    POST /cable/noeuds/<slug:code>/modifier/
    GET /cable/noeuds/<slug:code>/equipements/nouveau/
    POST /cable/noeuds/<slug:code>/equipements/nouveau/
    GET /cable/equipements/<slug:code>/
    POST /cable/equipements/<slug:code>/
    GET /cable/liaisons/nouvelle/
    POST /cable/liaisons/nouvelle/
    GET /cable/liaisons/<slug:code>/
    GET /cable/liaisons/<slug:code>/modifier/
    POST /cable/liaisons/<slug:code>/modifier/
    GET /cable/liaisons/<slug:code>/longueurs-d-onde/nouvelle/
    POST /cable/liaisons/<slug:code>/longueurs-d-onde/nouvelle/
    GET /cable/zones/nouvelle/
    POST /cable/zones/nouvelle/
    GET /cable/zones/<slug:code>/
    POST /cable/zones/<slug:code>/
    GET /cable/circuits/nouveau/
    POST /cable/circuits/nouveau/
    GET /cable/circuits/<slug:code>/
    GET /cable/circuits/<slug:code>/modifier/
    POST /cable/circuits/<slug:code>/modifier/
    GET /cable/capacite/
    GET /cable/capacite/routes/nouvelle/
    POST /cable/capacite/routes/nouvelle/
    GET /cable/capacite/routes/<slug:code>/
    GET /cable/capacite/routes/<slug:code>/reserve/
    POST /cable/capacite/routes/<slug:code>/reserve/
    GET /cable/capacite/routes/<slug:code>/produits/nouveau/
    POST /cable/capacite/routes/<slug:code>/produits/nouveau/
    GET /cable/capacite/produits/<int:cable_product_id>/conditions/
    POST /cable/capacite/produits/<int:cable_product_id>/conditions/
    GET /cable/capacite/devis/<int:cable_quote_id>/commande/<slug:state>/motif/
    POST /cable/capacite/devis/<int:cable_quote_id>/commande/<slug:state>/motif/
    GET /cable/capacite/tarifs/nouveau/
    POST /cable/capacite/tarifs/nouveau/
    GET /cable/capacite/tarifs/<int:cable_tariff_id>/finir/
    POST /cable/capacite/tarifs/<int:cable_tariff_id>/finir/
    GET /cable/capacite/devis/nouveau/
    POST /cable/capacite/devis/nouveau/
    GET /cable/capacite/devis/<int:cable_quote_id>/
    POST /cable/capacite/devis/<int:cable_quote_id>/accepter/
    POST /cable/capacite/devis/<int:cable_quote_id>/refuser/
    POST /cable/capacite/devis/<int:cable_quote_id>/retirer/
    GET /cable/capacite/devis/<int:cable_quote_id>/livrer/
    POST /cable/capacite/devis/<int:cable_quote_id>/livrer/
    GET /cable/optique/
    GET /cable/optique/liaisons/<slug:code>/
    GET /cable/optique/liaisons/<slug:code>/hypotheses/
    POST /cable/optique/liaisons/<slug:code>/hypotheses/
    GET /cable/optique/liaisons/<slug:code>/retraits/nouveau/
    POST /cable/optique/liaisons/<slug:code>/retraits/nouveau/
    GET /cable/optique/formats/nouveau/
    POST /cable/optique/formats/nouveau/
    GET /cable/optique/formats/<int:format_id>/
    POST /cable/optique/formats/<int:format_id>/
    GET /cable/pannes/
    GET /cable/pannes/coupure/
    GET /cable/pannes/effet/
    GET /cable/pannes/declarees/
    GET /cable/pannes/declarees/<int:failure_id>/
    GET /cable/pannes/declarer/
    POST /cable/pannes/declarer/
    GET /cable/pannes/travaux/
    GET /cable/pannes/travaux/nouveaux/
    POST /cable/pannes/travaux/nouveaux/
    GET /cable/pannes/rejeu/<slug:event_code>/
    GET /cable/pannes/disponibilite/
    GET /cable/pannes/debits/
    GET /cable/sessions/
    GET /cable/sessions/nouvelle/
    POST /cable/sessions/nouvelle/
    GET /cable/sessions/vers/<slug:code>/
    GET /cable/sessions/vers/<slug:code>/modifier/
    POST /cable/sessions/vers/<slug:code>/modifier/
    GET /cable/sessions/vers/<slug:code>/bird.conf
    GET /cable/sessions/routeurs/nouveau/
    POST /cable/sessions/routeurs/nouveau/
    GET /cable/sessions/routeurs/<slug:code>/
    GET /cable/sessions/routeurs/<slug:code>/modifier/
    POST /cable/sessions/routeurs/<slug:code>/modifier/
    GET /cable/sessions/routeurs/<slug:code>/etat/
    POST /cable/sessions/routeurs/<slug:code>/etat/
    GET /cable/sessions/roa/
    POST /cable/sessions/roa/
    GET /cable/sessions/echanges/nouveau/
    POST /cable/sessions/echanges/nouveau/
    GET /cable/sessions/echanges/<slug:code>/
    GET /cable/sessions/echanges/<slug:code>/membres/
    POST /cable/sessions/echanges/<slug:code>/membres/
    GET /cable/collecte/
    GET /cable/collecte/nouveau/
    POST /cable/collecte/nouveau/
    GET /cable/collecte/equipements/<slug:code>/
    GET /cable/collecte/equipements/<slug:code>/modifier/
    POST /cable/collecte/equipements/<slug:code>/modifier/
    GET /cable/collecte/interfaces/<int:interface_id>/
    POST /cable/collecte/interfaces/<int:interface_id>/
    GET /cable/exploitation/
    GET /cable/exploitation/closes/
    GET /cable/exploitation/alarmes/<int:alarm_id>/
    GET /cable/exploitation/alarmes/<int:alarm_id>/commenter/
    POST /cable/exploitation/alarmes/<int:alarm_id>/commenter/
    GET /cable/exploitation/alarmes/<int:alarm_id>/clore/
    POST /cable/exploitation/alarmes/<int:alarm_id>/clore/
    GET /cable/exploitation/travaux/<int:cable_work_id>/
    GET /cable/exploitation/contacts/
    POST /cable/exploitation/contacts/
    GET /cable/facturation/nouveau/
    POST /cable/facturation/nouveau/
    GET /cable/facturation/facturer/<str:month>/
    POST /cable/facturation/facturer/<str:month>/
    GET /cable/facturation/releves/
    POST /cable/facturation/releves/
    GET /cable/facturation/contrats/<slug:code>/
    GET /cable/facturation/contrats/<slug:code>/<str:month>/
    GET /cable/facturation/contrats/<slug:code>/<str:month>/creneaux.csv
    GET /cable/facturation/contrats/<slug:code>/ports/nouveau/
    POST /cable/facturation/contrats/<slug:code>/ports/nouveau/
    GET /cable/facturation/contrats/<slug:code>/conditions/
    POST /cable/facturation/contrats/<slug:code>/conditions/
    GET /cable/facturation/contrats/<slug:code>/fin/
    POST /cable/facturation/contrats/<slug:code>/fin/
    GET /cable/facturation/contrats/<slug:code>/interruptions/nouvelle/
    POST /cable/facturation/contrats/<slug:code>/interruptions/nouvelle/
    GET /cable/facturation/factures/<str:number>/
    GET /cable/facturation/factures/<str:number>/creneaux.csv
    GET /cable/facturation/factures/<str:number>/conditions.json
    GET /cable/facturation/factures/<str:number>/corriger/
    POST /cable/facturation/factures/<str:number>/corriger/
    GET /datacentre/
    GET /datacentre/nouveau/
    POST /datacentre/nouveau/
    GET /datacentre/<slug:code>/
    GET /datacentre/<slug:code>/salles/nouvelle/
    POST /datacentre/<slug:code>/salles/nouvelle/
    GET /datacentre/<slug:code>/salles/<slug:room>/
    POST /datacentre/<slug:code>/salles/<slug:room>/
    GET /datacentre/<slug:code>/pieces/
    GET /datacentre/<slug:code>/pieces/nouvelle/
    POST /datacentre/<slug:code>/pieces/nouvelle/
    GET /datacentre/<slug:code>/pieces/<slug:part>/
    POST /datacentre/<slug:code>/pieces/<slug:part>/
    GET /datacentre/<slug:code>/baies/nouvelle/
    POST /datacentre/<slug:code>/baies/nouvelle/
    GET /datacentre/<slug:code>/baies/<int:rack_id>/
    GET /datacentre/<slug:code>/baies/<int:rack_id>/modifier/
    POST /datacentre/<slug:code>/baies/<int:rack_id>/modifier/
    GET /datacentre/<slug:code>/baies/<int:rack_id>/equipements/nouveau/
    POST /datacentre/<slug:code>/baies/<int:rack_id>/equipements/nouveau/
    GET /datacentre/<slug:code>/baies/<int:rack_id>/retenir/
    POST /datacentre/<slug:code>/baies/<int:rack_id>/retenir/
    GET /datacentre/<slug:code>/equipements/<int:device_id>/retirer/
    GET /datacentre/<slug:code>/places/<int:reservation_id>/contrat/
    GET /datacentre/<slug:code>/places/<int:reservation_id>/liberer/
    GET /datacentre/<slug:code>/importer/
    POST /datacentre/<slug:code>/importer/
    GET /datacentre/<slug:code>/<slug:kind>.csv
    GET /datacentre/niveau/<slug:code>/
    GET /datacentre/niveau/<slug:code>/arret/
    GET /datacentre/niveau/<slug:code>/disponibilite/
    GET /datacentre/colocation/centre/<slug:code>/
    GET /datacentre/colocation/centre/<slug:code>/retenir/
    POST /datacentre/colocation/centre/<slug:code>/retenir/
    GET /datacentre/colocation/centre/<slug:code>/tarifs/
    POST /datacentre/colocation/centre/<slug:code>/tarifs/
    GET /datacentre/colocation/centre/<slug:code>/conservation/
    POST /datacentre/colocation/centre/<slug:code>/conservation/
    GET /datacentre/colocation/centre/<slug:code>/relever/
    POST /datacentre/colocation/centre/<slug:code>/relever/
    GET /datacentre/colocation/centre/<slug:code>/visites/
    GET /datacentre/colocation/centre/<slug:code>/visites/<int:visit_id>/
    GET /datacentre/colocation/centre/<slug:code>/visites/<int:visit_id>/<slug:verb>/
    POST /datacentre/colocation/centre/<slug:code>/visites/<int:visit_id>/<slug:verb>/
    GET /datacentre/colocation/centre/<slug:code>/demandes/
    GET /datacentre/colocation/centre/<slug:code>/gestes/<int:hands_id>/<slug:verb>/
    POST /datacentre/colocation/centre/<slug:code>/gestes/<int:hands_id>/<slug:verb>/
    GET /datacentre/colocation/baux/<int:lease_id>/
    GET /datacentre/colocation/baux/<int:lease_id>/<slug:verb>/
    POST /datacentre/colocation/baux/<int:lease_id>/<slug:verb>/
    GET /datacentre/capteurs/<slug:code>/
    GET /datacentre/capteurs/<slug:code>/nouvelle/
    POST /datacentre/capteurs/<slug:code>/nouvelle/
    GET /datacentre/hebergement/centre/<slug:code>/
    GET /datacentre/hebergement/centre/<slug:code>/plateforme/
    POST /datacentre/hebergement/centre/<slug:code>/plateforme/
    GET /datacentre/hebergement/centre/<slug:code>/images/
    POST /datacentre/hebergement/centre/<slug:code>/images/
    GET /datacentre/hebergement/centre/<slug:code>/tarifs/
    POST /datacentre/hebergement/centre/<slug:code>/tarifs/
    GET /datacentre/hebergement/centre/<slug:code>/factures/<slug:project_code>/<str:month>/
    GET /datacentre/facturation/centre/<slug:code>/
    GET /datacentre/facturation/centre/<slug:code>/conditions/
    POST /datacentre/facturation/centre/<slug:code>/conditions/
    GET /datacentre/facturation/centre/<slug:code>/mois/<str:month>/
    POST /datacentre/facturation/centre/<slug:code>/mois/<str:month>/
    GET /datacentre/facturation/factures/<str:number>/corriger/
    POST /datacentre/facturation/factures/<str:number>/corriger/
    GET /datacentre/hebergement/quotas/<int:ask_id>/<slug:verb>/
    POST /datacentre/hebergement/quotas/<int:ask_id>/<slug:verb>/
in   403  403  403  403  403  403  403  403  403  403  403  to
    POST /datacentre/<slug:code>/equipements/<int:device_id>/retirer/
    POST /datacentre/<slug:code>/places/<int:reservation_id>/contrat/
    POST /datacentre/<slug:code>/places/<int:reservation_id>/liberer/
    POST /cable/capacite/devis/<int:cable_quote_id>/commande/<slug:state>/
    POST /cable/optique/retraits/<int:deduction_id>/enlever/
    POST /datacentre/colocation/centre/<slug:code>/visites/<int:visit_id>/sortir/
    POST /datacentre/colocation/centre/<slug:code>/gestes/<int:hands_id>/prendre/
    POST /datacentre/colocation/centre/<slug:code>/raccordements/<int:cross_id>/<slug:verb>/
    POST /datacentre/capteurs/<slug:code>/<int:source_id>/retirer/
    POST /datacentre/hebergement/centre/<slug:code>/images/<int:image_id>/retirer/
    POST /datacentre/hebergement/centre/<slug:code>/factures/<slug:project_code>/<str:month>/
    POST /cable/pannes/declarees/<int:failure_id>/reparer/
    POST /cable/pannes/travaux/<int:cable_work_id>/annuler/
    POST /cable/facturation/interruptions/<int:downtime_id>/retirer/
    POST /cable/exploitation/alarmes/<int:alarm_id>/prendre/
    POST /cable/exploitation/alarmes/<int:alarm_id>/prevenir/
    POST /cable/exploitation/travaux/<int:cable_work_id>/prevenir/
    POST /cable/exploitation/contacts/<int:contact_id>/enlever/
    POST /cable/collecte/equipements/<slug:code>/interroger/
    POST /cable/collecte/equipements/<slug:code>/arreter/
    POST /cable/collecte/interfaces/<int:interface_id>/detacher/
    POST /cable/facturation/contrats/<slug:code>/<str:month>/facturer/

# What a customer has in a datacentre: its own members and whoever administers that very body.
in   200  200  200  200  200  200  200  200  200  200  200  200
    GET /datacentre/colocation/
    GET /datacentre/hebergement/
    GET /datacentre/hebergement/nouveau/
    POST /datacentre/hebergement/nouveau/
in   200  403  403  403  403  403  403  403  403  403  403  403
    GET /datacentre/colocation/client/<int:organisation_id>/
    GET /datacentre/facturation/client/<int:organisation_id>/
    GET /datacentre/colocation/client/<int:organisation_id>/visites/nouvelle/
    POST /datacentre/colocation/client/<int:organisation_id>/visites/nouvelle/
    GET /datacentre/colocation/client/<int:organisation_id>/visites/<int:visit_id>/
    GET /datacentre/colocation/client/<int:organisation_id>/gestes/nouveau/
    POST /datacentre/colocation/client/<int:organisation_id>/gestes/nouveau/
    GET /datacentre/colocation/client/<int:organisation_id>/raccordements/nouveau/
    POST /datacentre/colocation/client/<int:organisation_id>/raccordements/nouveau/
    GET /datacentre/hebergement/projets/<slug:project_code>/
    GET /datacentre/hebergement/projets/<slug:project_code>/quota/
    POST /datacentre/hebergement/projets/<slug:project_code>/quota/
    GET /datacentre/hebergement/projets/<slug:project_code>/membres/
    POST /datacentre/hebergement/projets/<slug:project_code>/membres/
    GET /datacentre/hebergement/projets/<slug:project_code>/machines/nouvelle/
    POST /datacentre/hebergement/projets/<slug:project_code>/machines/nouvelle/
    GET /datacentre/hebergement/projets/<slug:project_code>/machines/<int:machine_id>/
    GET /datacentre/hebergement/projets/<slug:project_code>/machines/<int:machine_id>/console/
    GET /datacentre/hebergement/projets/<slug:project_code>/machines/<int:machine_id>/taille/
    POST /datacentre/hebergement/projets/<slug:project_code>/machines/<int:machine_id>/taille/
    GET /datacentre/hebergement/projets/<slug:project_code>/machines/<int:machine_id>/supprimer/
    GET /datacentre/hebergement/projets/<slug:project_code>/espaces/nouveau/
    POST /datacentre/hebergement/projets/<slug:project_code>/espaces/nouveau/
    GET /datacentre/hebergement/projets/<slug:project_code>/espaces/<int:bucket_id>/supprimer/
    POST /datacentre/hebergement/projets/<slug:project_code>/espaces/<int:bucket_id>/supprimer/
    GET /datacentre/hebergement/projets/<slug:project_code>/cles/nouvelle/
    POST /datacentre/hebergement/projets/<slug:project_code>/cles/nouvelle/
    GET /datacentre/hebergement/projets/<slug:project_code>/mois/<str:month>/
    GET /datacentre/hebergement/projets/<slug:project_code>/registre/
    GET /datacentre/hebergement/projets/<slug:project_code>/registre/nouveau/
    POST /datacentre/hebergement/projets/<slug:project_code>/registre/nouveau/
in   to   403  403  403  403  403  403  403  403  403  403  403
    POST /datacentre/colocation/client/<int:organisation_id>/visites/<int:visit_id>/annuler/
    POST /datacentre/colocation/client/<int:organisation_id>/raccordements/<int:cross_id>/<slug:verb>/
    POST /datacentre/hebergement/projets/<slug:project_code>/machines/<int:machine_id>/supprimer/
    POST /datacentre/hebergement/projets/<slug:project_code>/machines/<int:machine_id>/<slug:verb>/
    POST /datacentre/hebergement/projets/<slug:project_code>/membres/<int:member_id>/retirer/
    POST /datacentre/hebergement/projets/<slug:project_code>/cles/<int:key_id>/secret/
    POST /datacentre/hebergement/projets/<slug:project_code>/cles/<int:key_id>/retirer/
    POST /datacentre/hebergement/projets/<slug:project_code>/registre/<int:dataset_id>/sortir/
in   404  403  403  403  403  403  403  403  403  403  403  403
    GET /datacentre/hebergement/projets/<slug:project_code>/mois/<str:month>/releve.json

# Who pays a contract reads it, with the members of the organisation that buys.
in   200  403  403  403  403  403  403  403  403  403  403  200
    GET /cable/facturation/
    GET /datacentre/facturation/factures/<str:number>/
    GET /datacentre/facturation/factures/<str:number>/calcul.json

# What a customer buys on the cable: the same; the tariffs are everybody's.
200  200  200  200  200  200  200  200  200  200  200  200  200
    GET /cable/offre/
    GET /cable/offre/tarifs.csv
in   200  200  200  200  200  200  200  200  200  200  200  200
    GET /cable/offre/client/
in   200  403  403  403  403  403  403  403  403  403  403  403
    GET /cable/offre/client/<int:organisation_id>/
    GET /cable/offre/client/<int:organisation_id>/demander/
    POST /cable/offre/client/<int:organisation_id>/demander/
    GET /cable/offre/client/<int:organisation_id>/devis/<int:cable_quote_id>/
    GET /cable/offre/client/<int:organisation_id>/commandes/<int:cable_order_id>/
    GET /cable/offre/client/<int:organisation_id>/commandes/<int:cable_order_id>/annuler/
    POST /cable/offre/client/<int:organisation_id>/commandes/<int:cable_order_id>/annuler/
    GET /cable/offre/client/<int:organisation_id>/services/<int:cable_service_id>/
    GET /cable/offre/client/<int:organisation_id>/services/<int:cable_service_id>/changer/
    POST /cable/offre/client/<int:organisation_id>/services/<int:cable_service_id>/changer/
    GET /cable/offre/client/<int:organisation_id>/services/<int:cable_service_id>/finir/
    POST /cable/offre/client/<int:organisation_id>/services/<int:cable_service_id>/finir/
in   to   403  403  403  403  403  403  403  403  403  403  403
    POST /cable/offre/client/<int:organisation_id>/devis/<int:cable_quote_id>/<slug:verb>/

# The open catalogue of the cable, for any system; the rest is for one with a token of its organisation.
200  200  200  200  200  200  200  200  200  200  200  200  200
    GET /api/v1/tmf-api/productCatalogManagement/v4/productOffering
    GET /api/v1/tmf-api/productCatalogManagement/v4/productOffering/<str:offering_id>
    GET /api/v1/tmf-api/productCatalogManagement/v4/productOfferingPrice
    GET /api/v1/tmf-api/productCatalogManagement/v4/productOfferingPrice/<str:price_id>
    GET /api/v1/tmf-api/serviceCatalogManagement/v4/serviceSpecification
    GET /api/v1/tmf-api/serviceCatalogManagement/v4/serviceSpecification/<str:kind>
401  401  401  401  401  401  401  401  401  401  401  401  401
    GET /api/v1/tmf-api/serviceQualificationManagement/v4/checkServiceQualification
    POST /api/v1/tmf-api/serviceQualificationManagement/v4/checkServiceQualification
    GET /api/v1/tmf-api/serviceQualificationManagement/v4/checkServiceQualification/<str:qualification_id>
    GET /api/v1/tmf-api/quoteManagement/v4/quote
    POST /api/v1/tmf-api/quoteManagement/v4/quote
    GET /api/v1/tmf-api/quoteManagement/v4/quote/<str:quote_id>
    PATCH /api/v1/tmf-api/quoteManagement/v4/quote/<str:quote_id>
    GET /api/v1/tmf-api/productOrderingManagement/v4/productOrder
    POST /api/v1/tmf-api/productOrderingManagement/v4/productOrder
    GET /api/v1/tmf-api/productOrderingManagement/v4/productOrder/<str:order_id>
    POST /api/v1/tmf-api/productOrderingManagement/v4/cancelProductOrder
    GET /api/v1/tmf-api/productInventory/v4/product
    GET /api/v1/tmf-api/productInventory/v4/product/<str:product_id>

# Content of the hotspots: open to who has not signed in, and to the caches by their own secret.
200  200  200  200  200  200  200  200  200  200  200  200  200
    GET /wifi/contenus/site.css
    GET /wifi/contenus/ouvertures.csv
    GET /wifi/contenus/ici/<slug:site_code>/
404  404  404  404  404  404  404  404  404  404  404  404  404
    GET /wifi/contenus/ici/<slug:site_code>/<slug:code>/
    GET /wifi/contenus/fichiers/<str:sha256>/<str:name>
    GET /guest/s/<slug:site>/
401  401  401  401  401  401  401  401  401  401  401  401  401
    GET /wifi/contenus/cache/liste
    GET /wifi/contenus/cache/fichiers/<str:sha256>
    POST /wifi/contenus/cache/rapport

# What is kept of somebody is shown after the code that their phone got.
to   to   to   to   to   to   to   to   to   to   to   to   to
    GET /wifi/donnees/moi/donnees/
    POST /wifi/donnees/moi/donnees/
    GET /wifi/donnees/moi/effacer/
    POST /wifi/donnees/moi/effacer/

# The data of the Wi-Fi is its officer's; who approves an opening is an inspector.
in   403  403  403  403  403  403  403  403  403  200  403  403
    GET /wifi/donnees/bureau/
    GET /wifi/donnees/requisitions/<int:requisition_id>/
    GET /wifi/donnees/requisitions/<int:requisition_id>/decision/
    POST /wifi/donnees/requisitions/<int:requisition_id>/decision/
in   403  403  403  403  403  403  403  403  403  403  403  403
    GET /wifi/donnees/bureau/ceremonie/
    POST /wifi/donnees/bureau/ceremonie/
    GET /wifi/donnees/bureau/conservation/<slug:purpose>/
    POST /wifi/donnees/bureau/conservation/<slug:purpose>/
    GET /wifi/donnees/requisitions/nouvelle/
    POST /wifi/donnees/requisitions/nouvelle/
    GET /wifi/donnees/requisitions/<int:requisition_id>/ouvrir/
    POST /wifi/donnees/requisitions/<int:requisition_id>/ouvrir/

# The portal knows a device by what is sealed in its addresses, and a gateway by its name and address.
422  422  422  422  422  422  422  422  422  422  422  422  422
    POST /wifi/<slug:code>/entrer/
    POST /wifi/<slug:code>/wispr/
    GET /wifi/<slug:code>/code/
    POST /wifi/<slug:code>/code/
    GET /wifi/<slug:code>/compte/
    POST /wifi/<slug:code>/compte/
403  403  403  403  403  403  403  403  403  403  403  403  403
    POST /wifi/<slug:code>/

# Nothing is there.
404  404  404  404  404  404  404  404  404  404  404  404  404
    GET /api/v1/
    POST /api/v1/
    PUT /api/v1/
    DELETE /api/v1/
    PATCH /api/v1/
"""


def rows() -> Iterator[tuple[str, str, list[str]]]:
    """Method, route, and what each role is answered."""
    codes: list[str] = []
    for line in TABLE.splitlines():
        if line.startswith("    "):
            method, _, route = line.strip().partition(" /")
            yield method, route, codes
        elif line and not line.startswith("#"):
            codes = line.split()


ROWS = list(rows())


@pytest.fixture
def _files_in_a_folder_of_the_test() -> None:
    """The world of this module keeps its files in one folder."""


@pytest.fixture(scope="module")
def matrix(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Matrix"]:
    from django.db import transaction
    from django.test import override_settings

    from smartsenegal.kernel.indicators import registry
    from tests.permissions import SERIES, make_matrix

    folder = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(FILES_DIR=folder), transaction.atomic():
        registry.register_series(SERIES, "Essai", "dossiers", public=True)
        yield make_matrix()
        registry._series.pop(SERIES)
        transaction.set_rollback(True)


def test_every_address_is_in_the_table() -> None:
    from tests.permissions import ROLES, routes

    listed = [route for _, route, _ in ROWS]
    assert sorted(set(routes()) - set(listed)) == []
    assert sorted(set(listed) - set(routes())) == []
    assert len({(method, route) for method, route, _ in ROWS}) == len(ROWS), "a line is there twice"
    assert {len(codes) for _, _, codes in ROWS} == {len(ROLES)}


@pytest.mark.parametrize(
    ("method", "route", "codes"), [pytest.param(*row, id=f"{row[0]} /{row[1]}") for row in ROWS]
)
def test_each_role_gets_what_it_may(matrix: "Matrix", method: str, route: str, codes: list[str]) -> None:
    from tests.permissions import ROLES

    answered = {role: matrix.ask(role, method, route) for role in ROLES}
    assert answered == dict(zip(ROLES, codes, strict=True))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_no_other_method_is_answered(matrix: "Matrix", method: str) -> None:
    """What the table does not list is refused by its method, whoever asks."""
    known = {(method, route) for method, route, _ in ROWS}
    others = [route for _, route, _ in ROWS if (method, route) not in known and method in methods_of(route)]
    answered = {route: matrix.ask("administrator", method, route) for route in dict.fromkeys(others)}
    assert {route: code for route, code in answered.items() if code != "405"} == {}


def methods_of(route: str) -> tuple[str, ...]:
    """Forms know two methods; only the HTTP API has more."""
    return ("GET", "POST", "PUT", "PATCH", "DELETE") if route.startswith("api/") else ("GET", "POST")
