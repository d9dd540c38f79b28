import django.contrib.postgres.fields
import django.db.models.deletion
import linli.common.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('events', '0001_first'),
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
            name='Arrived',
            fields=[
                ('form', models.UUIDField(help_text='handed out with the empty form', primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
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
        migrations.CreateModel(
            name='ReportForm',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('required_by', models.CharField(help_text='the office that requires it', max_length=80)),
                ('rows', models.CharField(choices=[('person', 'a person'), ('micro_grid', 'a micro-grid'), ('grid', 'a grid')], help_text='what one row of it is about', max_length=10)),
                ('layout', models.JSONField(help_text='how it looks: common.sheets.layout.Layout, without rows')),
                ('made_by', models.BigIntegerField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('removed_by', models.BigIntegerField(blank=True, null=True)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_forms', to='places.area')),
            ],
        ),
        migrations.CreateModel(
            name='ReportFilling',
            fields=[
                ('number', models.CharField(help_text='of the export by which it leaves', max_length=8, primary_key=True, serialize=False)),
                ('filled_at', models.DateTimeField()),
                ('rows', models.IntegerField()),
                ('filled', models.IntegerField(help_text='cells that need no typing')),
                ('masked', models.IntegerField(help_text='cells behind their masks')),
                ('empty', models.IntegerField(help_text='cells that the ledger knows nothing for')),
                ('by_hand', models.IntegerField(help_text='cells of columns that are typed by hand')),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fillings', to='ledger.reportform')),
            ],
        ),
        migrations.CreateModel(
            name='ReportColumn',
            fields=[
                ('pk', models.CompositePrimaryKey('form_id', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('at', models.SmallIntegerField(help_text='from 0, as the spreadsheet has them')),
                ('title', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('field', 'from the ledger'), ('constant', 'the same text in every row'), ('by_hand', 'typed by hand'), ('open', 'not said yet'), ('unlawful', 'may not be kept or handed on')], max_length=8)),
                ('meaning', models.CharField(blank=True, help_text='key of ledger.forms.meanings', max_length=20)),
                ('constant', models.CharField(blank=True, max_length=80)),
                ('form', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='columns', to='ledger.reportform')),
            ],
        ),
        migrations.AddConstraint(
            model_name='reportform',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('area', 'name'), name='report_form_name_once'),
        ),
        migrations.AddConstraint(
            model_name='reportform',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('required_by', ''), _negated=True)), name='report_form_has_a_name_and_an_office'),
        ),
        migrations.AddConstraint(
            model_name='reportform',
            constraint=models.CheckConstraint(condition=models.Q(('rows__in', ['person', 'micro_grid', 'grid'])), name='report_form_rows_known'),
        ),
        migrations.AddConstraint(
            model_name='reportform',
            constraint=models.CheckConstraint(condition=models.Q(('removed_by__isnull', True), ('removed_at__isnull', False), _connector='OR'), name='report_form_removed_at_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='reportfilling',
            constraint=models.CheckConstraint(condition=models.Q(('by_hand__gte', 0), ('empty__gte', 0), ('filled__gte', 0), ('masked__gte', 0), ('rows__gt', 0)), name='report_filling_counts_cells'),
        ),
        migrations.AddConstraint(
            model_name='reportcolumn',
            constraint=models.UniqueConstraint(condition=models.Q(('meaning', ''), _negated=True), fields=('form', 'meaning'), name='report_column_means_it_alone'),
        ),
        migrations.AddConstraint(
            model_name='reportcolumn',
            constraint=models.CheckConstraint(condition=models.Q(('at__gte', 0)), name='report_column_at_a_place'),
        ),
        migrations.AddConstraint(
            model_name='reportcolumn',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('constant', ''), ('kind', 'field'), models.Q(('meaning', ''), _negated=True)), models.Q(('kind', 'constant'), ('meaning', ''), models.Q(('constant', ''), _negated=True)), models.Q(('constant', ''), ('kind__in', ['by_hand', 'open', 'unlawful']), ('meaning', '')), _connector='OR'), name='report_column_says_what_its_kind_says'),
        ),
        migrations.CreateModel(
            name='SelfReport',
            fields=[
                ('id', models.UUIDField(default=linli.common.ids.uuid7, primary_key=True, serialize=False)),
                ('device', models.BinaryField(help_text='digest of a cookie: who may mend it, until it is decided', max_length=32)),
                ('said_index', models.BinaryField(help_text='keyed digest of what was said: sent again it is known', max_length=16)),
                ('asked', models.JSONField(default=dict, help_text="what was needed: code of the need to the duty log's entry")),
                ('said_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.BigIntegerField(blank=True, null=True)),
                ('dwelling', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='self_reports', to='places.place')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='self_reports', to='events.event')),
            ],
        ),
        migrations.CreateModel(
            name='SelfReported',
            fields=[
                ('id', models.UUIDField(default=linli.common.ids.uuid7, primary_key=True, serialize=False)),
                ('n', models.SmallIntegerField(help_text='from 1; the first is whoever wrote')),
                ('name', models.CharField(blank=True, max_length=40)),
                ('phone', models.BinaryField(blank=True, null=True)),
                ('phone_index', models.BinaryField(blank=True, max_length=16, null=True)),
                ('guest', models.BooleanField(default=False, help_text='registered elsewhere, here for a while')),
                ('outcome', models.CharField(blank=True, choices=[('', 'Waits'), ('known', 'somebody who was known'), ('new', 'somebody new'), ('aside', 'set aside')], max_length=5)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='self_reported', to='people.person')),
                ('report', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='people', to='ledger.selfreport')),
            ],
        ),
        migrations.CreateModel(
            name='DoorCode',
            fields=[
                ('id', models.UUIDField(default=linli.common.ids.uuid7, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, help_text='another took its place', null=True)),
                ('dwelling', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='door_codes', to='places.place')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='door_codes', to='events.event')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('dwelling', 'event'), name='door_code_one_that_counts')],
            },
        ),
        migrations.AddIndex(
            model_name='selfreport',
            index=models.Index(condition=models.Q(('decided_at__isnull', True)), fields=['dwelling'], name='self_report_waiting'),
        ),
        migrations.AddConstraint(
            model_name='selfreport',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at__isnull', True)), fields=('dwelling', 'event', 'device'), name='self_report_one_waits_of_each_phone'),
        ),
        migrations.AddConstraint(
            model_name='selfreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='self_report_decided_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='selfreported',
            index=models.Index(condition=models.Q(('phone_index__isnull', False)), fields=['phone_index'], name='self_reported_phone'),
        ),
        migrations.AddConstraint(
            model_name='selfreported',
            constraint=models.UniqueConstraint(fields=('report', 'n'), name='self_reported_in_order'),
        ),
        migrations.AddConstraint(
            model_name='selfreported',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('phone__isnull', True), ('phone_index__isnull', True)), models.Q(('phone__isnull', False), ('phone_index__isnull', False)), _connector='OR'), name='self_reported_phone_and_index_together'),
        ),
        migrations.AddConstraint(
            model_name='selfreported',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('person__isnull', True), models.Q(('name', ''), _negated=True)), models.Q(('name', ''), ('outcome__in', ['known', 'new']), ('person__isnull', False), ('phone__isnull', True)), models.Q(('name', ''), ('outcome', 'aside'), ('person__isnull', True), ('phone__isnull', True)), _connector='OR'), name='self_reported_keeps_nothing_that_stands_elsewhere'),
        ),
    ]
