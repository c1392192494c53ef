from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_changed_since"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("service__isnull", False), ("waiting_for", "service")),
                fields=["service", "waiting_for", "sort_on", "id"],
                name="case_consulting",
            ),
        ),
    ]
