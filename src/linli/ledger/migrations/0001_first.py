import django.db.models.deletion
import linli.common.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0003_same_as'),
        ('places', '0001_first'),
        ('rolls', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sweep',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('doors', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sweep_of_doors', to='rolls.roll')),
                ('persons', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sweep_of_persons', to='rolls.roll')),
            ],
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.UUIDField(default=linli.common.ids.uuid7, primary_key=True, serialize=False)),
                ('result', models.CharField(choices=[('answered', 'Answered'), ('no_answer', 'No Answer'), ('vacant', 'Vacant'), ('refused', 'Refused')], max_length=10)),
                ('how', models.CharField(choices=[('door', 'Door'), ('phone', 'Phone'), ('group', 'group message'), ('neighbour', 'Neighbour'), ('counter', 'came to the counter'), ('self', 'reported by themselves'), ('file', 'from a file')], max_length=10)),
                ('by', models.BigIntegerField(blank=True, help_text='user id of whoever recorded it', null=True)),
                ('device', models.UUIDField(blank=True, null=True)),
                ('happened_at', models.DateTimeField(help_text='by the corrected clock of whoever recorded it')),
                ('clipped', models.BooleanField(default=False, help_text="the device's clock could not be right")),
                ('recorded_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('taken_back_by', models.BigIntegerField(blank=True, null=True)),
                ('dwelling', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='places.place')),
                ('sweep', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='ledger.sweep')),
            ],
        ),
        migrations.CreateModel(
            name='Said',
            fields=[
                ('id', models.UUIDField(default=linli.common.ids.uuid7, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('here', 'Here'), ('exempt', 'Exempt'), ('away', 'confirmed away'), ('refused', 'Refused')], max_length=8)),
                ('spoke', models.BooleanField(default=False, help_text='whether they were the one who answered for the household')),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='said', to='ledger.finding')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='said', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['person'], name='said_of_person')],
                'constraints': [models.UniqueConstraint(fields=('finding', 'person'), name='said_once_of_each_at_a_door'), models.UniqueConstraint(condition=models.Q(('spoke', True)), fields=('finding',), name='said_by_one_of_them'), models.CheckConstraint(condition=models.Q(('spoke', False), ('state__in', ['here', 'refused']), _connector='OR'), name='said_by_who_is_here'), models.CheckConstraint(condition=models.Q(('state__in', ['here', 'exempt', 'away', 'refused'])), name='said_state_known')],
            },
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['dwelling', 'sweep'], name='finding_at_door'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('result__in', ['answered', 'no_answer', 'vacant', 'refused'])), name='finding_result_known'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('result', 'vacant'), _negated=True), ('how__in', ['door', 'neighbour', 'phone', 'file']), _connector='OR'), name='finding_vacant_takes_more_than_silence'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at__isnull', True), ('taken_back_by__isnull', True)), ('taken_back_at__isnull', False), _connector='OR'), name='finding_taken_back_by_somebody'),
        ),
    ]
