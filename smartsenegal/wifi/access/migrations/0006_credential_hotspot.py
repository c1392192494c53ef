from django.db import migrations, models

# Vouchers made for one place served everywhere to who gave them to a gateway instead of the portal.
_OF_THEIR_BATCH = """
    UPDATE wifi_access_credential c SET hotspot = b.hotspot_id FROM wifi_access_voucherbatch b
    WHERE c.batch_id = b.id AND b.hotspot_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("wifi_access", "0005_rosters")]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="hotspot",
            field=models.IntegerField(blank=True, null=True, verbose_name="point Wi-Fi"),
        ),
        migrations.RunSQL(_OF_THEIR_BATCH, migrations.RunSQL.noop),
    ]
