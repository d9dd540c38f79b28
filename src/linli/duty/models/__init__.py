"""Who is booked where and when, and the hours that came of it."""

from linli.duty.models.bookings import Booking
from linli.duty.models.certificates import HoursCertificate, VolunteerNumber
from linli.duty.models.hours import Correction, PostCode, Service

__all__ = ["Booking", "Correction", "HoursCertificate", "PostCode", "Service", "VolunteerNumber"]
