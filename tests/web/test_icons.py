"""The icons that phones show: each is the mark as it stands in icon.svg, and the manifest and the app name them."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from django.urls import reverse

ROOT = Path(__file__).parent.parent.parent
_spec = importlib.util.spec_from_file_location("icons", ROOT / "tools" / "icons.py")
icons = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(icons)


@pytest.mark.parametrize(("size", "rounded"), icons.SIZES.items())
def test_each_icon_is_the_mark_as_it_is_now(size, rounded):
    kept = icons.pixels_of((icons.STATIC / f"icon-{size}.png").read_bytes())
    assert np.array_equal(kept, icons.drawn(size, rounded=rounded))
    middle, corner = kept[int(size * 0.6), int(size * 0.4)], kept[0, 0]
    assert tuple(middle) == (255, 255, 255, 255)
    assert int(corner[3]) == (0 if rounded else 255)


@pytest.mark.django_db
def test_phones_are_told_of_icons_that_are_there(client):
    told = client.get(reverse("field_manifest")).json()["icons"]
    assert {each["sizes"] for each in told} == {"any", "192x192", "512x512"}
    page = client.get(reverse("field_app")).content.decode()
    apple = page.split('rel="apple-touch-icon" href="')[1].split('"')[0]
    for address in (apple, *(each["src"] for each in told)):
        reply = client.get(address)
        assert (reply.status_code, reply["Content-Type"].split("/")[0]) == (200, "image")
        reply.close()
