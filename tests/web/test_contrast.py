"""The colours of the style sheet keep the contrast that is written down (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "src/opencairn/web/static/opencairn/cairn.css").read_text()
TEXT = ("ink", "ink-soft", "link", "link-deep", "pass", "fail", "unknown", "none")
GROUNDS = ("paper", "raised", "sunk")
WASHES = ("pass", "fail", "unknown", "none")


def tokens(scheme: str) -> dict[str, str]:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")[:2]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return (
        found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark.split("2 ──")[0])) if scheme == "dark" else found
    )


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("scheme", "least"), [("light", 5.5), ("dark", 6.8)])
def test_text_stands_out_from_every_ground(scheme: str, least: float) -> None:
    colour = tokens(scheme)
    pairs = [(text, ground) for text in TEXT for ground in GROUNDS] + [(text, f"{text}-wash") for text in WASHES]
    pairs += [("ink", f"{wash}-wash") for wash in WASHES] + [("on-link", "link"), ("on-link", "link-deep")]
    pairs += [("on-blaze", "blaze")]
    weakest = min((contrast(colour[text], colour[ground]), text, ground) for text, ground in pairs)
    assert round(weakest[0], 1) >= least, weakest


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_inputs_can_be_seen(scheme: str) -> None:
    colour = tokens(scheme)
    assert min(contrast(colour["line-strong"], colour[ground]) for ground in GROUNDS) >= 3
