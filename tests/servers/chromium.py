"""The Chromium of the operating system, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.servers.process import ServerMissing


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a screen. Raises ServerMissing."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise ServerMissing("Chromium is missing: sudo apt-get install chromium")
    words = ["--no-sandbox"] if os.geteuid() == 0 else []  # as root it refuses to run in one
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=words)
        try:
            yield browser
        finally:
            browser.close()
