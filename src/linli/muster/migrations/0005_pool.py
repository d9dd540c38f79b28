from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_first'),
        ('muster', '0004_units'),
        ('places', '0001_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='allocation',
            name='pool',
            field=models.CharField(choices=[('residents', 'who signed up where they live'), ('units', 'who arrived from work units')], default='residents', max_length=9),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'place'), ('pool', 'residents'), _connector='OR'), name='allocation_repairs_residents'),
        ),
    ]
