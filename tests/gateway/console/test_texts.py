"""The catalogue of texts: whole in each language, used, and written as the language writes; what is strange stays text."""

import hashlib
import re
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from gateway.bootstrap.charts import SPANS
from gateway.cli.phrases import document_phrase as in_the_terminal
from gateway.console import assets, rendering
from gateway.console.figures import CHARTS
from gateway.console.messages import COLUMNS, EXAMPLES, RANGES, acknowledged, row_of
from gateway.console.overview import NEEDS, WAYS, tiles_of
from gateway.console.screens import GROUPS, SCREENS, grouped
from gateway.console.texts import LANGUAGES, TEXTS, chosen
from gateway.console.visit import own_path
from gateway.domain.phrases import Moment, Phrase, document_phrase

CONSOLE = Path(rendering.FOLDER).parent
ENGLISH = LANGUAGES["en"].texts
HOSTILE = "<script>alert(1)</script>\"' {x} \u202eevil"


def places(entry: str | tuple[str, str]) -> set[str]:
    texts = (entry,) if isinstance(entry, str) else entry
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_all_texts_with_the_same_places(code: str) -> None:
    texts = LANGUAGES[code].texts
    assert set(texts) == set(ENGLISH)
    for key, entry in ENGLISH.items():
        assert isinstance(texts[key], type(entry)), key
        assert places(texts[key]) == places(entry), key


def test_every_text_is_used_and_every_used_one_is_there() -> None:
    sources = [*CONSOLE.rglob("*.html"), *CONSOLE.glob("*.py")]
    written = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    asked = set(re.findall(r"""(?:\bt|texts)\("([a-z_.]+)"[,)]""", written))
    assert asked <= set(ENGLISH)
    made = tuple(re.findall(r'"([a-z_]+(?:\.[a-z_]+)?\.)(?:" ~|\{)', written))
    quoted = set(re.findall(r'"([a-z_.]+)"', written))
    unused = {key for key in ENGLISH if key not in asked | quoted and not key.startswith((*made, "phrase."))}
    assert not {key for key in unused if not key.startswith(("trouble.", "unit."))}


def test_names_that_texts_are_made_of_have_texts() -> None:
    keys = [f"screen.{screen.name}" for screen in SCREENS] + [f"group.{group}" for group in GROUPS]
    keys += [f"overview.{name}" for name in (*NEEDS, *WAYS)] + [f"figures.{name}" for name in CHARTS]
    keys += [f"figures.range.{span}" for span in SPANS] + [f"messages.range.{name}" for name in RANGES]
    keys += [f"messages.column.{name}" for name in COLUMNS] + [f"messages.example.{name}" for name, _ in EXAMPLES]
    assert set(keys) <= set(ENGLISH)


def test_every_screen_is_offered_once_and_by_a_key_of_its_own() -> None:
    offered = [screen.name for _, within in grouped(SCREENS) for screen in within]
    assert sorted(offered) == sorted(screen.name for screen in SCREENS)
    assert len({screen.key for screen in SCREENS}) == len(SCREENS)


@pytest.mark.parametrize(
    ("code", "one", "many"), [("en", "1 message,", "1,204 messages,"), ("de", "1 Nachricht,", "1.204 Nachrichten,")]
)
def test_one_and_several_are_told_apart_and_numbers_written_as_usual(code: str, one: str, many: str) -> None:
    texts = TEXTS[code]
    assert texts("messages.caption", count=1).startswith(one)
    assert texts("messages.caption", count=1204).startswith(many)


@pytest.mark.parametrize(
    ("percent", "english", "german"),
    [(100, "100", "100"), (99.5, "99.5", "99,5"), (99.97, "99.97", "99,97"), (99.999, "99.99", "99,99"), (0, "0", "0")],
)
def test_shares_are_never_rounded_up(percent: float, english: str, german: str) -> None:
    assert (TEXTS["en"].share(percent), TEXTS["de"].share(percent)) == (english, german)


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [(0.12, "120 ms", "120 ms"), (2.4, "2.4 s", "2,4 s"), (190, "3 min 10 s", "3 Min. 10 s"),
     (7500, "2 h 5 min", "2 Std. 5 Min."), (349200, "4 d 1 h", "4 Tg. 1 Std.")],
)  # fmt: skip
def test_durations_are_written_as_each_language_does(seconds: float, english: str, german: str) -> None:
    assert (TEXTS["en"].duration(seconds), TEXTS["de"].duration(seconds)) == (english, german)


@pytest.mark.parametrize(
    ("size", "text"), [(None, ""), (812, "812 B"), (1200, "1.2 kB"), (3_400_000, "3.4 MB"), (5 * 10**12, "5,000.0 GB")]
)
def test_sizes_are_written_with_their_unit(size: int | None, text: str) -> None:
    assert TEXTS["en"].size(size) == text


@given(st.floats(min_value=0, max_value=10**9))
def test_any_duration_is_written(seconds: float) -> None:
    assert TEXTS["de"].duration(seconds)


@pytest.mark.parametrize(
    ("wanted", "accepted", "code"),
    [
        (None, "", "en"),
        (None, "fr, de-AT;q=0.9, en;q=0.5", "de"),
        (None, "en;q=0.1, de;q=0.2", "de"),
        (None, "de;q=0, en", "en"),
        (None, "de;q=high, *;;,", "en"),
        ("de", "en", "de"),
        ("xx", "de", "de"),
    ],
)
def test_the_language_is_the_chosen_one_else_what_the_browser_likes_best(wanted: str | None, accepted: str, code: str) -> None:
    assert chosen(wanted, accepted).language.code == code


@given(st.text(max_size=300))
def test_any_header_of_languages_is_read(header: str) -> None:
    assert chosen(None, header).language.code in LANGUAGES


def test_a_moment_says_that_it_is_utc() -> None:
    at = datetime(2026, 11, 22, 4, 15, tzinfo=UTC)
    assert TEXTS["de"].moment(at) == (
        '<time datetime="2026-11-22T04:15:00+00:00" title="22.11.2026 04:15:00 UTC">22.11.2026 04:15:00 UTC</time>'
    )
    assert TEXTS["en"].moment("never") == Markup()


def test_what_stands_in_a_phrase_stays_text() -> None:
    said = TEXTS["en"].say(document_phrase({"state": "routed", "failures": [{"owner": HOSTILE, "message": HOSTILE}]}))
    assert "<script>" not in said
    assert "&lt;script&gt;" in said
    assert said.striptags().startswith("Stopped: ")


def test_a_phrase_says_times_by_the_readers_clock() -> None:
    waiting = {"target": "odoo", "state": "waiting", "attempt": 2, "max_attempts": 8, "next_attempt_at": "2026-11-22T14:05:00Z"}
    view = {"state": "routed", "deliveries": [waiting]}
    assert '<time datetime="2026-11-22T14:05:00+00:00"' in TEXTS["de"].say(document_phrase(view))
    assert in_the_terminal(view) == ("Waiting: attempt 3 of 8 for odoo at 2026-11-22 14:05:00Z", "warning")
    assert TEXTS["en"].say(Phrase("target.maintenance", "info", {"until": Moment("2026-11-22")})).startswith("In maintenance")


def test_a_row_holds_strange_names_as_they_are() -> None:
    row = row_of({"id": "a/b?c", "partner": HOSTILE, "direction": "sideways", "state": "new_state"}, TEXTS["en"])
    assert row.path == "/messages/a%2Fb%3Fc"
    assert row.partner == HOSTILE
    assert row.way == "sideways"
    assert TEXTS["en"].say(row.state) == "New state"


def test_what_is_awaited_is_told_with_its_layer() -> None:
    said = acknowledged({"expectations": [{"kind": "997", "state": "overdue"}, {"kind": "MDN", "state": "accepted"}]})
    assert (TEXTS["en"].say(said), said.tone) == ("997: Overdue, MDN: Accepted", "error")


def test_a_tile_counts_names_and_leads_to_its_list() -> None:
    view = {"dead_letters": 3, "breakers": ["odoo"], "to_read": 0, "to_read_since": "2026-11-22T04:15:00Z"}
    (first, second, third) = tiles_of(view, {"dead_letters": "/dead-letters", "breakers": "", "to_read": ""})
    assert (first.amount, first.path) == (3, "/dead-letters")
    assert (second.amount, second.names, second.path) == (1, ["odoo"], "")
    assert third.since is None, "what nothing waits for has no oldest"


@pytest.mark.parametrize(
    "elsewhere",
    [
        None, "", "https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "/\tx", "/a\\b",
        "javascript:alert(1)",
        "/ //evil.example", "\n//evil.example", "/" + "x" * 3000,
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(elsewhere: str | None) -> None:
    assert own_path(elsewhere) == "/"


@pytest.mark.parametrize("path", ["/", "/messages", "/messages?q=partner%3Abigbox&after=x", "/messages/1/raw"])
def test_a_place_of_ours_is_gone_on_to(path: str) -> None:
    assert own_path(path) == path


def test_vendored_files_are_listed_with_their_hashes() -> None:
    vendor = assets.FOLDER / "vendor"
    listed = (vendor / "README.md").read_text(encoding="utf-8")
    for file in vendor.iterdir():
        if file.name != "README.md":
            assert f"`{file.name}`" in listed
            assert hashlib.sha256(file.read_bytes()).hexdigest() in listed
