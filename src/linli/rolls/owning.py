"""Naming who answers for subjects of a roll. It changes no balance, so it is no change of a standing: the room that
gives them writes that into the trail."""

from collections.abc import Collection

from django.db import connection

from linli.rolls.changing import lock
from linli.rolls.models import Roll, State

_NAME = "UPDATE rolls_standing SET owner = %s WHERE part = %s AND roll_id = %s AND subject = ANY(%s)"


def name_owner(roll: Roll, subjects: Collection[int], owner: int | None, *, states: Collection[State]) -> set[int]:
    """Let somebody answer for some subjects, as far as they stand in one of some states once they are locked.

    Must be called in a transaction, roll by roll in the order of their ids. Whoever moves somebody or writes down what
    was found meanwhile waits, and keeps the owner. Returns whom they answer for now.

    Args:
        owner: user id; None: nobody by name.
    """
    theirs = {subject for subject, stands in lock(roll, subjects).items() if stands.state in states}
    with connection.cursor() as cursor:
        cursor.execute(_NAME, [owner, roll.part, roll.pk, sorted(theirs)])
    return theirs
