"""Writing accounts and roles: who may make whom what, over which area, and for how long."""

from linli.access.actions.accounts import bind_person, create_staff, set_active
from linli.access.actions.authority import TERMINAL
from linli.access.actions.factors import FACTOR_REASONS, FactorReason, reset_second_step
from linli.access.actions.first import issue_first_code, make_first_administrator
from linli.access.actions.grants import grant_role, revoke
from linli.access.actions.requests import ask_for_grant, close_request, second_grant

__all__ = [
    "FACTOR_REASONS",
    "TERMINAL",
    "FactorReason",
    "ask_for_grant",
    "bind_person",
    "close_request",
    "create_staff",
    "grant_role",
    "issue_first_code",
    "make_first_administrator",
    "reset_second_step",
    "revoke",
    "second_grant",
    "set_active",
]
