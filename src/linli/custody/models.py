"""The sealed trail, counters of what was asked too often, what waits for a decision, and files that leave."""

import os
from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.common.ids import uuid7

SALT_BYTES = 16


def told(at: datetime) -> str:
    """A moment as the digests hold it: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def fresh_salt() -> bytes:
    """Randomness for one leaf, so that nobody can guess an entry from its digest."""
    return os.urandom(SALT_BYTES)


class Seal(models.Model):
    """One link of the chain: the Merkle root of some entries, and the digest of everything before it.

    A link stays for ever; its entries go together once their time is over, and the link then says since when.
    """

    id = models.BigAutoField(primary_key=True)
    leaves = models.IntegerField()
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    chained = models.BinaryField(max_length=32, unique=True)
    sealed_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="since when its entries are deleted")

    class Meta:
        indexes = [
            models.Index(name="seal_not_forgotten", fields=["sealed_at"], condition=Q(forgotten_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(name="seal_covers_something", condition=Q(leaves__gt=0)),
            # Each link is followed by one: two sealers at once cannot fork the chain.
            models.UniqueConstraint(name="seal_chain_does_not_fork", fields=["previous"]),
        ]


class TrailEntry(models.Model):
    """Who did or saw what, when: ids and reason codes, never contents. Written once, by the action itself.

    The database refuses to change or delete a row, with two exceptions: the sealer fills in `seal`, `leaf` and
    `digest` where they are still empty, and the entries of a forgotten link are deleted.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    user = models.BigIntegerField(null=True, blank=True)
    person = models.BigIntegerField(null=True, blank=True)
    device = models.UUIDField(null=True, blank=True)
    subject = models.CharField(max_length=80)
    area = models.BigIntegerField(null=True, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=SALT_BYTES, default=fresh_salt)
    seal = models.ForeignKey(
        Seal, null=True, blank=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    leaf = models.IntegerField(null=True, blank=True, help_text="position under its seal, from 0")
    digest = models.BinaryField(
        max_length=32,
        null=True,
        blank=True,
        help_text="as it was sealed: tells which entry was altered, proves nothing",
    )

    class Meta:
        indexes = [
            models.Index(name="trail_unsealed", fields=["id"], condition=Q(seal__isnull=True)),
            models.Index(name="trail_of_subject", fields=["subject", "id"]),
            models.Index(name="trail_of_user", fields=["user", "happened_at"], condition=Q(user__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(name="trail_leaf_once", fields=["seal", "leaf"]),
            models.CheckConstraint(
                name="trail_seal_leaf_and_digest_together",
                condition=Q(seal__isnull=True, leaf__isnull=True, digest__isnull=True)
                | Q(seal__isnull=False, leaf__isnull=False, digest__isnull=False),
            ),
        ]

    def as_sealed(self) -> dict[str, object]:
        """What a seal covers of it, as JSON keeps it."""
        return {
            "id": self.pk,
            "kind": self.kind,
            "user": self.user,
            "person": self.person,
            "device": str(self.device) if self.device else None,
            "subject": self.subject,
            "area": self.area,
            "happened_at": told(self.happened_at),
            "recorded_at": told(self.recorded_at),
            "facts": self.facts,
        }


class Spent(models.Model):
    """How often something was asked in one window of time. The bucket is a keyed digest: no address is stored."""

    bucket = models.BinaryField(max_length=16)
    window = models.BigIntegerField(help_text="number of the window since 1970")
    count = models.IntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="spent_once_a_window", fields=["bucket", "window"])]


class Held(models.Model):
    """What an account looked through and has not decided about: declared fields only, sealed, an hour at most."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    user = models.BigIntegerField()
    what = models.CharField(max_length=20)
    area = models.BigIntegerField(null=True, blank=True)
    content = models.BinaryField()
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(name="held_by_whom", fields=["user", "what"])]


class Heading(models.Model):
    """What a column of offices' own lists is: said once by who loaded such a list; the trail tells who."""

    id = models.BigAutoField(primary_key=True)
    template = models.CharField(max_length=20)
    heading = models.CharField(max_length=40, help_text="folded, as titles are compared")
    column = models.CharField(max_length=20, blank=True, help_text="key of ours; empty: none of ours")

    class Meta:
        constraints = [models.UniqueConstraint(name="heading_means_one_thing", fields=["template", "heading"])]


class Export(models.Model):
    """A file of people that somebody asked for: why, which columns, how many, and who else stands behind it.

    Areas, events and accounts are bare ids: custody stands below the rooms that know them.
    """

    class Purpose(models.TextChoices):
        """Why a list leaves: one tap, no free text. In words: ``export.PURPOSE_WORDS``."""

        CALL = "call"
        PAPER = "paper"
        SHIFT = "shift"
        VISIT = "visit"
        COMPARE = "compare"
        REPORT = "report"

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=8, unique=True, help_text="stands in the file: who holds one can be asked")
    what = models.CharField(max_length=20, help_text="which list; a code of the room that offers it")
    part = models.CharField(max_length=20, blank=True, help_text="which part of the list, by its own code")
    area = models.BigIntegerField()
    above = ArrayField(models.BigIntegerField(), help_text="the area and all it lies in, as it was asked for")
    event = models.BigIntegerField(null=True, blank=True)
    sheet = models.BooleanField(default=False, help_text="a numbered sheet of paper, not a list")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    columns = ArrayField(models.CharField(max_length=20))
    in_full = ArrayField(models.CharField(max_length=20), default=list, help_text="of those, the ones without mask")
    rows = models.IntegerField()
    people = models.IntegerField(help_text="distinct people in this file")
    people_lately = models.IntegerField(help_text="in all files of this account that could be had within 24 hours")
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    needs_second = models.BooleanField()
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    first_taken_at = models.DateTimeField(null=True, blank=True)
    last_taken_at = models.DateTimeField(null=True, blank=True)
    taken = models.IntegerField(default=0, help_text="how often it was downloaded")

    class Meta:
        indexes = [models.Index(name="export_of_whom", fields=["asked_by", "asked_at"])]
        constraints = [
            models.CheckConstraint(
                name="export_decided_by_somebody_else",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, confirmed__isnull=True)
                | Q(needs_second=True, decided_by__isnull=False, decided_at__isnull=False, confirmed__isnull=False)
                & ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="export_taken_only_once_it_may_leave",
                condition=Q(taken=0, first_taken_at__isnull=True, last_taken_at__isnull=True)
                | (Q(needs_second=False) | Q(confirmed__isnull=False, confirmed=True))
                & Q(taken__gt=0, first_taken_at__isnull=False, last_taken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="export_expires_later_and_holds_somebody",  # a sheet may have doors alone, a form numbers
                condition=Q(expires_at__gt=F("asked_at"), rows__gt=0)
                & (Q(people__gt=0) | Q(sheet=True) | Q(purpose="report")),
            ),
        ]


class ExportRows(models.Model):
    """What a file holds until it expires: the rows as they were asked for, sealed."""

    export = models.OneToOneField(Export, primary_key=True, on_delete=models.CASCADE, related_name="content")
    sealed = models.BinaryField()


class ExportedPerson(models.Model):
    """That somebody is in a file: a subject as the trail names it, once a file. Two columns, because a file may hold
    five thousand; the digest of them all stands in the file's sealed entry of the trail."""

    pk = models.CompositePrimaryKey("export_id", "subject")
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="of", db_index=False)
    subject = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(name="exported_subject", fields=["subject"])]
