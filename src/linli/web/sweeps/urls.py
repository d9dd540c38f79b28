"""Addresses of sweeps."""

from linli.web.sweeps import balances, changes, door, doors, lists, names

urlpatterns = [
    *lists.urlpatterns,
    *balances.urlpatterns,
    *names.urlpatterns,
    *changes.urlpatterns,
    *doors.urlpatterns,
    *door.urlpatterns,
]
