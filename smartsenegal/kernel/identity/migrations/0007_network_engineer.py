from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0006_accountants'),
    ]

    operations = [
        migrations.AlterField(
            model_name='roleassignment',
            name='role',
            field=models.CharField(choices=[('adviser', 'Conseiller'), ('officer', 'Agent instructeur'), ('signatory', 'Signataire'), ('cashier', 'Caissier'), ('accountant', 'Agent comptable'), ('procedure_owner', 'Responsable de démarche'), ('inspector', 'Inspecteur'), ('network_engineer', 'Ingénieur réseau'), ('administrator', 'Administrateur')], max_length=20, verbose_name='rôle'),
        ),
    ]
