"""Coordinate systems of Chinese maps, converted at the door: WGS-84 inside, GCJ-02 and BD-09 outside.

The offset of GCJ-02 is a published series in longitude and latitude over the Krasovsky ellipsoid; its
inverse is found by fixed-point iteration to better than 1e-7 degrees (1 cm). Outside China nothing is shifted.
"""

import math
from collections.abc import Mapping
from typing import Any

_A = 6378245.0
_EE = 0.00669342162296594323
_BD = math.pi * 3000.0 / 180.0


def _in_china(lon: float, lat: float) -> bool:
    return 73.66 < lon < 135.05 and 3.86 < lat < 53.55


def _waves(value: float, pairs: tuple[tuple[float, float], ...]) -> float:
    return sum(size * math.sin(value * rate * math.pi) for size, rate in pairs)


def _offset(lon: float, lat: float) -> tuple[float, float]:
    """Shift in degrees (lon, lat) that GCJ-02 adds at a WGS-84 point."""
    x, y = lon - 105.0, lat - 35.0
    root = math.sqrt(abs(x))
    ripple = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += _waves(y, ((20.0, 1.0), (40.0, 1.0 / 3.0))) * 2.0 / 3.0
    north += _waves(y, ((160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0))) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += _waves(x, ((20.0, 1.0), (40.0, 1.0 / 3.0))) * 2.0 / 3.0
    east += _waves(x, ((150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0))) * 2.0 / 3.0
    phi = math.radians(lat)
    magic = 1.0 - _EE * math.sin(phi) ** 2
    dlat = north * 180.0 / ((_A * (1.0 - _EE)) / (magic * math.sqrt(magic)) * math.pi)
    dlon = east * 180.0 / (_A / math.sqrt(magic) * math.cos(phi) * math.pi)
    return dlon, dlat


def gcj02_from_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """WGS-84 degrees to GCJ-02 degrees (lon, lat)."""
    if not _in_china(lon, lat):
        return lon, lat
    dlon, dlat = _offset(lon, lat)
    return lon + dlon, lat + dlat


def wgs84_from_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 degrees to WGS-84 degrees (lon, lat)."""
    if not _in_china(lon, lat):
        return lon, lat
    guess_lon, guess_lat = lon, lat
    for _ in range(8):
        seen_lon, seen_lat = gcj02_from_wgs84(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + lon - seen_lon, guess_lat + lat - seen_lat
    return guess_lon, guess_lat


def gcj02_from_bd09(lon: float, lat: float) -> tuple[float, float]:
    """BD-09 degrees to GCJ-02 degrees (lon, lat)."""
    x, y = lon - 0.0065, lat - 0.006
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _BD)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BD)
    return radius * math.cos(angle), radius * math.sin(angle)


AS_WGS84 = ("wgs84", "cgcs2000")
"""Systems whose degrees are taken as they are: CGCS2000 lies within decimetres of WGS-84."""


def wgs84_from(system: str, lon: float, lat: float) -> tuple[float, float]:
    """Degrees in a declared system ("wgs84", "cgcs2000", "gcj02", "bd09") to WGS-84.

    Raises:
        ValueError: the system is not one of these.
    """
    if system in AS_WGS84:
        return lon, lat
    match system:
        case "gcj02":
            return wgs84_from_gcj02(lon, lat)
        case "bd09":
            return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))
    raise ValueError(system)


def geometry_from(system: str, geometry: Mapping[str, Any]) -> dict[str, Any]:
    """A GeoJSON geometry in a declared system, in WGS-84, rounded to 1e-6 degrees (10 cm).

    Raises:
        ValueError: the system is not one that `wgs84_from` knows.
    """

    def convert(part: Any) -> Any:
        if isinstance(part[0], list):
            return [convert(inner) for inner in part]
        lon, lat = wgs84_from(system, part[0], part[1])
        return [round(lon, 6), round(lat, 6)]

    return {"type": geometry["type"], "coordinates": convert(geometry["coordinates"])}
