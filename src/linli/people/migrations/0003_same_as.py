import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_city'),
    ]

    operations = [
        migrations.CreateModel(
            name='SameAs',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reason', models.CharField(help_text='code of what showed it, as id_no or name_phone_door', max_length=20)),
                ('by', models.BigIntegerField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('undone_by', models.BigIntegerField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_for', to='people.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='same_as', to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('kept')), _negated=True), name='same_as_somebody_else'), models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('person',), name='same_as_one_at_a_time'), models.CheckConstraint(condition=models.Q(('undone_at__isnull', True), ('undone_at__gte', models.F('at')), _connector='OR'), name='same_as_undone_after_it_was_done')],
            },
        ),
    ]
