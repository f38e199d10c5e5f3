"""A person is told of trouble that does not pass by itself, once, and when it is over; what cannot be stored is told later."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ports.channel_trouble import ChannelTrouble
from gateway.stages.alarm import Alarm
from tests.gateway.channels.fakes import Told


def trouble(about: str = "", code: str = "unreachable") -> ChannelTrouble:
    return ChannelTrouble(code, f"{about or 'the channel'} {code}", "Ask.", about)


def alarm(told: Told, **terms: int) -> Alarm:
    return Alarm("bigbox-sftp", "bigbox", told, **terms)  # type: ignore[arg-type]


async def test_a_person_is_told_when_it_has_failed_too_often_and_not_before() -> None:
    told = Told()
    ours = alarm(told, patient=3)
    for failures, open_ in ((1, {}), (2, {}), (3, {"": trouble()}), (4, {"": trouble()})):
        ours.failed(trouble(), failures)
        await ours.tell()
        assert told.open == open_
    assert told.codes == ["unreachable"]


async def test_what_needs_a_person_is_told_at_once() -> None:
    told = Told()
    ours = alarm(told)
    ours.failed(trouble(code="login-refused"), 1, lasting=True)
    await ours.tell()
    assert told.codes == ["login-refused"]
    ((side, _),) = told.begun
    assert (side.channel, side.partner, side.side) == ("bigbox-sftp", "bigbox", "in")


async def test_nothing_is_said_twice_and_what_changed_is() -> None:
    told = Told()
    ours = alarm(told)
    ours.works(())
    await ours.tell()
    for _ in range(3):
        ours.failed(trouble(), 3)
        await ours.tell()
    asked = told.asked
    ours.failed(trouble(code="login-refused"), 4)
    await ours.tell()
    assert told.asked == asked + 1
    assert told.open == {"": trouble(code="login-refused")}


async def test_what_an_earlier_process_told_is_over_only_when_the_channel_was_seen_to_work() -> None:
    told = Told()
    before = alarm(told)
    before.failed(trouble("a.edi", "file-not-taken"), 9)
    await before.tell()
    now = alarm(told)
    now.failed(trouble(), 3)
    await now.tell()
    assert set(told.open) == {"a.edi", ""}
    now.works({"a.edi"})
    now.failed(trouble("a.edi", "file-not-taken"), 9)
    await now.tell()
    assert set(told.open) == {"a.edi"}
    now.works(())
    await now.tell()
    assert told.open == {}


async def test_while_the_server_is_away_its_files_are_as_they_were() -> None:
    told = Told()
    ours = alarm(told)
    ours.works({"a.edi"})
    ours.failed(trouble("a.edi", "file-not-taken"), 3)
    await ours.tell()
    ours.failed(trouble(), 3)
    await ours.tell()
    assert set(told.open) == {"a.edi", ""}
    ours.works({"a.edi"})
    await ours.tell()
    assert set(told.open) == {"a.edi"}
    ours.over("a.edi")
    await ours.tell()
    assert told.open == {}


async def test_what_cannot_be_stored_is_told_the_next_time() -> None:
    told = Told()
    ours = alarm(told)
    told.stores = False
    ours.failed(trouble(), 3)
    await ours.tell()
    assert told.open == {}
    told.stores = True
    await ours.tell()
    assert told.open == {"": trouble()}
    told.stores = False
    ours.works(())
    await ours.tell()
    assert told.open == {"": trouble()}
    told.stores = True
    await ours.tell()
    assert told.open == {}


async def test_of_very_many_things_a_hundred_are_told_and_that_there_are_more() -> None:
    told = Told()
    ours = alarm(told)
    names = [f"{number}.edi" for number in range(5_000)]
    ours.works(names)
    for name in names:
        ours.failed(trouble(name, "file-refused"), 1, lasting=True)
    await ours.tell()
    assert len(told.open) == 101
    assert "and-more" in {one.code for one in told.open.values()}
    ours.works(names[:3])
    await ours.tell()
    assert set(told.open) == set(names[:3])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("failed"), st.sampled_from(["", "a", "b"]), st.integers(1, 5)),
        st.tuples(st.just("works"), st.sets(st.sampled_from(["a", "b"]))),
        st.tuples(st.just("over"), st.sampled_from(["a", "b"])),
        st.tuples(st.just("store"), st.booleans()),
    ),
    max_size=30,
)


@settings(max_examples=200)
@given(STEPS)
async def test_however_it_goes_in_the_end_a_person_sees_what_is_wrong_and_nothing_else(steps: list[tuple[object, ...]]) -> None:
    told, expected = Told(), set[str]()
    ours = alarm(told, patient=3)
    for step in steps:
        match step:
            case ("failed", str(about), int(failures)):
                ours.failed(trouble(about), failures)
                expected |= {about} if failures >= 3 else set()
            case ("works", set(there)):
                ours.works(there)
                expected = {about for about in expected if about in there}
            case ("over", str(about)):
                ours.over(about)
                expected.discard(about)
            case ("store", bool(stores)):
                told.stores = stores
        await ours.tell()
    told.stores = True
    ours.works(expected)
    expected.discard("")
    await ours.tell()
    assert set(told.open) == expected
