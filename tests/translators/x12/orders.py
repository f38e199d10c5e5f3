"""A builder of valid 850 interchanges: deterministic, of any number of lines, about 1 KB with five."""

_ITEMS = ("036000291452", "012345678905", "614141000036", "042100005264", "725272730706")


def body_850(*, order_number: str, lines: int = 5, reference: str = "0001") -> list[str]:
    """The segments of one set, ST to SE, without terminators. Quantities and prices follow from the line's number."""
    segments = [
        f"ST*850*{reference}",
        f"BEG*00*SA*{order_number}**20260302",
        "CUR*BY*USD",
        "REF*DP*038",
        "REF*IA*V12345",
        "PER*BD*J SMITH*TE*3125550100*EM*orders@bigbox.example",
        "FOB*PP",
        "ITD*01*3*2**10**30",
        "DTM*002*20260316",
        "DTM*001*20260330",
        "TD5*O*2*UPSN*M*UPS GROUND",
        "N1*BY*BIGBOX STORES*1*123456789",
        "N1*ST*BIGBOX DC 12*92*0012",
        "N3*1200 LOGISTICS WAY",
        "N4*JOLIET*IL*60435*US",
    ]
    for line in range(1, lines + 1):
        item = _ITEMS[line % len(_ITEMS)]
        segments.append(f"PO1*{line}*{10 * line}*EA*{line}.25*PE*UP*{item}*VN*WIDGET-{line:04}*IN*{700000 + line}")
        segments.append(f"PID*F****WIDGET NUMBER {line}, BLUE, 12 IN BOX")
    segments.append(f"CTT*{lines}*{sum(10 * line for line in range(1, lines + 1))}")
    segments.append(f"SE*{len(segments) + 1}*{reference}")
    return segments


def interchange(
    sets: list[list[str]],
    *,
    sender: str = "01:123456789",
    receiver: str = "ZZ:NORDICDC",
    control_number: int = 1,
    test: bool = False,
    functional_id: str = "PO",
    version: str = "004010",
    acknowledgement: str = "0",
    terminator: str = "~",
) -> bytes:
    """Sets in one group of one interchange."""
    sender_qualifier, _, sender_id = sender.partition(":")
    receiver_qualifier, _, receiver_id = receiver.partition(":")
    usage = "T" if test else "P"
    header = (
        f"ISA*00*{'':10}*00*{'':10}*{sender_qualifier}*{sender_id:15}*{receiver_qualifier}*{receiver_id:15}"
        f"*260302*0915*{'U' if version < '00402' else '^'}*{version[:5]}*{control_number:09}*{acknowledgement}*{usage}*>"
    )
    segments = [
        header,
        f"GS*{functional_id}*{sender_id}*{receiver_id}*20260302*0915*{control_number}*X*{version}",
        *(segment for body in sets for segment in body),
        f"GE*{len(sets)}*{control_number}",
        f"IEA*1*{control_number:09}",
    ]
    return "".join(f"{segment}{terminator}" for segment in segments).encode()


def order_850(*, sender: str, receiver: str, control_number: int, order_number: str, lines: int = 5, test: bool = False) -> bytes:
    """One order in one interchange; identities are written `qualifier:id`."""
    body = body_850(order_number=order_number, lines=lines)
    return interchange([body], sender=sender, receiver=receiver, control_number=control_number, test=test)
