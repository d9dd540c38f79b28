"""A pack with a mistake is refused with file, line and reason; the one we ship has none."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.events import packs
from linli.events.errors import BadPack, UnknownPack
from linli.events.pack_parts import Skill as PackSkill
from linli.people.models import Skill
from linli.simulation import schema

EPIDEMIC = packs.SHIPPED / "epidemic.yaml"
TEXT = EPIDEMIC.read_text(encoding="utf-8")


def mistakes(tmp_path: Path, text: str | bytes) -> list[tuple[int, str]]:
    file = tmp_path / "mine.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = packs.check(file)
    assert all(each.file == "mine.yaml" for each in found)
    return [(each.line, each.reason.format(**each.facts)) for each in found]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_every_pack_that_we_ship_is_without_mistakes():
    for path in packs.SHIPPED.glob("*.yaml"):
        assert packs.check(path) == []
    assert packs.pack("epidemic").version == "1"


BROKEN = [
    # (what stands there, what we write instead, where the mistake is, what is said)
    ("precedence: control", "precedence: fashion", "precedence:", "one of: life, medical"),
    ('version: "1"', "version: 1", "version:", "quotation marks"),
    ("code: epidemic", "code: Epi demic", "code: Epi", "does not have the form"),
    ("name: {zh: 疫情, en: Epidemic}", "name: {zh: 疫情}", "name: {zh: 疫情", "en is missing"),
    ("name: {zh: 疫情, en: Epidemic}", "name: {zh: Epidemic, en: Epidemic}", "name: {zh: Epi", "not Chinese"),
    ("name: {zh: 疫情, en: Epidemic}", "name: {zh: 疫情, en: 疫情}", "name: {zh: 疫情", "not English"),
    ("valid: {since: 2022-01-01}", "valid: {since: 2022-02-30}", "valid:", "a date"),
    ("valid: {since: 2022-01-01}", "valid: {since: 2022-01-02, until: 2022-01-01}", "valid:", "before it begins"),
    ("done_min: 240}", "done_min: -240}", "done_min: -240", "too small"),
    ("done_min: 240}", "done_min: 30}", "done_min: 30}", "comes before start_min"),
    ("queued: false", "queued: true", "queued: true", "never queued"),
    ("queued: false", "queued: no", "queued: no", "true or false"),
    ("accept_min: 2\n", "accept_min: two\n", "accept_min: two", "whole number"),
    ("accept_min: 2\n", "accept_min: 1:30\n", "accept_min: 1:30", "whole number"),
    ("code: gate,", "code: delivery,", "{code: delivery, name: {zh: 物资", "stands in this list twice"),
    ("within_hours: 24", "within_hour: 24", "within_hour:", "within_hour is unknown"),
    ("- {bit: 4, code: dialysis", "- {bit: 5, code: dialysis", "- {bit: 5, code: dialysis", "order of their bits"),
    ("step: {to: low, days: 7", "step: {to: high, days: 7", "step: {to: high", "leads down"),
    ("takes: [grid, since, until, desk]", "takes: [grid, since]", "takes: [grid, since]", "filled in"),
    ("  - name: Linli pack reviewer", "  - name: Linli pack author", "signed_by:", "Two different people"),
    ("  staff_per_shift: 2", "  staff_per_shift: 1", "staff_per_shift", "too small"),
    ("    trained: true\n    insured: true\n", "    trained: true\n", "  - code: sampling\n", "insured"),
    ("  - {code: sign_up, name: {zh: 报到, en: sign up}}\n", "", "names:", "sign_up is called is missing"),
    ("standing: not_reached", "standing: done", "  answers:", "not_reached"),
    ("outings: 1, every_days: 2", "outings: 1", "{code: outing,", "together"),
    ("{from_c: 37, outdoors_min: 360", "{from_c: 34, outdoors_min: 360", "- {from_c: 34", "hotter"),
    ("posts:\n", "posts: {}\nold_posts:\n", "posts: {}", "a list"),
]  # fmt: skip


@pytest.mark.parametrize(("stands", "instead", "where", "said"), BROKEN)
def test_each_mistake_is_refused_by_line_and_reason(tmp_path, stands, instead, where, said):
    assert stands in TEXT
    broken = TEXT.replace(stands, instead, 1)
    found = mistakes(tmp_path, broken)
    assert any(line == line_of(broken, where) and said in reason for line, reason in found), found


def test_all_mistakes_are_told_in_the_order_of_their_lines(tmp_path):
    broken = TEXT.replace("within_hours: 24", "within_hours: 0").replace("precedence: control", "precedence: x")
    lines = [line for line, _ in mistakes(tmp_path, broken)]
    assert lines == sorted(lines)
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        (b"", 1, "empty"),
        (b"code: a\nname: [", 2, "not YAML"),
        (b"code: a\n\xff\xfe", 2, "not UTF-8"),
        (b"code: a\nname: \x07", 2, "no text file"),
        (b"code: &a x\nname: *a\n", 2, "references"),
        (b"- a\n- b\n", 1, "keys with values"),
        (b"code: a\n---\ncode: b\n", 2, "not YAML"),
        (b"[" * 20_000, 1, ""),
        (b"#" * (256 * 1024 + 1), 1, "at most"),
        (b"code: !!python/object/apply:os.system ['true']\n", 1, "single value"),
    ],
)
def test_what_is_no_pack_at_all_is_refused_too(tmp_path, raw, line, said):
    found = mistakes(tmp_path, raw)
    assert any(at == line and said in reason for at, reason in found), found[:3]


def test_a_key_that_stands_twice_is_refused(tmp_path):
    broken = TEXT + 'version: "2"\n'
    found = mistakes(tmp_path, broken)
    assert found == [(broken.count("\n"), "The key version stands here twice.")]


def test_a_file_that_is_not_there_is_refused_without_a_trace(tmp_path):
    (found,) = packs.check(tmp_path / "none.yaml")
    assert found.line == 0
    with pytest.raises(BadPack) as refused:
        packs.read(tmp_path)
    assert refused.value.facts["file"] == tmp_path.name


def test_the_refusal_says_file_line_and_reason(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT.replace("within_hours: 24", "within_hours: 0"), encoding="utf-8")
    with pytest.raises(BadPack) as refused:
        packs.read(file)
    line = line_of(TEXT, "within_hours")
    assert refused.value.facts["line"] == line
    assert refused.value.told().startswith("mine.yaml")
    assert str(line) in refused.value.told()


@settings(max_examples=50)
@given(st.integers(0, TEXT.count("\n")), st.text(max_size=12))
def test_a_damaged_line_never_escapes_as_anything_but_mistakes(tmp_path_factory, row, junk):
    lines = TEXT.splitlines()
    lines[min(row, len(lines) - 1)] = junk
    file = tmp_path_factory.mktemp("packs") / "mine.yaml"
    file.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    for mistake in packs.check(file):
        assert 1 <= mistake.line <= len(lines) + junk.count("\n") + 2
        assert mistake.told()


def test_an_unknown_pack_or_version_is_refused():
    for code, version in (("flood", None), ("epidemic", "99")):
        with pytest.raises(UnknownPack):
            packs.pack(code, version)


def test_needs_have_the_bits_that_the_city_was_built_with():
    needs = packs.pack("epidemic").needs
    assert {need.code: 1 << need.bit for need in needs} == schema.NEED_BIT


def test_a_bit_means_the_same_need_in_every_pack():
    meaning = {}
    for pack in packs.shipped():
        for need in pack.needs:
            assert meaning.setdefault(need.bit, need.code) == need.code


def test_packs_know_the_skills_that_volunteers_have():
    assert list(PackSkill.__args__) == [skill.label for skill in Skill]


def test_clocks_are_those_of_the_domain():
    orders = packs.pack("epidemic").orders
    clocks = [(c.accept_min, c.start_min, c.done_min) for c in map(orders.clock, ("P0", "P1", "P2", "P3"))]
    assert clocks == [(2, 10, None), (15, 60, 240), (60, None, 1440), (240, None, 4320)]


def test_a_pack_is_in_force_on_its_days_only():
    pack = packs.pack("epidemic")
    assert pack.in_force(date(2022, 9, 2))
    assert not pack.in_force(date(2021, 12, 31))


def test_things_are_called_in_both_languages():
    pack = packs.pack("epidemic")
    assert (pack.called("lead_post", "zh-hans"), pack.called("lead_post", "en")) == ("先锋岗", "lead post")


def test_a_whole_message_is_replaced_and_no_other(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT + "messages:\n  - {msgid: Sign up, zh: 报名, en: Enrol}\n", encoding="utf-8")
    mine = packs.read(file)
    assert (mine.said("Sign up", "zh-hans"), mine.said("Sign up", "en"), mine.said("Sign")) == ("报名", "Enrol", None)


def test_a_message_that_fills_in_something_else_is_refused(tmp_path):
    text = TEXT + 'messages:\n  - {msgid: "{n} people", zh: "很多人", en: "{n} people"}\n'
    assert [reason for _, reason in mistakes(tmp_path, text)] == [
        "It must leave the same places to fill in as the message."
    ]
