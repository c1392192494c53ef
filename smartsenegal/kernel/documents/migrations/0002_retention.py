"""First lengths of keeping. No text that gives a figure was found: an administrator confirms or changes them."""

from datetime import date

from django.db import migrations

BASIS = (
    "Valeur initiale, à confirmer par l’administration : la loi 2008-12 du 25 janvier 2008 protège les données "
    "personnelles, mais aucun texte chiffrant cette durée n’a été trouvé."
)
RULES = [("piece:identity", 30), ("piece", 90), ("act", None)]


def add(apps, schema_editor):
    rule = apps.get_model("documents", "RetentionRule")
    for purpose, days in RULES:
        rule.objects.get_or_create(
            purpose=purpose, starts_on=date(2026, 1, 1), defaults={"days": days, "basis": BASIS}
        )


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
