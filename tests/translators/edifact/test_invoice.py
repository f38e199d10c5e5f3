from typing import Any
def complete(value: dict[str, Any]) -> None:
    """What no invoice can be without."""
