"""Who is booked where and when, and the hours that came of it."""

from linli.duty.models.bookings import Booking
from linli.duty.models.calendars import CalendarEntry
from linli.duty.models.certificates import HoursCertificate, VolunteerNumber
from linli.duty.models.hours import Correction, PostCode, Service
from linli.duty.models.protection import Policy, Training

__all__ = [
    "Booking",
    "CalendarEntry",
    "Correction",
    "HoursCertificate",
    "Policy",
    "PostCode",
    "Service",
    "Training",
    "VolunteerNumber",
]
