"""Take the pictures of the documentation anew, from a demo of their own.

`make pictures` runs this. Nothing is drawn: real messages leave by real processes, and Debian's
Chromium shows what people would see.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from campaigns.local import demo
from docs.taking import desk, readers, sending


def main() -> None:
    """Start a demo, send, take the pictures, stop the demo."""
    with tempfile.TemporaryDirectory(prefix="bedside-pictures-") as folder:
        settings = demo.with_free_ports(demo.demo_settings(data_dir=Path(folder)))
        with demo.running(settings) as running, sync_playwright() as playwright:
            sending.send()
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            readers.take(browser, running.inbox_url)
            desk.take(browser, running.settings.public_url)
            browser.close()


if __name__ == "__main__":
    main()
