import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

# Rows go by statements of other rooms, which know nothing of these.
FORGETS = "".join(
    f"ALTER TABLE muster_deployed ADD CONSTRAINT deployed_forgets_{column} FOREIGN KEY ({column}_id)"
    f" REFERENCES {table} (id) ON DELETE SET NULL;"
    for column, table in (
        ("booking", "duty_booking"),
        ("home", "duty_booking"),
        ("instead_of", "muster_deployed"),
    )
)
KEEPS = "".join(
    f"ALTER TABLE muster_deployed DROP CONSTRAINT deployed_forgets_{column};"
    for column in ("booking", "home", "instead_of")
)


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0001_first"),
        ("events", "0001_first"),
        ("muster", "0003_responsibility"),
        ("people", "0003_same_as"),
        ("places", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reinforcement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("heads", models.IntegerField()),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("meet", models.CharField(help_text="where to meet", max_length=120)),
                ("receiver", models.BinaryField(help_text="who receives them, sealed")),
                ("receiver_phone", models.BinaryField()),
                ("bring", models.CharField(blank=True, max_length=200)),
                ("answer_by", models.DateTimeField()),
                ("asked_by", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("ended_by", models.BigIntegerField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "area",
                    models.ForeignKey(
                        help_text="where they are to serve",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.area",
                    ),
                ),
                (
                    "asked_of",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"),
                ),
                (
                    "came_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="upward",
                        to="muster.reinforcement",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reinforcements", to="events.event"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReinforcementSkill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "skill",
                    models.SmallIntegerField(
                        choices=[
                            (0, "medical"),
                            (1, "driver"),
                            (2, "psychologist"),
                            (3, "interpreter"),
                            (4, "security"),
                            (5, "logistics"),
                            (6, "it"),
                            (7, "elder_care"),
                            (8, "child_care"),
                            (9, "cook"),
                            (10, "repair"),
                            (11, "admin"),
                        ]
                    ),
                ),
                ("heads", models.IntegerField()),
                (
                    "reinforcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="skills", to="muster.reinforcement"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnitFree",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "skill",
                    models.SmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "medical"),
                            (1, "driver"),
                            (2, "psychologist"),
                            (3, "interpreter"),
                            (4, "security"),
                            (5, "logistics"),
                            (6, "it"),
                            (7, "elder_care"),
                            (8, "child_care"),
                            (9, "cook"),
                            (10, "repair"),
                            (11, "admin"),
                        ],
                        null=True,
                    ),
                ),
                ("heads", models.IntegerField()),
                ("said_by", models.BigIntegerField()),
                ("said_at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="events.event"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="free", to="people.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnitPlan",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("proposed", "Proposed"),
                            ("published", "Published"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("published_by", models.BigIntegerField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, help_text="error code", max_length=40)),
                ("problem_digest", models.CharField(blank=True, max_length=64)),
                ("objective", models.BigIntegerField(blank=True, null=True)),
                ("bound", models.BigIntegerField(blank=True, null=True)),
                ("summary", models.JSONField(default=dict)),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"),
                ),
                (
                    "event",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="events.event"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("heads", models.IntegerField()),
                (
                    "committed",
                    models.IntegerField(default=0, help_text="how many the unit sends: as many as it has named"),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("committed", "Committed"),
                            ("declined", "Declined"),
                            ("offered", "Offered"),
                            ("ended", "Ended"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("offered", models.BooleanField(default=False, help_text="the unit said so unasked")),
                ("reason", models.CharField(blank=True, help_text="why a unit declines", max_length=120)),
                ("asked_by", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("answered_by", models.BigIntegerField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="events.event"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="people.organisation"
                    ),
                ),
                (
                    "reinforcement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="muster.reinforcement",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="muster.unitplan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnitPlanLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "skill",
                    models.SmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "medical"),
                            (1, "driver"),
                            (2, "psychologist"),
                            (3, "interpreter"),
                            (4, "security"),
                            (5, "logistics"),
                            (6, "it"),
                            (7, "elder_care"),
                            (8, "child_care"),
                            (9, "cook"),
                            (10, "repair"),
                            (11, "admin"),
                        ],
                        null=True,
                    ),
                ),
                ("heads", models.IntegerField()),
                ("minutes", models.IntegerField(help_text="of travel, for one person")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "Open"), ("published", "Published"), ("overtaken", "Overtaken")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="muster.unitplan"
                    ),
                ),
                (
                    "reinforcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="muster.reinforcement"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CallSkill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "skill",
                    models.SmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "medical"),
                            (1, "driver"),
                            (2, "psychologist"),
                            (3, "interpreter"),
                            (4, "security"),
                            (5, "logistics"),
                            (6, "it"),
                            (7, "elder_care"),
                            (8, "child_care"),
                            (9, "cook"),
                            (10, "repair"),
                            (11, "admin"),
                        ],
                        null=True,
                    ),
                ),
                ("heads", models.IntegerField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="skills", to="muster.call"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("call", "skill"), name="call_skill_once", nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(("heads__gt", 0)), name="call_skill_some"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deployed",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("skills", models.IntegerField(default=0, help_text="bits of Skill")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("listed", "Listed"),
                            ("arrived", "Arrived"),
                            ("released", "Released"),
                            ("off", "taken off the list"),
                        ],
                        default="listed",
                        max_length=10,
                    ),
                ),
                ("listed_by", models.BigIntegerField()),
                ("listed_at", models.DateTimeField()),
                ("arrived_by", models.BigIntegerField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(blank=True, null=True)),
                ("left_by", models.BigIntegerField(blank=True, null=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="duty.booking",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="muster.call"
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="the placement at home that goes on afterwards",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="duty.booking",
                    ),
                ),
                (
                    "instead_of",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="muster.deployed",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deployments", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("skills__gte", 0), ("skills__lt", 4096)), name="deployed_skills_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False), ("during__lower_inf", False), ("during__upper_inf", False)
                        ),
                        name="deployed_has_two_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("arrived_at__isnull", False), ("state__in", ["arrived", "released"])),
                            models.Q(("arrived_at__isnull", True), ("state__in", ["listed", "off"])),
                            _connector="OR",
                        ),
                        name="deployed_arrived_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("left_at__isnull", False), ("state__in", ["released", "off"])),
                            models.Q(("left_at__isnull", True), ("state__in", ["listed", "arrived"])),
                            _connector="OR",
                        ),
                        name="deployed_left_at_a_moment",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ["listed", "arrived"])),
                        expressions=[
                            (
                                models.Func(
                                    models.F("person_id"),
                                    models.F("person_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            ("during", "&&"),
                        ],
                        name="deployed_by_one_unit_at_a_time",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="reinforcement",
            index=models.Index(fields=["event", "asked_of"], name="muster_rein_event_i_1d1b01_idx"),
        ),
        migrations.AddIndex(
            model_name="reinforcement",
            index=models.Index(fields=["event", "area"], name="muster_rein_event_i_49c1c8_idx"),
        ),
        migrations.AddConstraint(
            model_name="reinforcement",
            constraint=models.CheckConstraint(condition=models.Q(("heads__gt", 0)), name="reinforcement_some"),
        ),
        migrations.AddConstraint(
            model_name="reinforcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("area", models.F("asked_of")), _negated=True), name="reinforcement_asks_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="reinforcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("during__isempty", False), ("during__lower_inf", False), ("during__upper_inf", False)
                ),
                name="reinforcement_has_two_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="reinforcement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("came_from",), name="reinforcement_upward_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reinforcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="reinforcement_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="reinforcementskill",
            constraint=models.UniqueConstraint(fields=("reinforcement", "skill"), name="reinforcement_skill_once"),
        ),
        migrations.AddConstraint(
            model_name="reinforcementskill",
            constraint=models.CheckConstraint(condition=models.Q(("heads__gt", 0)), name="reinforcement_skill_some"),
        ),
        migrations.AddConstraint(
            model_name="unitfree",
            constraint=models.UniqueConstraint(
                fields=("event", "organisation", "skill"), name="unit_free_once_a_skill", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="unitfree",
            constraint=models.CheckConstraint(condition=models.Q(("heads__gt", 0)), name="unit_free_some"),
        ),
        migrations.AddConstraint(
            model_name="unitplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "running"])),
                fields=("event", "area"),
                name="unit_plan_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="unit_plan_published_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["organisation", "event"], name="muster_call_organis_f02d50_idx"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(condition=models.Q(("heads__gt", 0)), name="call_some"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("during__isempty", False), ("during__lower_inf", False), ("during__upper_inf", False)
                ),
                name="call_has_two_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("committed__gte", 0), ("committed__lte", models.F("heads"))),
                name="call_commits_no_more_than_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "committed"), _negated=True), ("committed__gt", 0), _connector="OR"
                ),
                name="call_commits_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "offered"), _negated=True),
                    models.Q(("offered", True), ("reinforcement__isnull", True)),
                    _connector="OR",
                ),
                name="call_offer_has_no_request_yet",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("offered", True), ("reinforcement__isnull", False), _connector="OR"),
                name="call_of_a_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), models.Q(("reason", ""), _negated=True)),
                    models.Q(models.Q(("state", "declined"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="call_declined_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitplanline",
            constraint=models.UniqueConstraint(
                fields=("plan", "reinforcement", "organisation", "skill"),
                name="unit_plan_line_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="unitplanline",
            constraint=models.CheckConstraint(condition=models.Q(("heads__gt", 0)), name="unit_plan_line_some"),
        ),
        migrations.RunSQL(FORGETS, KEEPS),
    ]
