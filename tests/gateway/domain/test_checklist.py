"""The checklist of a new partner: each item by the facts that prove it, what to do next, whose turn it is."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.texts import LANGUAGES
from gateway.domain.onboarding import checklist as subject
from gateway.domain.onboarding.checklist import Checked, Facts, Item, Note, Standing, Whose, checklist, for_partner

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
NEW = Facts(partner="acme", counters={"x12": 0}, expects=True, identities=("01:5",), needs_certificates=True)
LIVE = Facts(
    partner="acme", test=False, certificates=2, needs_certificates=True, identities=("01:5",), expects=True, counters={"x12": 7},
    received_at=AT, received_by="acme-as2", known=4, documents=20, taken=20, first_test=AT, first_production=AT,
    first_delivered=AT, answered_at=AT, sent_at=AT, accepted_at=AT,
)  # fmt: skip


def item(facts: Facts, wanted: Item, notes: dict[str, Note] | None = None) -> Checked:
    return next(one for one in checklist(facts, notes or {}) if one.item is wanted)


def test_a_new_partner_has_everything_left_and_each_item_says_what_to_do() -> None:
    judged = checklist(NEW, {})
    assert [one.item for one in judged] == list(Item)
    assert {one.standing for one in judged} == {Standing.OPEN}
    assert all(one.next is not None for one in judged)


def test_a_partner_who_is_live_has_nothing_left() -> None:
    assert {one.standing for one in checklist(LIVE, {})} == {Standing.DONE}
    assert all(one.next is None for one in checklist(LIVE, {}))


@pytest.mark.parametrize(
    ("wanted", "facts", "standing", "proof", "to_do"),
    [
        (Item.CONNECTION, {"unconfirmed": ["a"]}, Standing.OPEN, "key_unconfirmed", "test_connection"),
        (Item.CONNECTION, {"broken": ["a"]}, Standing.FAILING, "out_of_reach", "test_connection"),
        (Item.CONNECTION, {"received_at": None}, Standing.DONE, "sent", None),
        (Item.CONNECTION, {"received_at": None, "sent_at": None}, Standing.OPEN, "nothing_came", "send_something"),
        (
            Item.CONNECTION,
            {"received_at": None, "sent_at": None, "receives": False},
            Standing.OPEN,
            "nothing_went",
            "test_connection",
        ),
        (Item.CERTIFICATES, {"needs_certificates": False}, Standing.NOT_NEEDED, "no_certificates", None),
        (Item.CERTIFICATES, {"certificates": 0}, Standing.OPEN, "certificate_missing", "exchange_certificates"),
        (Item.CERTIFICATES, {"ends_in_days": -1}, Standing.FAILING, "certificate_ended", "exchange_certificates"),
        (Item.CERTIFICATES, {"ends_in_days": 200}, Standing.DONE, "certificates_until", None),
        (Item.IDENTITIES, {"by_way": True}, Standing.NOT_NEEDED, "known_by_way", None),
        (Item.IDENTITIES, {"known": 0, "refused": 2}, Standing.FAILING, "refused", "compare_identities"),
        (Item.SAMPLES, {"documents": 0}, Standing.OPEN, "no_samples", "try_files"),
        (Item.SAMPLES, {"taken": 18}, Standing.FAILING, "pass_rate", "correct_samples"),
        (Item.SAMPLES, {"taken": 19}, Standing.DONE, "pass_rate", None),
        (Item.SAMPLES, {"documents": 0, "taken": 0, "trials": 3, "trials_valid": 3}, Standing.DONE, "pass_rate", None),
        (Item.ACKNOWLEDGEMENTS, {"owes": False, "expects": False}, Standing.NOT_NEEDED, "no_acknowledgements", None),
        (Item.ACKNOWLEDGEMENTS, {"unanswered": 1}, Standing.FAILING, "unanswered", "look_at_acknowledgements"),
        (Item.ACKNOWLEDGEMENTS, {"answered_at": None}, Standing.OPEN, "none_sent", "send_test"),
        (Item.ACKNOWLEDGEMENTS, {"accepted_at": None}, Standing.OPEN, "none_received", "acknowledge"),
        (Item.ACKNOWLEDGEMENTS, {"accepted_at": None, "sent_at": None}, Standing.OPEN, "none_received", "send_document"),
        (Item.ACKNOWLEDGEMENTS, {"accepted_at": None, "expects": False}, Standing.DONE, "answered", None),
        (Item.ACKNOWLEDGEMENTS, {"answered_at": None, "owes": False}, Standing.DONE, "acknowledged", None),
        (Item.NUMBERS, {"counters": {}}, Standing.NOT_NEEDED, "no_numbers", None),
        (Item.NUMBERS, {"counters": {"x12": 4, "edifact": 0}}, Standing.OPEN, "number_missing", "seed_numbers"),
        (Item.TEST_DOCUMENT, {"receives": False}, Standing.NOT_NEEDED, "sends_nothing", None),
        (Item.TEST_DOCUMENT, {"first_test": None}, Standing.NOT_NEEDED, "in_production_already", None),
        (Item.PRODUCTION_DOCUMENT, {"receives": False}, Standing.NOT_NEEDED, "sends_nothing", None),
        (Item.PRODUCTION_DOCUMENT, {"first_production": None, "test": True}, Standing.OPEN, "on_trial", "end_trial"),
        (Item.PRODUCTION_DOCUMENT, {"first_production": None}, Standing.OPEN, "no_production", "send_production"),
        (Item.GO_LIVE, {"failures": 2}, Standing.FAILING, "open_failures", "end_failures"),
        (Item.GO_LIVE, {"test": True}, Standing.OPEN, "on_trial", "end_trial"),
        (Item.GO_LIVE, {"first_delivered": None}, Standing.OPEN, "none_delivered", "look_at_deliveries"),
        (Item.GO_LIVE, {"first_delivered": None, "receives": False}, Standing.DONE, "live", None),
        (Item.GO_LIVE, {"known": 0}, Standing.OPEN, "left", "finish_items"),
    ],
)
def test_each_item_follows_from_facts(
    wanted: Item, facts: dict[str, Any], standing: Standing, proof: str, to_do: str | None
) -> None:
    judged = item(replace(LIVE, **facts), wanted)
    assert (judged.standing, judged.proof.code, judged.next.code if judged.next else None) == (standing, proof, to_do)


class TestNotes:
    def test_what_is_waived_counts_as_settled_and_says_why(self) -> None:
        note = Note(waived=True, note="begins with 1", actor="ada", at=AT)
        facts = replace(LIVE, counters={"x12": 0})
        judged = item(facts, Item.NUMBERS, {"numbers": note})
        assert (judged.standing, judged.next, judged.note) == (Standing.WAIVED, None, note)
        assert item(facts, Item.GO_LIVE, {"numbers": note}).standing is Standing.DONE
        assert item(facts, Item.GO_LIVE).standing is Standing.OPEN

    def test_a_note_alone_changes_nothing_and_a_waiver_of_what_is_done_neither(self) -> None:
        note = Note(waived=False, note="on Monday", actor="ada", at=AT)
        assert item(NEW, Item.CONNECTION, {"connection": note}).standing is Standing.OPEN
        waived = replace(note, waived=True)
        assert item(LIVE, Item.CONNECTION, {"connection": waived}).standing is Standing.DONE


def test_partners_see_their_part_and_no_word_of_what_our_people_said() -> None:
    notes = {one.value: Note(waived=False, note="secret", actor="ada", at=AT) for one in Item}
    for one in for_partner(checklist(NEW, notes)):
        assert one.note is None
        assert one.next is None or one.whose is not Whose.OURS or one.next.code == "ours"
    numbers = next(one for one in for_partner(checklist(NEW, notes)) if one.item is Item.NUMBERS)
    assert numbers.proof.code == "ours"


MOMENTS = st.none() | st.just(AT)
COUNTS = st.integers(0, 50)


@given(
    st.builds(
        Facts, partner=st.just("acme"), test=st.booleans(), receives=st.booleans(), sends=st.booleans(),
        broken=st.sampled_from([(), ("a",)]), unconfirmed=st.sampled_from([(), ("a",)]), needs_certificates=st.booleans(),
        certificates=COUNTS, ends_in_days=st.none() | st.integers(-9, 900), by_way=st.booleans(), identities=st.just(("01:5",)),
        owes=st.booleans(), expects=st.booleans(), counters=st.sampled_from([{}, {"x12": 0}, {"x12": 4}]), received_at=MOMENTS,
        known=COUNTS, refused=COUNTS, documents=st.just(50), taken=COUNTS, first_test=MOMENTS, first_production=MOMENTS,
        first_delivered=MOMENTS, answered_at=MOMENTS, sent_at=MOMENTS, accepted_at=MOMENTS, unanswered=COUNTS, failures=COUNTS,
    ),
    st.sampled_from(sorted(LANGUAGES)),
)  # fmt: skip
def test_whatever_is_known_each_item_is_judged_and_can_be_told(facts: Facts, language: str) -> None:
    texts = LANGUAGES[language].texts
    for one in checklist(facts, {}):
        assert str(texts[f"checklist.proof.{one.proof.code}"]).format(**one.proof.values)
        if one.next is not None:
            assert str(texts[f"checklist.next.{one.next.code}"]).format(**one.next.values)
        assert (one.next is None) == (one.standing not in (Standing.OPEN, Standing.FAILING)) or one.item is Item.GO_LIVE


def test_every_text_of_the_checklist_is_one_that_can_be_told() -> None:
    source = Path(subject.__file__).read_text(encoding="utf-8")
    for key in LANGUAGES["en"].texts:
        if key.startswith(("checklist.proof.", "checklist.next.")):
            assert f'"{key.rpartition(".")[2]}"' in source, key
