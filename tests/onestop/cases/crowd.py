"""Many cases at once, written by the database itself: what lists meet in a nation."""

from django.db import connection

from smartsenegal.kernel.identity.api import Organisation
from tests.onestop.cases.world import World

# Spread like a real year: most are over, a few wait; names repeat.
_FILL = """
    INSERT INTO cases_case (
        id, procedure, revision_id, applicant_id, reference, title, service_id, territory_path, state, step,
        waiting_for, due_on, sort_on, suspended, badges, version, sealed_answers, act_number, submitted_at,
        created_at, updated_at, search)
    SELECT gen_random_uuid(), 'certificat-gratuit', %(revision)s, %(applicant)s,
        'XX-2026-' || lpad(n::text, 6, '0'), names.name, %(first)s + n %% %(services)s, 'SN/SN-TH',
        s.state, 'examen', s.waiting, s.due, coalesce(s.due, DATE '9999-12-31'), s.waiting = 'person', '{}',
        5, '', '', now() - n * interval '1 minute', now(), now(),
        'xx 2026 ' || lpad(n::text, 6, '0') || ' ' || lower(names.name)
    FROM generate_series(1, %(count)s) AS n
    CROSS JOIN LATERAL (SELECT CASE
        WHEN n %% 20 < 16 THEN 'issued' WHEN n %% 20 = 16 THEN 'consulting'
        WHEN n %% 20 = 17 THEN 'corrections_requested'
        WHEN n %% 20 = 18 THEN 'awaiting_signature' ELSE 'in_review' END AS state) AS st
    CROSS JOIN LATERAL (SELECT st.state,
        CASE st.state WHEN 'issued' THEN 'nobody' WHEN 'corrections_requested' THEN 'person'
            WHEN 'consulting' THEN 'service' WHEN 'awaiting_signature' THEN 'signatory'
            ELSE 'agent' END AS waiting,
        CASE WHEN st.state IN ('in_review', 'awaiting_signature', 'consulting')
            THEN current_date + ((n / 20) %% 60)::int - 20 END AS due) AS s
    CROSS JOIN LATERAL (SELECT (ARRAY['Awa','Modou','Fatou','Ibra','Coumba','Lamine'])[1 + (n / 7) %% 6]
        || ' ' || (ARRAY['Ndiaye','Diop','Fall','Sow','Sarr','Ba','Sy','Gueye','Diouf'])[1 + (n / 11) %% 9]
        || ' ' || substr(md5(n::text), 1, 4) AS name) AS names
"""

# What each consulted case awaits; of its own service here, which changes no plan.
_TASKS = """
    INSERT INTO cases_casetask (case_id, step, kind, role, service_id, opened_at, due_on, sort_on, silence)
    SELECT id, 'avis', 'opinion', 'officer', service_id, submitted_at, due_on, sort_on, false
    FROM cases_case WHERE state = 'consulting'
"""


def crowd(world: World, count: int, services: int = 19) -> list[int]:
    """`count` cases spread over services that are made for it; returns the services."""
    made = Organisation.objects.bulk_create(
        Organisation(code=f"service-{n}", name=f"Service {n}", kind="court", territory=world.thies.territory)
        for n in range(services)
    )
    first = min(service.pk for service in made)
    values = {
        "revision": world.revisions["certificat-gratuit"].pk,
        "applicant": world.awa.account_id,
        "first": first,
        "services": services,
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL, values)
        cursor.execute(_TASKS)
        cursor.execute("ANALYZE cases_case, cases_casetask")
    return [service.pk for service in made]
