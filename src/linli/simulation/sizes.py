"""The three sizes of the benchmark city, and every rate it is made with: sourced, or printed as an assumption."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from linli.simulation.source import Source, Street

REFERENCE_DAY = date(2022, 9, 1)
"""Ages are as of this day; the shares are those of the census of 1 November 2020."""

QINGYANG_RESIDENTS, QINGYANG_GRIDS, QINGYANG_MICRO_GRIDS = 939_900, 713, 4_985


@dataclass(frozen=True, slots=True)
class Size:
    """How much of Chengdu a city holds.

    Attributes:
        top: level of its top area.
        under: prefix of the street codes inside.
        grids, micro_grids: exact numbers; 0 takes Qingyang's measured ratio.
        residents: persons; 0 takes the census of each district.
    """

    name: str
    top: str
    under: str
    grids: int
    micro_grids: int
    residents: int

    def streets(self, source: Source) -> list[Street]:
        """The streets inside, in the order of their codes."""
        return [street for street in source.streets if street.code.startswith(self.under)]


SIZES = {
    "datong": Size("datong", "street", "510113003", 43, 259, 60_000),
    "qingyang": Size("qingyang", "district", "510105", QINGYANG_GRIDS, QINGYANG_MICRO_GRIDS, 0),
    "chengdu": Size("chengdu", "city", "5101", 0, 0, 0),
}

XINCHENG = "DOMAIN E.2: Xi'an Xincheng district, 244,000 households, January 2022"
YANCHENG = "DOMAIN E.2: Yancheng, 1,433,700 residents of 65 and over, December 2022"
XINDU = "DOMAIN A.4: Xindu sweep, September 2022"

# Published rates. Pregnant: births in a year times nine months, per head (Sichuan 2022).
PREGNANT = Fraction("6.39") / 1000 * 9 / 12
PREGNANT_SAID = Fraction(627, 244_000)
DIALYSIS = Fraction(100, 244_000)
CHEMO = Fraction(91, 244_000)
CONTACT_DAILY = Fraction(177_800, 1_433_700)
CONTACT_REGULAR = Fraction(224_900, 1_433_700)
DISABLED = Fraction(85_020_000, 1_340_000_000)
CARE_DEPENDENT = Fraction(183, 1000)
UNREGISTERED = Fraction(107, 1000)

# Assumptions: no source was found. `report` prints each of them.
ELDER_ALONE = Fraction(12, 100)
GONE = Fraction(2, 100)
DOORS_UNKNOWN = Fraction(3, 100)
HOUSEHOLDS_UNKNOWN = Fraction(8, 100)
ROOMS_UNKNOWN = Fraction(12, 100)
RENTED, VACANT = Fraction(206, 827), Fraction(73, 827)
COMMERCIAL = Fraction(2, 100)
ESTATES_PER_RESIDENT = Fraction(20_000, 20_937_757)
DEDICATED_PER_RESIDENT = Fraction(1, 10_000)
DORM_MICRO_GRIDS = Fraction(6, 100)
NO_SMARTPHONE_65 = Fraction(30, 100)

ASSUMPTIONS: tuple[tuple[str, str], ...] = (
    ("residents of the datong city", "60,000 (the street's own number is not published)"),
    ("residents of a street or community", "district total split by urban-rural class, each varied by up to 40 %"),
    ("ages are as of", "2022-09-01, with the shares of 2020-11-01"),
    ("ages inside the published bands", "fixed five-year weights; sexes alike at every age"),
    ("elders living alone", "12 % of those of 65 and over"),
    ("listed but gone", "2 % of the register's rows, as households of two on average"),
    ("doors unknown to the register", "3 % of dwellings"),
    ("households unknown as a whole", "8 % of family households, 12 % of collective ones, tenants twice as likely"),
    ("owned, rented, vacant", "621 : 206 : 73, as in one Shanghai estate (DOMAIN A.4)"),
    ("commercial doors", "2 for every 100 family households"),
    (
        "estates",
        "20,000 in the whole city by residents ('nearly 20,000'), one large one where a community is very large",
    ),
    ("dedicated grids", "one for every 10,000 residents, each one building"),
    ("collective households", "in dormitories in 6 % of micro-grids, people of 18 to 59"),
    ("no smartphone", "30 % of those of 65 and over (unverified), 3 % of other adults, all under 12"),
    ("no phone of their own", "a third of those of 65 and over without smartphone, everybody under 12"),
    ("dialysis and chemotherapy in truth", "the rates people reported themselves; no other source"),
    ("skills of adults of 18 to 69", "one, two or three of twelve with 55, 30, 15 %, weights of PLANNING"),
    ("points of grids and buildings", "made inside the cell around the community's point"),
    ("outlines of streets, communities, grids and functional zones", "Voronoi cells inside the real district outline"),
)
