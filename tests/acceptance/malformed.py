"""The malformed inputs of both families as partners would send them, and the acknowledgement that each must bring.

An answer is written as its verdicts on the wire: TA104 and TA105; AK3 to AK9; UCI, UCM, UCS and UCD behind their references.
"""

import re
from collections.abc import Callable, Mapping

from tests.translators.edifact import test_malformed as edifact
from tests.translators.x12 import test_malformed as x12

FIRST, LAST = 5001, 5999
"""Control numbers: of the first small case, and of the first large one, from which they go down; each has its own."""


def small_cases() -> dict[str, tuple[str, bytes]]:
    """Name to partner and bytes: sent by partners that are known, each under a control and an order number of its own."""
    cases: dict[str, tuple[str, bytes]] = {}
    for case in x12.ILLEGAL:
        data = _numbered(case.data, FIRST + len(cases))
        cases[f"x12: {case.name}"] = ("bigbox", data.replace(b"*PO1*", b"*PO-M%d*" % len(cases)))
    for name, illegal in edifact.ILLEGAL.items():
        data = _numbered(_sent_by_nordmart(illegal.data), FIRST + len(cases))
        cases[f"edifact: {name}"] = ("nordmart", data.replace(b"PO-1", b"NM%02d" % len(cases)))
    return cases


def large_case(name: str) -> tuple[str, bytes]:
    """Partner and bytes of what is large or has very much in it, under a control number of its own."""
    number = LAST - list(_LARGE).index(name)
    return "bigbox" if name.startswith("x12") else "nordmart", _numbered(_sent_by_nordmart(_LARGE[name]()), number)


_LARGE: Mapping[str, Callable[[], bytes]] = {
    "x12: 50 MB without a terminator": lambda: x12.GOOD[:106] + b"GS*PO*" + b"A" * 50_000_000,
    "x12: a million components": lambda: x12.GOOD.replace(b"PO1*1*10*EA", b"PO1*1*10*EA" + b">" * 1_000_000),
    "x12: a million elements": lambda: x12.GOOD.replace(b"CTT*2*30", b"CTT*2*30" + b"*" * 1_000_000 + b"1"),
    **{f"edifact: {name}": case[0] for name, case in edifact.LARGE.items()},
}


def _sent_by_nordmart(data: bytes) -> bytes:
    return data.replace(edifact.SENDER.encode(), b"5798000000025", 1)


def _numbered(data: bytes, number: int) -> bytes:
    """Another number in place of 7 or 1, in ISA13 and IEA02 or in both 0020."""
    data = re.sub(rb"\*00000000[17]", b"*%09d" % number, data)
    return re.sub(rb"([:>+]0930[+*]|UNZ.\d.)7(?=['~])", rb"\g<1>%d" % number, data)


def told(content: bytes) -> str:
    """What an acknowledgement says, without numbers and parties: its type and its verdicts."""
    if content.startswith(b"ISA"):
        segments = [line.strip().split("*") for line in content.decode("ascii").split("~")]
        technical = [f"TA1 {segment[4]} {segment[5]}" for segment in segments if segment[0] == "TA1"]
        verdicts = ["*".join(segment) for segment in segments if segment[0] in ("AK3", "AK4", "AK5", "AK9")]
        return " ".join(technical or ["997", *verdicts])
    lines = [line.split("+") for line in content.decode("latin-1").split("'")]
    behind = {"UCI": 4, "UCM": 3, "UCS": 1, "UCD": 1}
    return " ".join(["CONTRL", *(" ".join([s[0], *s[behind[s[0]] :]]) for s in lines if s[0] in behind)])


NO_HEADER = "no interchange header names anybody"
NO_PARTIES = "its header is cut or has no separators: neither sender nor receiver can be read from it"

NOT_ANSWERABLE: Mapping[str, str] = {
    "x12: empty": NO_HEADER,
    "x12: only blanks": NO_HEADER,
    "x12: set without envelope": NO_HEADER,
    "x12: ISA cut": NO_PARTIES,
    "edifact: empty": NO_HEADER,
    "edifact: only blanks": NO_HEADER,
    "edifact: message without interchange envelope": NO_HEADER,
    "edifact: two equal separators": NO_PARTIES,
}
"""Those that no valid acknowledgement can be built for, and why."""

ANSWERS: Mapping[str, str] = {
    # The envelope is refused: TA1 alone, because no group was processed.
    "x12: cut inside a segment": "TA1 R 023",
    "x12: cut after a terminator": "TA1 R 023",
    "x12: IEA missing": "TA1 R 023",
    "x12: GS missing": "TA1 R 024",
    "x12: ST missing": "TA1 R 024",
    "x12: group count wrong": "TA1 R 021",
    "x12: interchange reference differs": "TA1 R 001",
    "x12: other separators than announced": "TA1 R 022",
    "x12: two equal separators": "TA1 R 026",
    "x12: ISA too short": "TA1 R 022",
    "x12: ISA without ISA16": "TA1 R 022",
    "x12: ISA12 wrong": "TA1 R 017",
    "x12: interchange without content": "TA1 R 024",
    # The group is refused.
    "x12: GE missing": "997 AK9*R*1*1*0*3",
    "x12: group reference differs": "997 AK9*R*1*1*0*4",
    "x12: set count wrong": "997 AK9*R*2*1*0*5",
    # Sets are refused, for their envelope or for what is in them.
    "x12: SE missing": "997 AK5*R*2 AK9*R*1*1*0",
    "x12: segment count wrong": "997 AK5*R*4 AK9*R*1*1*0",
    "x12: set reference differs": "997 AK5*R*3 AK9*R*1*1*0",
    "x12: two sets with one reference": "997 AK5*R*7 AK9*P*2*2*1",
    "x12: ST inside a set": "997 AK5*R*2 AK3*BEG*2**3 AK3*PO1*2**3 AK5*R*5*4*3 AK9*R*1*2*0*5",
    "x12: tilde inside data": "997 AK3*BER*18**1 AK5*R*5*4 AK9*R*1*1*0",
    "x12: NUL byte": "997 AK3*PO1*16**8 AK4*9*234*6 AK5*R*5 AK9*R*1*1*0",
    "x12: NUL outside of any element known": "997 AK3*N1*13**8 AK4*2*93*6 AK5*R*5 AK9*R*1*1*0",
    "x12: unknown segment": "997 AK3*QQQ*5**1 AK5*R*5 AK9*R*1*1*0",
    "x12: segment of other sets": "997 AK3*BIG*5**6 AK5*R*5 AK9*R*1*1*0",
    "x12: mandatory segment missing": "997 AK3*BEG*2**3 AK5*R*5 AK9*R*1*1*0",
    "x12: segment out of order": "997 AK3*CUR*10**7 AK5*R*5 AK9*R*1*1*0",
    "x12: loop without its first segment": "997 AK3*N1*12**3 AK5*R*5 AK9*R*1*1*0",
    "x12: value too long": "997 AK3*BEG*2**8 AK4*3*324*5*99999999999999999999999 AK5*R*5 AK9*R*1*1*0",
    "x12: value too short": "997 AK3*CUR*3**8 AK4*2*100*4*US AK5*R*5 AK9*R*1*1*0",
    "x12: letters in a number": "997 AK3*PO1*16**8 AK4*2*330*6 AK5*R*5 AK9*R*1*1*0",
    "x12: too many elements": "997 AK3*CTT*20**8 AK4*8**3*8 AK5*R*5 AK9*R*1*1*0",
    "x12: too many components": "997 AK3*PO1*16**8 AK4*3>2*355*3*EA 1 AK5*R*5 AK9*R*1*1*0",
    "x12: mandatory element missing": "997 AK3*BEG*2**8 AK4*2*92*1 AK5*R*5 AK9*R*1*1*0",
    "x12: date that does not exist": "997 AK3*DTM*9**8 AK4*2*373*8*20260231 AK5*R*5 AK9*R*1*1*0",
    "x12: short date": "997 AK3*DTM*9**8 AK4*2*373*4*260316 AK5*R*5 AK9*R*1*1*0",
    "x12: pair without its half": "997 AK3*PO1*16**8 AK4*7*234*2 AK5*R*5 AK9*R*1*1*0",
    # Tolerated with a finding: the order is taken, and accepted says so.
    "x12: 8-bit bytes": "997 AK9*A*1*1*1",
    "x12: byte order mark": "997 AK9*A*1*1*1",
    "x12: mail header in front": "997 AK9*A*1*1*1",
    # The interchange is refused with all messages: the error of UNA, UNB or UNZ, and no message is named.
    "edifact: cut inside a segment": "CONTRL UCI 4 13 UNZ",
    "edifact: cut after a terminator": "CONTRL UCI 4 13 UNZ",
    "edifact: trailer of the interchange missing": "CONTRL UCI 4 13 UNZ",
    "edifact: message count wrong": "CONTRL UCI 4 29 UNZ 2",
    "edifact: reference of the interchange trailer differs": "CONTRL UCI 4 28 UNZ 3",
    "edifact: other separators not announced": "CONTRL UCI 4 22 UNB",
    "edifact: UNA cut to five characters": "CONTRL UCI 4 22 UNA",
    "edifact: file ends in a release character": "CONTRL UCI 4 21",
    "edifact: message header inside a message": "CONTRL UCI 4 29 UNZ 2",
    # The message is refused for its UNH or UNT: that one error, and no segment is named.
    "edifact: segment count wrong": "CONTRL UCI 7 UCM 4 29 UNT 2",
    "edifact: reference of the message trailer differs": "CONTRL UCI 7 UCM 4 28 UNT 3",
    "edifact: two messages with one reference": "CONTRL UCI 7 UCM 4 26 UNH 2",
    "edifact: a release character eats a terminator": "CONTRL UCI 7 UCM 4 29 UNT 2",
    "edifact: unknown segment": "CONTRL UCI 7 UCM 4 29 UNT 2",
    "edifact: mandatory segment missing": "CONTRL UCI 7 UCM 4 29 UNT 2",
    "edifact: segment out of order": "CONTRL UCI 7 UCM 4 29 UNT 2",
    # The message is refused for what is in it.
    "edifact: NUL byte": "CONTRL UCI 7 UCM 4 UCS 14 21",
    "edifact: value too long": "CONTRL UCI 7 UCM 4 UCS 2 UCD 39 3",
    "edifact: letters in a numeric element": "CONTRL UCI 7 UCM 4 UCS 15 UCD 37 2:2",
    "edifact: too many components": "CONTRL UCI 7 UCM 4 UCS 4 UCD 16 2:4",
    # Tolerated with a finding; CONTRL knows no "accepted with errors".
    "edifact: 8-bit bytes outside the declared set": "CONTRL UCI 7",
    "edifact: byte order mark": "CONTRL UCI 7",
    "edifact: mail header in front": "CONTRL UCI 7",
}
"""What the partner must be told, where an acknowledgement can be built: also about the envelope, as the agreements ask."""

LARGE_ANSWERS: Mapping[str, str] = {
    "x12: 50 MB without a terminator": "TA1 R 004",
    "x12: a million components": "997 AK3*PO1*16**8 AK4*3>2*355*3*EA AK5*R*5 AK9*R*1*1*0",
    "x12: a million elements": "997 AK3*CTT*20**8 AK5*R*5 AK9*R*1*1*0",
    "edifact: 50 MB without a terminator": "CONTRL UCI 4 16",
    "edifact: one element with a million components": "CONTRL UCI 7 UCM 4 UCS 4 UCD 16 2:4",
    "edifact: one segment with a million elements": "CONTRL UCI 7 UCM 4 UCS 4 UCD 16 3",
}
