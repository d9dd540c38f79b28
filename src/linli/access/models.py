"""Who signs in, what they were granted over which area, and how their devices and programs prove it.

A person and a place are bare ids here: `people` stands above this room, and a role outlives neither question.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.common.clock import now
from linli.common.ids import uuid7

DIGEST_BYTES = 32
_OVER_AN_AREA = (
    "leader",
    "grid_worker",
    "keeper",
    "liaison",
    "community_desk",
    "street",
    "district",
    "city",
    "press",
)


class UserManager(BaseUserManager["User"]):
    """Finds accounts by name; they are made by ``actions.create_staff``."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account that signs in with a password and a second factor. No e-mail and no phone is asked."""

    id = models.BigAutoField(primary_key=True)
    username = models.CharField(max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    display_name = models.CharField(max_length=60)
    language = models.CharField(max_length=10, blank=True, help_text="blank: as the browser asks")
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False, help_text="an account of the demo city, entered by a one-time link")
    created_at = models.DateTimeField()

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [models.CheckConstraint(name="user_has_a_display_name", condition=~Q(display_name=""))]

    def __str__(self) -> str:
        return self.username


class RoleGrant(models.Model):
    """One role for one holder over one area for a period. Who granted it, and who seconded that, stays known."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    person = models.BigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=20)
    area = models.BigIntegerField(null=True, blank=True, help_text="place id; the subtree is granted")
    organisation = models.BigIntegerField(null=True, blank=True)
    team = models.BigIntegerField(null=True, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(default=now, help_text="earlier than `since` where it begins later")
    granted_by = models.BigIntegerField(null=True, blank=True, help_text="user id; empty: the machine's own terminal")
    seconded_by = models.BigIntegerField(null=True, blank=True)
    revoked_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "since"]), models.Index(fields=["person", "since"])]
        constraints = [
            models.CheckConstraint(
                name="grant_has_one_holder",
                condition=Q(user__isnull=False, person__isnull=True) | Q(user__isnull=True, person__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_begins", condition=Q(until__isnull=True) | Q(until__gte=F("since"))
            ),
            models.CheckConstraint(
                name="grant_second_is_somebody_else",
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("granted_by")),
            ),
            models.CheckConstraint(
                name="grant_liaison_has_an_organisation", condition=~Q(role="liaison") | Q(organisation__isnull=False)
            ),
            models.CheckConstraint(
                name="grant_area_where_the_role_has_one",
                condition=Q(
                    role__in=["resident", "volunteer", "administrator", "auditor", "privacy_officer"], area__isnull=True
                )
                | Q(role__in=[*_OVER_AN_AREA], area__isnull=False),
            ),
        ]


class GrantRequest(models.Model):
    """A grant that waits for a second administrator: confirmed it becomes one; withdrawn or declined, nothing."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants_waiting")
    role = models.CharField(max_length=20)
    area = models.BigIntegerField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True, help_text="empty: from when it is confirmed")
    until = models.DateTimeField(null=True, blank=True)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    grant = models.OneToOneField(RoleGrant, null=True, blank=True, on_delete=models.PROTECT, related_name="request")
    closed_by = models.BigIntegerField(null=True, blank=True, help_text="who withdrew or declined it")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_request_closed_by_and_at_together",
                condition=Q(closed_by__isnull=True, closed_at__isnull=True)
                | Q(closed_by__isnull=False, closed_at__isnull=False, grant__isnull=True),
            ),
            models.UniqueConstraint(
                name="grant_asked_once",
                fields=["user", "role", "area"],
                condition=Q(grant__isnull=True, closed_at__isnull=True),
                nulls_distinct=False,
            ),
        ]


class DeviceSession(models.Model):
    """A phone that stays signed in: a volunteer's or resident's, or one that staff opened by a QR and lock with a PIN.

    The first is bound to the sign-up it made, to the person behind it, or to both. The second is bound to an account
    and to the grants that it lends; its PIN stands here alone, so a second phone has another one.
    """

    MOST_TRIES = 5

    class Way(models.TextChoices):
        SIGN_UP = "sign_up", "signed up on it"
        CODE = "code", "came in by a code that was sent"
        PAPER = "paper", "came in by a code on paper"
        QR = "qr", "came in by a QR for a role"

    class Kind(models.TextChoices):
        """What it is, roughly, so that its owner knows it again; taken from what browsers say, never more."""

        IPHONE = "iphone"
        ANDROID = "android"
        COMPUTER = "computer"
        OTHER = ""

    id = models.UUIDField(primary_key=True, default=uuid7)
    digest = models.BinaryField(max_length=DIGEST_BYTES, unique=True, help_text="of the secret in the cookie")
    claim = models.UUIDField(null=True, blank=True, help_text="id of the sign-up this device made")
    person = models.BigIntegerField(null=True, blank=True, help_text="once the claim is confirmed, or by a code")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.SIGN_UP)
    for_another = models.BooleanField(default=False, help_text="whoever holds it acts for the person")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="phones")
    lends = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="ids of the grants it opens")
    pin = models.CharField(max_length=128, blank=True, default="", help_text="hashed, under a key of the keyring too")
    tries = models.SmallIntegerField(default=0, help_text="wrong PINs in a row")
    active_at = models.DateTimeField(null=True, blank=True, help_text="when a page was last opened with it")
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True, default=Kind.OTHER)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["claim"]), models.Index(fields=["person"])]
        constraints = [
            models.CheckConstraint(name="device_session_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(
                name="device_session_of_somebody",
                condition=Q(claim__isnull=False) | Q(person__isnull=False) | Q(user__isnull=False),
            ),
            models.CheckConstraint(
                name="device_session_of_an_account_has_a_pin",
                condition=Q(user__isnull=True, pin="", lends__len=0, active_at__isnull=True)
                | Q(user__isnull=False, claim__isnull=True, person__isnull=True, active_at__isnull=False)
                & Q(lends__len__gt=0)
                & ~Q(pin=""),
            ),
            models.CheckConstraint(name="device_session_five_tries", condition=Q(tries__gte=0, tries__lte=5)),
            models.CheckConstraint(
                name="device_session_for_another_has_a_person",
                condition=Q(for_another=False) | Q(person__isnull=False),
            ),
        ]


class DeviceClaim(models.Model):
    """One more sign-up made on a phone, because a family shares it: seen there, but it lends the phone no person."""

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey(DeviceSession, on_delete=models.CASCADE, related_name="more_claims")
    claim = models.UUIDField(help_text="id of the sign-up")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="device_claim_once", fields=["device", "claim"])]


class ApiToken(models.Model):
    """A program's key to the API: acts for one account, within some scopes, until it expires."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=DIGEST_BYTES, unique=True)
    label = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="token_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(name="token_scopes_not_empty", condition=Q(scopes__len__gt=0)),
        ]


class SignInLink(models.Model):
    """A link that opens an account once: a demo's on a synthetic city, or any to choose its password."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    digest = models.BinaryField(max_length=DIGEST_BYTES, unique=True)
    sets_password = models.BooleanField(default=False, help_text="False: signs a demo account in")
    forgets_second_step = models.BooleanField(default=False, help_text="for who lost the phone and the codes")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="link_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(
                name="link_of_a_demo_forgets_nothing", condition=Q(sets_password=True) | Q(forgets_second_step=False)
            ),
        ]


class OneTimeCode(models.Model):
    """A code that one device asked for, to be sent to one number or address.

    The code itself stands nowhere: it is computed from the row's id under a key of the keyring (``codes.code_of``).
    """

    MOST_TRIES = 5

    class Way(models.TextChoices):
        SMS = "sms", "by short message"
        MAIL = "mail", "by e-mail"

    id = models.UUIDField(primary_key=True, default=uuid7)
    device = models.BinaryField(max_length=DIGEST_BYTES, db_index=True, help_text="of the secret in the asking cookie")
    way = models.CharField(max_length=4, choices=Way.choices)
    to = models.BinaryField(help_text="the number or address, sealed")
    to_index = models.BinaryField(max_length=16)
    language = models.CharField(max_length=10)
    adds_to = models.BigIntegerField(null=True, blank=True, help_text="the person whose address it becomes")
    tries = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True, help_text="ten minutes later; again once it was proved")
    proved_at = models.DateTimeField(null=True, blank=True, help_text="when it was typed rightly")
    used_at = models.DateTimeField(null=True, blank=True, help_text="when it was said who comes in by it")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="when sending it was given up")

    class Meta:
        constraints = [
            models.CheckConstraint(name="code_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(name="code_five_tries", condition=Q(tries__gte=0, tries__lte=5)),
            models.CheckConstraint(
                name="code_used_after_it_was_proved", condition=Q(used_at__isnull=True) | Q(proved_at__isnull=False)
            ),
        ]


class PaperCode(models.Model):
    """A code that a desk printed, for somebody who stands there or for a phone of staff: it opens once, in minutes."""

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(max_length=16, unique=True, help_text="keyed; the code itself is only on paper")
    person = models.BigIntegerField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, help_text="id of a sign-up that nobody stands behind yet")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="papers")
    lends = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="ids of the grants it opens")
    printed_by = models.BigIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="paper_code_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(
                name="paper_code_for_somebody",
                condition=Q(claim__isnull=False) | Q(person__isnull=False) | Q(user__isnull=False),
            ),
            models.CheckConstraint(
                name="paper_code_of_an_account_lends_roles",
                condition=Q(user__isnull=True, lends__len=0)
                | Q(user__isnull=False, claim__isnull=True, person__isnull=True, lends__len__gt=0),
            ),
        ]


class MailAddress(models.Model):
    """An e-mail address that a person proved to be theirs, so that codes can be sent there."""

    id = models.BigAutoField(primary_key=True)
    person = models.BigIntegerField(db_index=True)
    address = models.BinaryField(help_text="sealed")
    address_index = models.BinaryField(max_length=16, db_index=True)
    proved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="mail_address_once", fields=["person", "address_index"])]


class AccountPerson(models.Model):
    """The person who works under an account, said by them in a browser that spoke for both. It lends neither anything:
    what their person is told stands among their work, and they decide about nothing of their own."""

    id = models.BigAutoField(primary_key=True)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    person = models.BigIntegerField(unique=True)
    said_at = models.DateTimeField()


class FirstCode(models.Model):
    """The code that makes the first administrator: one row, the newest. Until it is used every page asks for it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    digest = models.BinaryField(max_length=16, help_text="under the keyring's key; the code itself is not kept")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True, help_text="since then somebody is administrator")

    class Meta:
        constraints = [
            models.CheckConstraint(name="first_code_only_one", condition=Q(id=1)),
            models.CheckConstraint(name="first_code_expires_later", condition=Q(expires_at__gt=F("made_at"))),
        ]
