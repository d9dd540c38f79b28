"""The number under which somebody is reached: what they gave when they offered to help, else what the register has."""

from collections.abc import Collection

from django.db import connection

from linli.custody import secrets
from linli.people.models import REGISTER, SERVICE

_NUMBERS = """
SELECT DISTINCT ON (person_id) person_id, phone FROM people_identity
WHERE person_id = ANY(%(people)s) AND phone IS NOT NULL
ORDER BY person_id, holder = %(service)s DESC, holder = %(register)s, holder DESC
"""


def numbers_of(people: Collection[int]) -> dict[int, str]:
    """Numbers in clear by person, to send something or for a reveal that has been logged; who has none is missing."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, {"people": list(people), "service": SERVICE, "register": REGISTER})
        return {person: secrets.unseal(bytes(phone)) for person, phone in cursor.fetchall()}
