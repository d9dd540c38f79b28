"""Where things are: one id space of places, and one operational tree of areas over time (DESIGN.md §2)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from linli.common.db import same


def called(name: str, latin: str) -> str:
    """What an area is called in the language of the page: an area without a Latin name keeps its own in English."""
    return latin if latin and (get_language() or "").startswith("en") else name


class Level(models.IntegerChoices):
    """Levels of the tree; a parent's number is always smaller, so no edit can make a cycle."""

    CITY = 1, "city"
    DISTRICT = 2, "district"
    STREET = 3, "street"
    COMMUNITY = 4, "community"
    GRID = 5, "grid"
    MICRO_GRID = 6, "micro-grid"


class Place(models.Model):
    """Anything a zone, policy, notice, role or gate can point at."""

    class Kind(models.TextChoices):
        AREA = "area"
        ESTATE = "estate"
        BUILDING = "building"
        DWELLING = "dwelling"
        GATE = "gate"
        SITE = "site"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    physical_parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="place_dwelling_stands_in_something",
                condition=~Q(kind="dwelling") | Q(physical_parent__isnull=False),
            ),
            models.CheckConstraint(name="place_not_its_own_parent", condition=~Q(physical_parent=F("id"))),
        ]


class Areas(models.Manager["Area"]):
    """Areas without their outlines: of a district that is more text than of all else that a page says of it."""

    def get_queryset(self) -> models.QuerySet["Area"]:
        """Outlines are read where they are asked for."""
        return super().get_queryset().defer("outline")


class Area(models.Model):
    """One area of the operational tree; what it belongs to stands in AreaParent, because that changes."""

    place = models.OneToOneField(Place, primary_key=True, on_delete=models.PROTECT, related_name="area")
    level = models.SmallIntegerField(choices=Level.choices)
    dedicated = models.BooleanField(default=False, help_text="a dedicated grid (专属网格): not household-based")
    name = models.CharField(max_length=80)
    name_latin = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=12, blank=True, help_text="statutory code, where there is one")
    code_as_of = models.DateField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True, help_text="WGS-84 degrees")
    lat = models.FloatField(null=True, blank=True, help_text="WGS-84 degrees")
    outline = models.JSONField(null=True, blank=True, help_text="GeoJSON geometry, WGS-84")
    outline_estimated = models.BooleanField(default=False)
    desk_phone = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="the number its desk answers, for everybody"
    )

    objects = Areas()

    class Meta:
        indexes = [models.Index(fields=["level"])]
        constraints = [
            models.UniqueConstraint(name="area_place_level", fields=["place", "level"]),
            models.CheckConstraint(
                name="area_lon_and_lat_together",
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
            ),
            models.CheckConstraint(
                name="area_point_on_earth",
                condition=Q(lon__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
            ),
            models.CheckConstraint(name="area_dedicated_is_a_grid", condition=Q(dedicated=False) | Q(level=Level.GRID)),
            models.CheckConstraint(name="area_code_dated", condition=Q(code="", code_as_of__isnull=True) | ~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """Its name in the language of the page."""
        return called(self.name, self.name_latin)


class AreaParent(models.Model):
    """What an area belonged to, when. Both levels are repeated so that the database can compare them."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="parents")
    level = models.SmallIntegerField()
    parent = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="children")
    parent_level = models.SmallIntegerField()
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="area_parent_is_above", condition=Q(parent_level__lt=F("level"))),
            ExclusionConstraint(
                name="area_one_parent_at_a_time",
                expressions=[*same("area_id"), ("during", RangeOperators.OVERLAPS)],
            ),
        ]


class Within(models.Model):
    """The closure of the tree, each area within itself too. Only the action that changes the tree writes here."""

    inner = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="outers", db_index=False)
    outer = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="inners", db_index=False)
    during = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["outer", "inner"]), models.Index(fields=["inner", "outer"])]
        constraints = [
            ExclusionConstraint(
                name="within_once_at_a_time",
                expressions=[*same("inner_id", "outer_id"), ("during", RangeOperators.OVERLAPS)],
            ),
        ]


class Assigned(models.Model):
    """Which buildings and doors a micro-grid holds. A door without a row of its own follows its building."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    micro_grid = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="holds")
    during = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["place"])]
        constraints = [
            ExclusionConstraint(
                name="assigned_one_micro_grid_at_a_time",
                expressions=[*same("place_id"), ("during", RangeOperators.OVERLAPS)],
            ),
        ]


class Estate(models.Model):
    """A walled estate or courtyard (小区, 院落)."""

    place = models.OneToOneField(Place, primary_key=True, on_delete=models.PROTECT, related_name="estate")
    community = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="estates")
    name = models.CharField(max_length=80)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    """A building of an estate, or one that stands alone."""

    place = models.OneToOneField(Place, primary_key=True, on_delete=models.PROTECT, related_name="building")
    estate = models.ForeignKey(Estate, null=True, blank=True, on_delete=models.PROTECT, related_name="buildings")
    name = models.CharField(max_length=40)
    floors = models.SmallIntegerField(default=1)
    units = models.SmallIntegerField(default=1)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class PointSet(models.Model):
    """A point that somebody gave an estate or a building, in WGS-84, with what was known before."""

    id = models.BigAutoField(primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="points_set")
    system = models.CharField(max_length=5, help_text="in which it was said: wgs84, gcj02, bd09")
    lon = models.FloatField()
    lat = models.FloatField()
    before_lon = models.FloatField(null=True, blank=True)
    before_lat = models.FloatField(null=True, blank=True)
    set_by = models.BigIntegerField(null=True, blank=True, help_text="user id; empty: the machine's own terminal")
    set_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="point_set_in_a_known_system", condition=Q(system__in=["wgs84", "gcj02", "bd09"])
            ),
            models.CheckConstraint(
                name="point_set_on_earth", condition=Q(lon__range=(-180, 180), lat__range=(-90, 90))
            ),
            models.CheckConstraint(
                name="point_set_before_lon_and_lat_together",
                condition=Q(before_lon__isnull=True, before_lat__isnull=True)
                | Q(before_lon__isnull=False, before_lat__isnull=False),
            ),
        ]


class Dwelling(models.Model):
    """A door: house first, then person (先房后人)."""

    class State(models.TextChoices):
        OWNER = "owner", "lived in by its owner"
        RENTED = "rented", "rented out"
        VACANT = "vacant", "vacant"
        COMMERCIAL = "commercial", "commercial"
        COLLECTIVE = "collective", "a dormitory or institution"
        UNKNOWN = "unknown", "not known"

    place = models.OneToOneField(Place, primary_key=True, on_delete=models.PROTECT, related_name="dwelling")
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="dwellings")
    unit = models.SmallIntegerField(null=True, blank=True)
    floor = models.SmallIntegerField(null=True, blank=True)
    door = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNKNOWN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="dwelling_door_once", fields=["building", "unit", "door"], nulls_distinct=False
            ),
        ]
