"""Drafts, publication, withdrawal, reference data."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import ANONYMOUS, PermissionRefused, system
from smartsenegal.onestop.procedures import actions, files, queries
from smartsenegal.onestop.procedures.definition import DatedAmount, Fee, Step
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.models import Procedure, Revision
from tests.onestop.procedures.samples import small

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture
def published(catalogue):
    actions.import_definition(small(), BY)
    return actions.publish("licence-de-peche", BY)


def test_a_published_revision_is_in_force_and_told(published):
    assert queries.published_revision("licence-de-peche") == published
    assert published.number == 1
    entry = next(e for e in queries.entries() if e.code == "licence-de-peche")
    assert (entry.price_least, entry.price_most) == (300, 2200)
    event = Event.objects.get(kind="procedure.published", subject="procedure:licence-de-peche")
    assert event.payload["revision"] == published.pk
    verbs = [e.verb for e in audit.of_subject("procedure:licence-de-peche")]
    assert verbs == ["procedures.publish", "procedures.draft"]


@pytest.mark.parametrize(
    "change", [{"content": {}}, {"state": "draft"}, {"effective_from": date(2030, 1, 1)}]
)
def test_the_database_refuses_to_change_what_is_published(published, change):
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Revision.objects.filter(pk=published.pk).update(**change)


def test_the_database_refuses_to_delete_what_is_published(published):
    Procedure.objects.filter(code="licence-de-peche").update(current=None)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        published.delete()


def test_a_draft_with_faults_is_not_published(catalogue):
    actions.import_definition(small(circuit=(), themes=("inconnu",)), BY)
    with pytest.raises(ProcedureRefused) as refused:
        actions.publish("licence-de-peche", BY)
    assert "circuit\u00a0: il manque une étape de décision (kind: decision)." in refused.value.faults
    assert "themes\u00a0: «\u00a0inconnu\u00a0» n’est pas un thème connu." in refused.value.faults
    assert queries.published_revision("licence-de-peche") is None


def test_a_step_for_a_service_that_does_not_exist_is_a_fault(catalogue):
    step = Step("avis", "opinion", "Avis", unit="pompier", after=("decision",))
    faults = queries.faults_of(small(circuit=(*small().circuit, step)))
    assert faults == ["circuit[3].unit\u00a0: «\u00a0pompier\u00a0» n’est pas une nature de lieu connue."]


def test_a_new_tariff_holds_from_its_day(published):
    timbre = small().fees[0]
    rise = replace(timbre, amounts=(replace(timbre.amounts[0], amount=350),))
    actions.import_definition(small(fees=(rise,)), BY)
    today = timezone.localdate()
    later = today + timedelta(days=30)
    with pytest.raises(ProcedureRefused, match="ne peut pas commencer"):
        actions.publish(
            "licence-de-peche", BY, effective_from=later, tariffs={"timbre": timezone.localdate()}
        )
    revision = actions.publish("licence-de-peche", BY, tariffs={"timbre": later})
    assert [a.amount for a in revision.definition.fees[0].amounts] == [200, 350]
    assert revision.digest == actions.digest_of(revision.content)


def test_a_new_revision_retires_the_old_one_which_stays_readable(published):
    draft = actions.new_draft("licence-de-peche", BY)
    assert (draft.number, draft.definition) == (2, published.definition)
    text = files.to_yaml(draft.definition).replace(
        "title: Licence de pêche\nsummary", "title: Carte de pêche\nsummary"
    )
    actions.edit_draft("licence-de-peche", text, BY)
    new = actions.publish("licence-de-peche", BY)
    published.refresh_from_db()
    assert published.state == "retired"
    assert queries.definition_of(published.pk).title == "Licence de pêche"
    assert queries.definition_of(new.pk).title == "Carte de pêche"
    assert queries.published_revision("licence-de-peche") == new


def test_a_revision_published_ahead_waits_for_its_day(published):
    actions.import_definition(small(title="Carte de pêche"), BY)
    later = timezone.localdate() + timedelta(days=10)
    ahead = actions.publish("licence-de-peche", BY, effective_from=later)
    assert queries.published_revision("licence-de-peche") == published
    assert actions.bring_up_to_date() == 0
    assert actions.bring_up_to_date(later) == 1
    assert Procedure.objects.get(code="licence-de-peche").title == "Carte de pêche"
    assert queries.published_revision("licence-de-peche", later) == ahead


def test_a_tariff_of_a_later_day_reaches_the_catalogue(published):
    tomorrow = timezone.localdate() + timedelta(days=1)
    amounts = (DatedAmount(date(2021, 2, 1), 200), DatedAmount(tomorrow, 900))
    rise = Fee("timbre", "Timbre", "domaines", "timbre", amounts)
    actions.import_definition(small(fees=(rise,)), BY)
    actions.publish("licence-de-peche", BY)
    procedure = Procedure.objects.get(code="licence-de-peche")
    assert procedure.price_most == 200
    assert actions.bring_up_to_date(tomorrow) == 1
    procedure.refresh_from_db()
    assert procedure.price_most == 900
    assert actions.bring_up_to_date(tomorrow) == 0


def test_publishing_in_the_past_is_refused(published):
    actions.new_draft("licence-de-peche", BY)
    with pytest.raises(ProcedureRefused, match="passée"):
        actions.publish("licence-de-peche", BY, effective_from=date(2020, 1, 1))


def test_an_edit_may_not_change_the_code(published):
    actions.new_draft("licence-de-peche", BY)
    text = files.to_yaml(small(code="autre-code"))
    with pytest.raises(ProcedureRefused, match="le code d’une démarche ne change pas"):
        actions.edit_draft("licence-de-peche", text, BY)


def test_the_public_may_do_nothing(published):
    for act in (
        lambda: actions.import_definition(small(), ANONYMOUS),
        lambda: actions.new_draft("licence-de-peche", ANONYMOUS),
        lambda: actions.edit_draft("licence-de-peche", "", ANONYMOUS),
        lambda: actions.drop_draft("licence-de-peche", ANONYMOUS),
        lambda: actions.publish("licence-de-peche", ANONYMOUS),
        lambda: actions.withdraw("licence-de-peche", ANONYMOUS, "non"),
    ):
        with pytest.raises(PermissionRefused):
            act()


def test_a_withdrawn_procedure_leaves_the_catalogue_with_its_reason(published):
    with pytest.raises(ProcedureRefused, match="pourquoi"):
        actions.withdraw("licence-de-peche", BY, "  ")
    actions.withdraw("licence-de-peche", BY, "Remplacée par la carte de pêche")
    assert queries.published_revision("licence-de-peche") is None
    assert queries.search("pêche") == []
    assert audit.of_subject("procedure:licence-de-peche")[0].reason == "Remplacée par la carte de pêche"


def test_typography_is_set_whoever_typed(published):
    actions.import_definition(small(title="Licence: l'eau douce ?"), BY)
    assert queries.draft_of("licence-de-peche").definition.title == "Licence\u00a0: l’eau douce\u202f?"


def test_reference_data_is_published_once(catalogue):
    before = Revision.objects.count()
    assert before == 18
    assert actions.load_reference() == 0
    assert Revision.objects.count() == before


def test_reference_data_never_overwrites_what_an_administration_published(catalogue, monkeypatch):
    definition = queries.published_revision("ninea").definition
    actions.import_definition(
        files.from_yaml(files.to_yaml(definition).replace("Environ 3", "Environ 5")), BY
    )
    ours = actions.publish("ninea", BY)
    newer = files.from_yaml(files.to_yaml(definition).replace("Environ 3", "Environ 4"))
    monkeypatch.setattr(actions.files, "from_yaml", lambda text: newer)
    monkeypatch.setattr(actions, "DATA", _only(actions.DATA, "ninea"))
    assert actions.load_reference() == 0
    assert queries.published_revision("ninea") == ours
    assert "Environ 4" in files.to_yaml(queries.draft_of("ninea").definition)
    assert actions.load_reference() == 0


def test_a_changed_reference_file_is_published(catalogue, monkeypatch):
    definition = queries.published_revision("ninea").definition
    newer = files.from_yaml(files.to_yaml(definition).replace("Environ 3", "Environ 4"))
    monkeypatch.setattr(actions.files, "from_yaml", lambda text: newer)
    monkeypatch.setattr(actions, "DATA", _only(actions.DATA, "ninea"))
    assert actions.load_reference() == 1
    assert queries.published_revision("ninea").number == 2


def _only(data, code):
    class Folder:
        def glob(self, pattern):
            return [data / f"{code}.yaml"]

        def __truediv__(self, name):
            return data / name

    return Folder()
