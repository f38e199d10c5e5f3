"""Builds valid ORDERS D.96A interchanges for tests and benchmarks: the same arguments give the same bytes."""

_BUYER, _SELLER, _WAREHOUSE = "5790000000029", "5790000000012", "5790000000036"


def check_digit(number: str) -> str:
    """A GS1 number with its check digit appended."""
    total = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(reversed(number)))
    return f"{number}{-total % 10}"


def order_message(*, reference: str, order_number: str, lines: int = 5) -> str:
    """One ORDERS D.96A message with its header and trailer, terminated by apostrophes, without line breaks."""
    segments = [
        f"UNH+{reference}+ORDERS:D:96A:UN:EAN008",
        f"BGM+220+{order_number}+9",
        "DTM+137:20261120:102",
        "DTM+2:20261127:102",
        "RFF+CT:C-2026-17",
        f"NAD+BY+{check_digit(_BUYER[:-1])}::9++BIGBOX RETAIL LTD+1 MARKET STREET+LEEDS++LS1 4AP+GB",
        f"NAD+SU+{check_digit(_SELLER[:-1])}::9",
        f"NAD+DP+{check_digit(_WAREHOUSE[:-1])}::9++BIGBOX DC NORTH+7 DOCK ROAD+HULL++HU9 5PQ+GB",
        "CTA+OC+:J. SMITH",
        "COM+ORDERS AT BIGBOX:XF",
        "CUX+2:GBP:9",
    ]
    for line in range(1, lines + 1):
        gtin = check_digit(f"57012345{line:04d}")
        segments += [
            f"LIN+{line}++{gtin}:EN",
            f"PIA+1+SKU-{line:05d}:SA+B{line:04d}:BP",
            f"IMD+F++:::PRODUCT {line}",
            f"QTY+21:{line * 12}:PCE",
            f"PRI+AAA:{line}.25",
        ]
    segments += ["UNS+S", f"CNT+2:{lines}"]
    segments.append(f"UNT+{len(segments) + 1}+{reference}")
    return "".join(f"{segment}'" for segment in segments)


def order_edifact(
    *, sender: str, receiver: str, control_number: str, order_number: str, lines: int = 5, test: bool = False
) -> bytes:
    """One interchange with one order: about 1 KB with five lines. `sender` and `receiver` are GLNs (qualifier 14)."""
    header = f"UNB+UNOC:3+{sender}:14+{receiver}:14+261120:0930+{control_number}" + ("++++++1" if test else "")
    message = order_message(reference="1", order_number=order_number, lines=lines)
    return f"{header}'{message}UNZ+1+{control_number}'".encode("latin-1")
