import django.contrib.postgres.fields
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
        migrations.CreateModel(
            name='MoveProposed',
            fields=[
                ('id', models.UUIDField(default=linli.common.ids.uuid7, primary_key=True, serialize=False)),
                ('what', models.CharField(choices=[('door', 'moved to another door'), ('guest', 'a guest behind a door for a while'), ('hospital', 'Hospital'), ('school', 'School'), ('quarantine', 'Quarantine'), ('away', 'Away'), ('back', 'back home'), ('out', 'moved out'), ('died', 'Died')], max_length=10)),
                ('joins', models.BooleanField(default=True, help_text='joins the household behind the door, or makes a new one')),
                ('since', models.DateTimeField()),
                ('by', models.BigIntegerField(blank=True, null=True)),
                ('proposed_at', models.DateTimeField()),
                ('taken', models.BooleanField(blank=True, help_text='whether the desk took it; empty: it waits', null=True)),
                ('decided_by', models.BigIntegerField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('counted_in', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('dwelling', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves_proposed', to='people.person')),
                ('seat', models.ForeignKey(db_index=False, help_text='the micro-grid of their home then, whose desk decides', on_delete=django.db.models.deletion.PROTECT, related_name='moves_proposed', to='places.area')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('taken__isnull', True)), fields=['seat'], name='move_proposed_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('taken__isnull', True)), models.Q(('decided_at__isnull', False), ('taken__isnull', False)), _connector='OR'), name='move_proposed_decided_at_a_moment'), models.CheckConstraint(condition=models.Q(models.Q(('dwelling__isnull', False), ('what__in', ['door', 'guest'])), models.Q(models.Q(('what__in', ['door', 'guest']), _negated=True), ('dwelling__isnull', True)), _connector='OR'), name='move_proposed_behind_a_door')],
            },
        ),
        migrations.CreateModel(
            name='Apart',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('by', models.BigIntegerField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('higher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='apart_from', to='people.person')),
                ('lower', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('lower__lt', models.F('higher'))), name='apart_lower_first'), models.UniqueConstraint(fields=('lower', 'higher'), name='apart_once')],
            },
        ),
        migrations.CreateModel(
            name='PaperSheet',
            fields=[
                ('number', models.CharField(help_text='of the export by which it left', max_length=8, primary_key=True, serialize=False)),
                ('asked_by', models.BigIntegerField(help_text='user id of whoever asked for it')),
                ('asked_at', models.DateTimeField()),
                ('printed_at', models.DateTimeField(blank=True, help_text='when it left first; empty: it never did', null=True)),
                ('fate', models.CharField(blank=True, choices=[('returned', 'Returned'), ('destroyed', 'Destroyed')], max_length=9)),
                ('fate_at', models.DateTimeField(blank=True, null=True)),
                ('fate_by', models.BigIntegerField(blank=True, null=True)),
                ('micro_grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='places.area')),
                ('sweep', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='ledger.sweep')),
            ],
            options={
                'indexes': [models.Index(fields=['micro_grid', 'asked_at'], name='sheet_of_micro_grid')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('fate', ''), ('fate_at__isnull', True), ('fate_by__isnull', True)), models.Q(('fate__in', ['returned', 'destroyed']), ('fate_at__isnull', False), ('printed_at__isnull', False)), _connector='OR'), name='sheet_fate_of_what_was_printed')],
            },
        ),
        migrations.CreateModel(
            name='PaperLine',
            fields=[
                ('pk', models.CompositePrimaryKey('sheet_id', 'n', blank=True, editable=False, primary_key=True, serialize=False)),
                ('n', models.SmallIntegerField(help_text='from 1, in walking order')),
                ('persons', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('building', models.ForeignKey(blank=True, help_text='of a blank line', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.building')),
                ('dwelling', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paper_lines', to='places.place')),
                ('sheet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='ledger.papersheet')),
            ],
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
        migrations.AddConstraint(
            model_name='paperline',
            constraint=models.CheckConstraint(condition=models.Q(('dwelling__isnull', False), ('building__isnull', False), _connector='OR'), name='paper_line_of_a_door_or_blank'),
        ),
    ]
