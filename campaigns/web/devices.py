"""In which browser somebody is signed in, in words; a guess from what the browser says itself."""

import re

_BROWSERS = (
    ("Edge", r"\bEdgA?/|\bEdgiOS/"),
    ("Opera", r"\bOPR/|\bOpera"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chrome", r"\bChrome/|\bCriOS/|\bHeadlessChrome/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("Mac", r"\bMac OS X\b|\bMacintosh\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)


def said(agent: str) -> str:
    """`Chrome on Windows`, `Safari on iPhone`, `An unknown browser`."""
    browser, system = _first(_BROWSERS, agent), _first(_SYSTEMS, agent)
    if system:
        return f"{browser or 'A browser'} on {system}"
    return browser or "An unknown browser"


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, shape in known if re.search(shape, agent)), "")
