"""How long a draft that nobody touches is kept. An internal rule: no text that gives a figure was found."""

from datetime import date

from django.db import migrations

BASIS = (
    "Règle interne, que l’administration peut changer : la loi 2008-12 du 25 janvier 2008 protège les données "
    "personnelles, mais aucun texte chiffrant cette durée n’a été trouvé."
)


def add(apps, schema_editor):
    apps.get_model("documents", "RetentionRule").objects.get_or_create(
        purpose="draft", starts_on=date(2026, 1, 1), defaults={"days": 90, "basis": BASIS}
    )


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_acts_never_change")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
