"""Kits with several hotspots, their own dates and keys, and a row for each file that came back."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def to_lists(apps, schema_editor):
    """A kit had one hotspot, was valid from its making on, and was out at once."""
    kits = apps.get_model("wifi_kit", "Kit").objects.using(schema_editor.connection.alias)
    for kit in kits.all():
        kit.sites, kit.name, kit.starts_at, kit.due_at = [kit.site_code], kit.site_code, kit.made_at, kit.expires_at
        kit.taken_at = kit.key_shown_at = kit.made_at
        if kit.state == "revoked":
            kit.state, kit.key = "lost", None
        kit.save()


class Migration(migrations.Migration):

    dependencies = [
        ('wifi_kit', '0001_initial'),
    ]

    operations = [
        migrations.AddField('kit', 'name', models.CharField(default='', max_length=120, verbose_name='nom')),
        migrations.AddField('kit', 'plan', models.PositiveBigIntegerField(null=True, verbose_name='plan')),
        migrations.AddField('kit', 'sites', models.JSONField(default=list, verbose_name='points Wi-Fi')),
        migrations.AddField('kit', 'key_shown_at', models.DateTimeField(null=True, verbose_name='clé montrée le')),
        migrations.AddField('kit', 'machine', models.UUIDField(null=True, verbose_name='machine')),
        migrations.AddField('kit', 'author', models.CharField(default='', max_length=200, verbose_name='préparé par')),
        migrations.AddField('kit', 'taken_at', models.DateTimeField(null=True, verbose_name='fichier pris le')),
        migrations.AddField('kit', 'closed_at', models.DateTimeField(null=True, verbose_name='rendu ou perdu le')),
        migrations.AddField('kit', 'starts_at', models.DateTimeField(null=True, verbose_name='valable dès')),
        migrations.AddField('kit', 'due_at', models.DateTimeField(null=True, verbose_name='à rendre avant le')),
        migrations.AlterField('kit', 'key', models.BinaryField(null=True, verbose_name='clé, scellée')),
        migrations.AlterField('kit', 'state', models.CharField(choices=[('prepared', 'Préparé'), ('away', 'Parti'), ('here', 'Cette machine'), ('returned', 'Rendu'), ('lost', 'Perdu'), ('dropped', 'Annulé')], default='prepared', max_length=8, verbose_name='état')),
        migrations.RunPython(to_lists, migrations.RunPython.noop),
        migrations.AlterField('kit', 'starts_at', models.DateTimeField(verbose_name='valable dès')),
        migrations.AlterField('kit', 'due_at', models.DateTimeField(verbose_name='à rendre avant le')),
        migrations.RemoveField('kit', 'site_code'),
        migrations.AddField('pack', 'refused', models.JSONField(default=dict, verbose_name='refusés')),
        migrations.AddConstraint('kit', models.CheckConstraint(condition=models.Q(('expires_at__gt', F('starts_at'))), name='kit_ends_after')),
        migrations.AddConstraint('kit', models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['returned', 'lost', 'dropped']), _negated=True), ('key', None), _connector='OR'), name='kit_key_forgotten')),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='reçu le')),
                ('author', models.CharField(max_length=200, verbose_name='par')),
                ('digest', models.CharField(max_length=64, verbose_name='empreinte')),
                ('sent_events', models.PositiveBigIntegerField(default=0, verbose_name='événements envoyés')),
                ('sent_in', models.PositiveBigIntegerField(default=0, verbose_name='octets reçus des appareils')),
                ('sent_out', models.PositiveBigIntegerField(default=0, verbose_name='octets envoyés aux appareils')),
                ('new', models.PositiveIntegerField(default=0, verbose_name='paquets nouveaux')),
                ('fault', models.CharField(blank=True, max_length=300, verbose_name='empêchement')),
                ('done_at', models.DateTimeField(null=True, verbose_name='lu le')),
                ('kit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='returns', to='wifi_kit.kit')),
            ],
            options={
                'verbose_name': 'retour d’un kit',
                'ordering': ['-at', '-pk'],
            },
        ),
    ]
