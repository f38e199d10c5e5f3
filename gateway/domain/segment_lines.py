"""What is sent, line by line as people read it. Pure."""

import re


def segment_lines(family: str, content: str) -> list[str]:
    """Bytes as lines of a segment each, where segments end with a sign of their own; no sign is lost but ends of lines."""
    end = {"x12": re.escape(content[105:106].strip()), "edifact": r"(?<!\?)'"}.get(family, "")
    text = re.sub(end, r"\g<0>\n", content) if end else content
    return [line for line in text.splitlines() if line.strip()]
