"""The ledger: sweeps from door to door, what was found at each, and what was said of each person (DOMAIN.md A.4)."""

from linli.ledger.models.forms import ReportColumn, ReportFilling, ReportForm
from linli.ledger.models.paper import PaperLine, PaperSheet
from linli.ledger.models.persons import Apart, Arrived, MoveProposed
from linli.ledger.models.selfreports import DoorCode, SelfReport, SelfReported
from linli.ledger.models.sweeps import Finding, Said, Sweep

__all__ = [
    "Apart",
    "Arrived",
    "DoorCode",
    "Finding",
    "MoveProposed",
    "PaperLine",
    "PaperSheet",
    "ReportColumn",
    "ReportFilling",
    "ReportForm",
    "Said",
    "SelfReport",
    "SelfReported",
    "Sweep",
]
