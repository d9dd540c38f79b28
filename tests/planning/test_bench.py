"""Instances, files and the measuring command, as others would use them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bench import files, instances, report
from bench.__main__ import _parser, main
from bench.peers import nearest_by_scipy, ways_by_scipy

from linli.planning.allocation import AllocationPlan, AllocationProblem
from linli.planning.dispatch import DispatchPlan, prepare
from linli.planning.distances import DistancesPlan
from linli.planning.distances import solve as solve_distances
from linli.planning.reinforcement import ReinforcementPlan
from linli.planning.verify.allocation import verify
from linli.planning.verify.dispatch import verify as verify_dispatch
from linli.planning.verify.distances import verify as verify_distances
from linli.planning.verify.reinforcement import verify as verify_reinforcement

KEYS = [
    "instance", "objective", "best_known", "bound", "gap", "certificate",
    "verdict", "seconds", "cpu_seconds", "peak_mib", "seed", "work",
]  # fmt: skip
DIGESTS = {
    ("A1-hundredth", 0): "560391f583d9bb0ca5901d3b0c0d7c9e1ac503836970c95c0ddc41e338d02747",
    ("A1-hundredth", 1): "c6c9f8fa6bfd1888963f070842eecc499264f94101f03bf155c164448f695b6f",
    ("A1-tenth", 0): "785ea5f37c52427afdf9e8d0d66bb64e25efebe0f9fdb664703d1e20b7a8c1a6",
    ("D1", 0): "c2b7fca92f16c981f906f28e1d5ce57582d3b8bcd5759b6fe22db65951aa641d",
    ("W1", 0): "2f5c799df80b5a04b5b606f4c7d9d2f0ca0e03dd14f992928a523c3e124a73c6",
    ("R1", 0): "0a2fac0a9368c7765202a5534ed7adb5c9f6810c9a5d2ac3f3c97e461a418cbe",
    ("R2", 0): "3d6603b5e24dc96c24b1700b0cb6f08f30a5d695a3fb290b167a90f7fc3ef537",
}


@pytest.fixture(scope="module")
def hundredth(tmp_path_factory):
    out = tmp_path_factory.mktemp("bench") / "A1-hundredth.npz"
    assert main(["make", "A1-hundredth", "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize(("name", "seed"), DIGESTS)
def test_an_instance_is_the_same_everywhere(name, seed):
    assert instances.make(name, seed).digest == DIGESTS[name, seed]


def test_measuring_prints_one_line_with_the_agreed_keys(hundredth, tmp_path, capsys):
    plan = tmp_path / "plan.npz"
    assert main(["allocation", str(hundredth), "--seed", "4", "--budget", "60", "--plan", str(plan)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert list(line) == KEYS
    assert line["verdict"] == "ok"
    assert (line["instance"], line["seed"], line["certificate"]) == ("A1-hundredth", 4, "prices")
    assert line["objective"] == line["bound"] == line["best_known"]
    problem = files.load_problem(AllocationProblem, hundredth)
    found = files.load_plan(AllocationPlan, plan)
    assert verify(problem, found) == []
    assert found.objective == line["objective"]


def test_a_file_read_back_is_the_same_problem(hundredth, tmp_path):
    problem = files.load_problem(AllocationProblem, hundredth)
    files.save_problem(problem, tmp_path / "again.npz")
    again = files.load_problem(AllocationProblem, tmp_path / "again.npz")
    assert again.digest == problem.digest == DIGESTS["A1-hundredth", 0]


def spoiled(tmp_path, hundredth, **changes):
    with np.load(hundredth) as raw:
        arrays = {name: changes.get(name, raw[name]) for name in raw.files}
    np.savez(tmp_path / "bad.npz", **{name: array for name, array in arrays.items() if array is not None})
    return tmp_path / "bad.npz"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"want": None}, "lacks want"),
        ({"want": np.array([1])}, "should have"),
        ({"reach_m": np.float64("nan")}, "reach_m"),
        ({"pinned": np.array([{}])}, "cannot be read"),
    ],
)
def test_a_file_without_sense_is_told_in_a_sentence(tmp_path, hundredth, capsys, changes, said):
    assert main(["allocation", str(spoiled(tmp_path, hundredth, **changes))]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "bad.npz" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_a_file_that_is_none_is_told_in_a_sentence(tmp_path, capsys, content):
    (tmp_path / "x.npz").write_bytes(content)
    assert main(["allocation", str(tmp_path / "x.npz")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_missing_file_and_a_spent_budget_are_told(tmp_path, hundredth, capsys):
    assert main(["allocation", str(tmp_path / "none.npz")]) == 1
    assert main(["allocation", str(hundredth), "--budget", "0"]) == 1
    told = capsys.readouterr().err
    assert "there is no such file" in told
    assert "budget" in told


def test_dispatch_says_how_long_a_call_takes_and_what_its_peer_takes(tmp_path, capsys):
    made = instances.make("D1", 0)
    part = replace(made, req_xy=made.req_xy[:200], req_skill=made.req_skill[:200])
    files.save_problem(part, tmp_path / "D1-part.npz")
    plan = tmp_path / "plan.npz"
    assert main(["dispatch", str(tmp_path / "D1-part.npz"), "--fair", "--peers", "--plan", str(plan)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert list(line)[: len(KEYS) + 2] == [*KEYS, "p50_us", "p99_us"]
    assert (line["verdict"], line["certificate"], line["gap"]) == ("ok", "exhaustive", 0)
    assert line["p99_us"] >= line["p50_us"] > 0
    assert set(line["peers"]) == {"scipy cKDTree"}
    assert set(line["batches"]) == {"30", "100"}
    assert verify_dispatch(part, files.load_plan(DispatchPlan, plan)) == []


def test_the_peer_of_dispatch_gives_the_same_answers():
    problem = instances.make("D1", 0)
    state, peer = prepare(problem), nearest_by_scipy.Nearest(problem)
    for (x, y), skill in zip(problem.req_xy[:100].tolist(), problem.req_skill[:100].tolist(), strict=True):
        found = state.nearest(x, y, skill, 5)
        mine = peer.nearest(x, y, skill, 5)
        metres = np.hypot(*(problem.vol_xy[mine] - (x, y)).T)
        assert (metres + problem.load_m * problem.load[mine]).tolist() == pytest.approx(found.cost.tolist())


def test_distances_say_how_many_pairs_there_are_and_what_the_peer_takes(tmp_path, capsys):
    made = instances.make("W1", 0)
    part = replace(made, source=made.source[:120])
    files.save_problem(part, tmp_path / "W1-part.npz")
    plan = tmp_path / "plan.npz"
    assert main(["distances", str(tmp_path / "W1-part.npz"), "--peers", "--plan", str(plan)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert list(line)[: len(KEYS)] == KEYS
    assert (line["verdict"], line["certificate"], line["gap"]) == ("ok", "potentials", 0)
    assert line["peers"]["scipy dijkstra(limit)"]["same"]
    assert line["peers"]["scipy dijkstra(limit)"]["sources"] == 120
    assert verify_distances(part, files.load_plan(DistancesPlan, plan)) == []


def test_a_file_of_straight_lines_keeps_its_detour(tmp_path):
    made = instances.make("W1", 0)
    lines = replace(made, edge=None, edge_m=None, one_way=None, detour=np.array(1.36), source=made.source[:5])
    files.save_problem(lines, tmp_path / "lines.npz")
    assert files.load_problem(type(lines), tmp_path / "lines.npz").digest == lines.digest
    count, metres = ways_by_scipy.pairs(replace(made, source=made.source[:5]))
    assert solve_distances(lines).work > 0
    assert count == solve_distances(replace(made, source=made.source[:5])).work
    assert metres > 0


@pytest.mark.parametrize(("name", "work"), [("R1", 0), ("R2", 1_200_000)])
def test_reinforcement_is_proved_and_named_beside_its_peer(tmp_path, capsys, name, work):
    file, plan = tmp_path / f"{name}.npz", tmp_path / "plan.npz"
    files.save_problem(instances.make(name, 0), file)
    assert main(["reinforcement", str(file), "--work", "1200000", "--plan", str(plan)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert list(line)[: len(KEYS)] == KEYS
    assert (line["verdict"], line["certificate"], line["work"]) == ("ok", "multipliers", work)
    assert line["gap"] < 0.2
    assert line["gap"] == 0 or name == "R2"
    found = files.load_plan(ReinforcementPlan, plan)
    assert verify_reinforcement(instances.make(name, 0), found) == []
    assert main(["reinforcement", str(file), "--work", "1000", "--budget", "1", "--peers"]) == 0
    peer = json.loads(capsys.readouterr().out)["peers"]["HiGHS"]
    assert peer["bound"] is None or peer["bound"] <= found.objective


def test_a_report_makes_what_it_measures_and_writes_only_its_own_part_of_the_page(tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    monkeypatch.setattr(report, "PAGE", page)
    rows = [report.Row("allocation", "A1-hundredth", ("--plan", "{folder}/plan.npz"), quick=True)]
    rows += [report.Row("repair", "A1-hundredth", ("--of", "{folder}/plan.npz", "--leave", "3"))]
    monkeypatch.setattr(report, "SET", rows)
    assert report.main(tmp_path / "made", quick=False, write=True) == 0
    assert [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()] == ["ok", "ok"]
    text = page.read_text()
    assert text.startswith(f"before\n{report.BEGIN}\n")
    assert text.endswith(f"{report.END}\nafter\n")
    assert "old" not in text
    assert "python -m bench repair out/A1-hundredth.npz --of out/plan.npz --leave 3" in text
    assert "| Linli | -393,266,393 |" in text


def test_every_row_of_the_report_can_be_made_and_asked_for():
    for row in report.SET:
        assert row.instance in instances.MAKERS
        asked = _parser().parse_args([part.format(folder="out") for part in row.command(Path("out"))[1:]])
        assert asked.command == row.problem
