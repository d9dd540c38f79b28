"""Who there is: bare persons, what identifies them by holder, and where they are counted over time."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from linli.places.models import Area, Place

REGISTER = -1
SERVICE = -2


class Skill(models.IntegerChoices):
    """Bits of a volunteer's skill mask, in the order PLANNING.md fixes for instances."""

    MEDICAL = 0, "medical"
    DRIVER = 1, "driver"
    PSYCHOLOGIST = 2, "psychologist"
    INTERPRETER = 3, "interpreter"
    SECURITY = 4, "security"
    LOGISTICS = 5, "logistics"
    IT = 6, "it"
    ELDER_CARE = 7, "elder_care"
    CHILD_CARE = 8, "child_care"
    COOK = 9, "cook"
    REPAIR = 10, "repair"
    ADMIN = 11, "admin"


class Need(models.IntegerChoices):
    """Bits of a person's mask of needs: a closed list, the same as a pack's and as the city format's."""

    ELDER_ALONE = 0, "elder_alone"
    DISABLED = 1, "disabled"
    CARE_DEPENDENT = 2, "care_dependent"
    PREGNANT = 3, "pregnant"
    DIALYSIS = 4, "dialysis"
    CHEMO = 5, "chemo"
    UNDER3 = 6, "under3"
    CONTACT_DAILY = 7, "contact_daily"
    CONTACT_REGULAR = 8, "contact_regular"


class Household(models.Model):
    """People who live together behind a door, or a collective household (dormitory, institution)."""

    class Kind(models.TextChoices):
        FAMILY = "family"
        COLLECTIVE = "collective"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FAMILY)
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="households")


class Person(models.Model):
    """A bare id, and where the newest stay counts it. A move locks this row first (DESIGN.md §2)."""

    id = models.BigAutoField(primary_key=True)
    counted_in = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="counted")
    counted_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_counted_somewhere_has_a_since",
                condition=Q(counted_in__isnull=True) | Q(counted_since__isnull=False),
            )
        ]


class Identity(models.Model):
    """What identifies a person, as one holder keeps it: the register, the service, or event n.

    List-partitioned by holder in the database, so that ending an event drops its partition.
    """

    pk = models.CompositePrimaryKey("person_id", "holder")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identities", db_index=False)
    holder = models.IntegerField(help_text="-1 the standing register, -2 the service, n an event")
    name = models.CharField(max_length=40, blank=True)
    name_key = models.CharField(max_length=80, blank=True, help_text="pinyin, for sorting")
    sex = models.CharField(max_length=1, blank=True, choices=[("f", "female"), ("m", "male")])
    born = models.DateField(null=True, blank=True)
    id_no = models.BinaryField(null=True, blank=True)
    id_index = models.BinaryField(null=True, blank=True, max_length=16)
    phone = models.BinaryField(null=True, blank=True)
    phone_index = models.BinaryField(null=True, blank=True, max_length=16)
    phone_tail = models.BinaryField(null=True, blank=True, max_length=8, help_text="blind index of the last digits")
    needs = models.IntegerField(default=0, help_text="bits of Need")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="identity_id_no_and_index_together",
                condition=Q(id_no__isnull=True, id_index__isnull=True) | Q(id_no__isnull=False, id_index__isnull=False),
            ),
            models.CheckConstraint(
                name="identity_phone_and_index_together",
                condition=Q(phone__isnull=True, phone_index__isnull=True, phone_tail__isnull=True)
                | Q(phone__isnull=False, phone_index__isnull=False, phone_tail__isnull=False),
            ),
            models.CheckConstraint(name="identity_holder_known", condition=Q(holder__gte=REGISTER - 1) & ~Q(holder=0)),
        ]


class Stay(models.Model):
    """Where a person is counted from a moment on; a row is a move and ends where the next begins."""

    class Kind(models.TextChoices):
        HOME = "home"
        GUEST = "guest"
        HOSPITAL = "hospital"
        SCHOOL = "school"
        QUARANTINE = "quarantine"
        AWAY = "away"
        GONE = "gone", "moved out or died"

    pk = models.CompositePrimaryKey("person_id", "since")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stays", db_index=False)
    since = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.HOME)
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.PROTECT, related_name="stays")
    home = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    counted_in = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stay_absence_is_counted_nowhere",
                condition=Q(kind__in=["away", "gone"], counted_in__isnull=True)
                | (~Q(kind__in=["away", "gone"]) & Q(counted_in__isnull=False)),
            )
        ]


class SameAs(models.Model):
    """Somebody was known twice. Nothing is pointed anew: `person` stands for `kept` until it is undone."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="same_as", db_index=False)
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stands_for")
    reason = models.CharField(max_length=20, help_text="code of what showed it, as id_no or name_phone_door")
    by = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    undone_by = models.BigIntegerField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="same_as_somebody_else", condition=~Q(person=F("kept"))),
            models.UniqueConstraint(
                name="same_as_one_at_a_time", fields=["person"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(
                name="same_as_undone_after_it_was_done", condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("at"))
            ),
        ]


class Organisation(models.Model):
    """A work unit (单位), a department or a team's home; organisations form a tree."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="organisations")
    desk_phone = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="of its office, for whoever asks it for people"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_not_its_own_parent", condition=~Q(parent=F("id"))),
            models.UniqueConstraint(name="organisation_name_once", fields=["area", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class Volunteer(models.Model):
    """Somebody who serves: skills, hours they can serve, and where they live. Never why they cannot."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="volunteer")
    skills = models.IntegerField(default=0, help_text="bits of Skill")
    lives_at = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="volunteers")
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="volunteers")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    only_inside = models.BooleanField(default=False, help_text="may serve only inside their own estate")

    class Meta:
        constraints = [
            models.CheckConstraint(name="volunteer_skills_known", condition=Q(skills__gte=0, skills__lt=1 << 12))
        ]


class Unavailable(models.Model):
    """A period in which a volunteer cannot serve. No reason is asked or stored."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="unavailable")
    during = DateTimeRangeField()


class Load(models.Model):
    """A file of people that was taken: on which basis it is kept, who answers for it, when that is looked at again.

    What is kept for an event goes with it and needs no more words. A standing list is reviewed until a review says that
    it is no longer needed; the newest review stands here, every one in the trail.
    """

    id = models.BigAutoField(primary_key=True)
    template = models.CharField(max_length=20)
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="loads")
    holder = models.IntegerField(help_text="as of Identity: who keeps what was loaded")
    owner = models.CharField(max_length=80, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    review_by = models.DateField(null=True, blank=True)
    people = models.IntegerField(help_text="how many were new")
    loaded_by = models.BigIntegerField(null=True, blank=True)
    loaded_at = models.DateTimeField()
    reviewed_by = models.BigIntegerField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="since when it is no longer needed")

    class Meta:
        indexes = [models.Index(name="load_by_review", fields=["community", "review_by"])]
        constraints = [
            models.CheckConstraint(
                name="load_standing_says_why_and_until_when",
                condition=Q(holder__gt=0, owner="", legal_basis="", review_by__isnull=True)
                | Q(holder__lt=0, review_by__isnull=False) & ~Q(owner="") & ~Q(legal_basis=""),
            ),
            models.CheckConstraint(
                name="load_reviewed_only_where_standing",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(holder__lt=0, reviewed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="load_ended_by_a_review",
                condition=Q(ended_at__isnull=True) | Q(reviewed_at__isnull=False, reviewed_at=F("ended_at")),
            ),
        ]


class City(models.Model):
    """What this installation carries; one row. A synthetic city is marked everywhere; a real one has no name here."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=40)
    size = models.CharField(max_length=20, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    synthetic = models.BooleanField()
    digest = models.CharField(max_length=64, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="city_only_one", condition=Q(id=1))]
