"""Labels as a carrier prints them: a page of PDF, or the language of label printers (ZPL II)."""

from collections.abc import Sequence


def pdf(lines: Sequence[str]) -> bytes:
    """One page of 4 by 6 inches with these lines; a whole PDF 1.4 file with its table of objects."""
    text = b"".join(b"(%s) Tj T* " % _escaped(line) for line in lines)
    content = b"BT /F1 12 Tf 16 TL 20 400 Td " + text + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    made, places = bytearray(b"%PDF-1.4\n"), list[int]()
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return bytes(made) + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def zpl(lines: Sequence[str], barcode: str) -> bytes:
    """The lines and the barcode (Code 128) for a label printer."""
    fields = "".join(f"^FO40,{40 + 40 * row}^A0N,30^FD{_plain(line)}^FS" for row, line in enumerate(lines))
    return f"^XA{fields}^FO40,{60 + 40 * len(lines)}^BCN,120^FD{_plain(barcode)}^FS^XZ".encode()


def _escaped(line: str) -> bytes:
    plain = line.encode("latin-1", "replace")
    return plain.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _plain(text: str) -> str:
    """Without what would be a command."""
    return text.replace("^", " ").replace("~", " ")
