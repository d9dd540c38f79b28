"""Build a synthetic city: tree, outlines, then street after street, so that memory does not grow with the city."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from linli.simulation import outlines, quotas, source, street, tree
from linli.simulation.errors import BadCity, gettext_noop, shown
from linli.simulation.quotas import Progress
from linli.simulation.schema import FORMAT, VERSION, Tables
from linli.simulation.sizes import REFERENCE_DAY, SIZES
from linli.simulation.store import Folder, area_table, packed


def build(size: str, seed: int, out_dir: Path | str, progress: Progress | None = None) -> Path:
    """Write the city of that size and seed to `out_dir`; equal size and seed give equal bytes.

    Args:
        size: `datong`, `qingyang` or `chengdu`.
        seed: a whole number from 0.
        out_dir: a folder that must not exist yet; it appears only when the city is complete.
        progress: called after every street.

    Raises:
        BadCity: no such size or seed, or `out_dir` is already there.
    """
    out = Path(out_dir)
    if size not in SIZES:
        raise BadCity(
            "size", gettext_noop("there is no size '{size}', only {sizes}"), size=shown(size), sizes=", ".join(SIZES)
        )
    if seed < 0:
        raise BadCity("seed", gettext_noop("{seed} is below 0"), seed=seed)
    if out.exists():
        raise BadCity(str(out), gettext_noop("already exists; a city is never written over another"))
    folder = Folder(out)
    try:
        _write(folder, size, seed, progress)
    except BaseException:
        folder.drop()
        raise
    return out


def _write(folder: Folder, size: str, seed: int, progress: Progress | None) -> None:
    real = source.load()
    city = tree.plan(SIZES[size], seed, real)
    table = area_table(city.areas)
    for side in ("register", "truth"):
        folder.put(f"{side}/areas.csv", table)
    folder.put("register/outlines.geojson", outlines.top_level(city, real))
    for code, content in outlines.by_district(city).items():
        folder.put(f"register/outlines/{code}.geojson", content)
    shares = quotas.plan(real, [plan.residents for plan in city.streets])
    counts: dict[str, Counter[str]] = {"truth": Counter(), "register": Counter()}
    for done, (plan, quota) in enumerate(zip(city.streets, shares, strict=True), start=1):
        truth, register = street.generate(plan, quota, seed)
        for side, tables in (("truth", truth), ("register", register)):
            counts[side].update(_sizes(tables))
            folder.put(f"{side}/streets/{plan.street.code}.npz", packed(tables))
        if progress is not None:
            progress(done, len(city.streets), plan.street.name)
    folder.finish(
        {
            "format": FORMAT,
            "version": VERSION,
            "synthetic": True,
            "size": size,
            "seed": seed,
            "reference_day": REFERENCE_DAY.isoformat(),
            "top": city.top,
            "areas": dict(Counter(city.areas.level)),
            "counts": {side: dict(rows) for side, rows in counts.items()},
            "streets": {plan.street.code: plan.residents for plan in city.streets},
        }
    )


def _sizes(tables: Tables) -> dict[str, int]:
    return {name: len(table["id"]) for name, table in tables.items()}
