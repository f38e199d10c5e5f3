"""Letters as partners find them, made by hand for the auditor's own tests."""

from tests.chaos.record import Letter
from tests.translators.x12.orders import body_850, interchange


def x12_answer(number: int, about: int, verdict: str = "A", *, name: str = "") -> Letter:
    """A 997."""
    body = ["ST*997*0001", f"AK1*PO*{about}", f"AK9*{verdict}*1*1*1", "SE*4*0001"]
    text = interchange([body], sender="ZZ:NORDICDC", receiver="01:123456789", control_number=number, functional_id="FA").decode()
    return Letter("bigbox", name or f"997_{number}.x12", text)


def x12_refusal(number: int, about: int) -> Letter:
    """A TA1 that refuses an interchange."""
    header = interchange([], sender="ZZ:NORDICDC", receiver="01:123456789", control_number=number).decode().split("~")[0]
    return Letter("bigbox", f"TA1_{number}.x12", f"{header}~TA1*{about:09}*260302*0915*R*025~IEA*0*{number:09}~")


def x12_order(number: int, *orders: str, name: str = "") -> Letter:
    """850s of ours."""
    sets = [body_850(order_number=order) for order in orders]
    text = interchange(sets, sender="ZZ:NORDICDC", receiver="01:123456789", control_number=number).decode()
    return Letter("bigbox", name or f"850_{number}.x12", text)


def x12_response(number: int, order: str) -> Letter:
    """An 855 that accepts an order."""
    body = ["ST*855*0001", f"BAK*00*AC*{order}*20260302", "SE*3*0001"]
    text = interchange([body], sender="ZZ:NORDICDC", receiver="01:123456789", control_number=number, functional_id="PR").decode()
    return Letter("bigbox", f"855_{number}.x12", text)


def edifact_answer(number: int, about: int, action: int = 7) -> Letter:
    """A CONTRL."""
    text = (
        f"UNB+UNOC:3+5790000000012:14+5798000000025:14+261120:0930+{number}'UNH+1+CONTRL:2:2:UN'"
        f"UCI+{about}+5798000000025:14+5790000000012:14+{action}'UNT+3+1'UNZ+1+{number}'"
    )
    return Letter("nordmart", f"key-{number}", text)


def ubl_answer(number: int, about: str, code: str = "AP") -> Letter:
    """An ApplicationResponse."""
    text = (
        f"<ApplicationResponse><cbc:ID>{number}</cbc:ID><cac:DocumentResponse><cac:Response><cbc:ResponseCode>{code}"
        f"</cbc:ResponseCode></cac:Response><cac:DocumentReference><cbc:ID>{about}</cbc:ID></cac:DocumentReference>"
        "</cac:DocumentResponse></ApplicationResponse>"
    )
    return Letter("greengrocer", f"response_{number}.xml", text)
