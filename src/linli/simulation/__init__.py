"""The synthetic city on real geography (DESIGN.md §6). Reads no other room, no clock and no network.

build("datong", seed=1, out_dir="var/city")     writes a city: truth/ and register/
CityFolder("var/city").street("register", code) reads it back, checked
report("var/city")                              generated against source, with the source
"""

from linli.simulation.building import build
from linli.simulation.errors import BadCity
from linli.simulation.folder import AreaRow, CityFolder, Outline
from linli.simulation.report import ReportRow, report
from linli.simulation.sizes import SIZES

__all__ = ["SIZES", "AreaRow", "BadCity", "CityFolder", "Outline", "ReportRow", "build", "report"]
