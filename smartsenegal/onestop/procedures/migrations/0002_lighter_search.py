"""A search reads what a procedure is called and is about, no more the names of its pieces."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import smartsenegal.onestop.procedures.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0001_initial'),
    ]

    operations = [
        # A generated column is made anew: PostgreSQL does not change its expression.
        migrations.RemoveIndex(model_name='procedure', name='procedure_document'),
        migrations.RemoveField(model_name='procedure', name='document'),
        migrations.RemoveField(model_name='procedure', name='body'),
        migrations.AddField(
            model_name='procedure',
            name='document',
            field=models.GeneratedField(db_persist=True, expression=smartsenegal.onestop.procedures.models.Document(models.F('names'), models.F('about')), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=django.contrib.postgres.indexes.GinIndex(fields=['document'], name='procedure_document'),
        ),
    ]
