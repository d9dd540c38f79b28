import django.db.models.deletion
from django.db import migrations, models


# Parts by list: one for all small rolls of an event, one for each large roll (rolls/parts.py). No foreign keys to
# persons and doors: a roll may hold 21 million, and whoever stands in it is locked before.
STANDINGS = """
CREATE TABLE rolls_standing (
    subject bigint NOT NULL,
    roll_id bigint NOT NULL,
    part integer NOT NULL,
    micro_grid bigint NOT NULL,
    state smallint NOT NULL CHECK (state BETWEEN 0 AND 5 OR state BETWEEN 11 AND 15),
    owner bigint,
    PRIMARY KEY (subject, roll_id, part)
) PARTITION BY LIST (part);
CREATE INDEX rolls_standing_in_micro_grid ON rolls_standing (roll_id, micro_grid, state);
CREATE SEQUENCE rolls_standingchange_id;
CREATE TABLE rolls_standingchange (
    id bigint NOT NULL DEFAULT nextval('rolls_standingchange_id'),
    part integer NOT NULL,
    roll_id bigint NOT NULL,
    subject bigint NOT NULL,
    state_from smallint,
    state_to smallint NOT NULL,
    micro_grid_from bigint,
    micro_grid_to bigint NOT NULL,
    cause smallint NOT NULL,
    fact uuid,
    happened_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (id, part),
    CHECK ((state_from IS NULL) = (micro_grid_from IS NULL))
) PARTITION BY LIST (part);
CREATE INDEX rolls_standingchange_subject ON rolls_standingchange (subject, roll_id);
CREATE INDEX rolls_standingchange_recorded ON rolls_standingchange (roll_id, recorded_at);
CREATE INDEX rolls_standingchange_transaction ON rolls_standingchange (roll_id, transaction);
"""
# What ``moving.apply`` does for whoever is erased, for a restored backup that must forget them before anybody opens it
# (custody/destroyed.py). 23 is Cause.ERASED, 0 State.WITHDRAWN.
FORGET = """
CREATE FUNCTION rolls_forget(whom bigint[]) RETURNS void LANGUAGE sql SET search_path = public AS $$
INSERT INTO rolls_missed (roll_id, subject)
SELECT r.id, unnest(whom) FROM rolls_roll r WHERE r.of = 'persons' AND r.ready_at IS NULL;
WITH stood AS (
    SELECT s.subject, s.roll_id, s.part, s.micro_grid, s.state FROM rolls_roll r
    JOIN rolls_standing s ON s.roll_id = r.id AND s.part = r.part AND s.subject = ANY (whom) AND s.state <> 0
    WHERE r.of = 'persons' AND r.ready_at IS NOT NULL AND r.closed_at IS NULL FOR UPDATE OF s),
withdrawn AS (
    UPDATE rolls_standing s SET state = 0 FROM stood o
    WHERE s.part = o.part AND s.roll_id = o.roll_id AND s.subject = o.subject),
written AS (
    INSERT INTO rolls_standingchange
        (part, roll_id, subject, state_from, state_to, micro_grid_from, micro_grid_to, cause, happened_at, recorded_at)
    SELECT part, roll_id, subject, state, 0, micro_grid, micro_grid, 23, now(), now() FROM stood)
UPDATE rolls_counter c
SET s0 = c.s0 + n.n, s1 = c.s1 - n.n1, s2 = c.s2 - n.n2, s3 = c.s3 - n.n3, s4 = c.s4 - n.n4, s5 = c.s5 - n.n5
FROM (SELECT roll_id, micro_grid, count(*) AS n, count(*) FILTER (WHERE state = 1) AS n1,
        count(*) FILTER (WHERE state = 2) AS n2, count(*) FILTER (WHERE state = 3) AS n3,
        count(*) FILTER (WHERE state = 4) AS n4, count(*) FILTER (WHERE state = 5) AS n5
      FROM stood GROUP BY roll_id, micro_grid) n
WHERE c.roll_id = n.roll_id AND c.micro_grid = n.micro_grid
$$
"""
NO_FORGET = "DROP FUNCTION rolls_forget(bigint[])"
NO_STANDINGS = "DROP TABLE rolls_standing, rolls_standingchange; DROP SEQUENCE rolls_standingchange_id"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('events', '0001_first'),
        ('places', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Roll',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('of', models.CharField(choices=[('persons', 'Persons'), ('doors', 'Doors')], max_length=8)),
                ('question', models.CharField(help_text='code of what is asked, as sweep or sampled', max_length=20)),
                ('part', models.IntegerField(help_text="which part of the tables holds it: minus the event's id, or its own id")),
                ('opened_by', models.BigIntegerField(blank=True, null=True)),
                ('opened_at', models.DateTimeField()),
                ('ready_at', models.DateTimeField(blank=True, help_text='since when everybody due stands in it', null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.BigIntegerField(blank=True, null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rolls', to='places.area')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rolls', to='events.event')),
            ],
        ),
        migrations.CreateModel(
            name='Missed',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subject', models.BigIntegerField()),
                ('roll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='missed', to='rolls.roll')),
            ],
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('pk', models.CompositePrimaryKey('roll_id', 'micro_grid', blank=True, editable=False, primary_key=True, serialize=False)),
                ('micro_grid', models.BigIntegerField()),
                ('s0', models.IntegerField(default=0)),
                ('s1', models.IntegerField(default=0)),
                ('s2', models.IntegerField(default=0)),
                ('s3', models.IntegerField(default=0)),
                ('s4', models.IntegerField(default=0)),
                ('s5', models.IntegerField(default=0)),
                ('roll', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='counters', to='rolls.roll')),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(STANDINGS, NO_STANDINGS)],
            state_operations=[
                migrations.CreateModel(
                    name='Standing',
                    fields=[
                        ('pk', models.CompositePrimaryKey('subject', 'roll_id', 'part', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('subject', models.BigIntegerField(help_text="a person or a door, by the roll's kind")),
                        ('part', models.IntegerField()),
                        ('micro_grid', models.BigIntegerField()),
                        ('state', models.SmallIntegerField(choices=[(0, 'withdrawn'), (1, 'done'), (2, 'exempt'), (3, 'confirmed away'), (4, 'refused'), (5, 'not reached'), (11, 'answered'), (12, 'confirmed vacant'), (13, 'refused at the door'), (14, 'no answer'), (15, 'not yet visited')])),
                        ('owner', models.BigIntegerField(blank=True, help_text="user named for it; else the grid's worker", null=True)),
                        ('roll', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='rolls.roll')),
                    ],
                ),
                migrations.CreateModel(
                    name='StandingChange',
                    fields=[
                        ('pk', models.CompositePrimaryKey('id', 'part', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('id', models.BigIntegerField(help_text='from the sequence of the table, over all parts')),
                        ('part', models.IntegerField()),
                        ('subject', models.BigIntegerField()),
                        ('state_from', models.SmallIntegerField(blank=True, help_text='empty: not in the roll before', null=True)),
                        ('state_to', models.SmallIntegerField()),
                        ('micro_grid_from', models.BigIntegerField(blank=True, null=True)),
                        ('micro_grid_to', models.BigIntegerField()),
                        ('cause', models.SmallIntegerField(choices=[(1, 'a fact'), (2, 'a fact was taken back'), (3, 'moved inside the roll'), (10, 'found'), (11, 'moved in'), (12, 'no duplicate after all'), (20, 'duplicate'), (21, 'died'), (22, 'moved out'), (23, 'erased by right')])),
                        ('fact', models.UUIDField(blank=True, help_text='what made it so, in the room that keeps it', null=True)),
                        ('happened_at', models.DateTimeField()),
                        ('recorded_at', models.DateTimeField()),
                        ('transaction', models.TextField(help_text='id of the transaction, to leave out what a figure had not seen')),
                        ('roll', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='rolls.roll')),
                    ],
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='roll',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['area'], name='roll_open'),
        ),
        migrations.AddConstraint(
            model_name='roll',
            constraint=models.CheckConstraint(condition=models.Q(('of__in', ['persons', 'doors'])), name='roll_of_persons_or_doors'),
        ),
        migrations.AddConstraint(
            model_name='roll',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('ready_at__isnull', False), _connector='OR'), name='roll_ready_before_it_closes'),
        ),
        migrations.AddConstraint(
            model_name='roll',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('event', 'area', 'of', 'question'), name='roll_one_open_for_a_question'),
        ),
        migrations.AddConstraint(
            model_name='counter',
            constraint=models.CheckConstraint(condition=models.Q(('s0__gte', 0), ('s1__gte', 0), ('s2__gte', 0), ('s3__gte', 0), ('s4__gte', 0), ('s5__gte', 0)), name='counter_never_below_zero'),
        ),
        migrations.RunSQL(FORGET, NO_FORGET),
    ]
