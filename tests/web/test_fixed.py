"""Parts of a page that are put together once for each language."""

import pytest
from django.template import Context, Template
from django.utils import translation

FIXED = Template("{% load i18n %}{% fixed %}{% translate 'Sign in' %} {{ name }}{% endfixed %} {{ name }}")


def drawn(language, name):
    with translation.override(language):
        return FIXED.render(Context({"name": name}))


def test_each_language_has_its_own_and_nothing_of_the_page_comes_in():
    assert drawn("en", "Wang") == "Sign in  Wang"
    assert drawn("zh-hans", "Li").endswith("  Li")
    assert drawn("zh-hans", "Li") != drawn("en", "Li")
    assert drawn("en", "Li") == "Sign in  Li"


def test_it_is_put_together_once(monkeypatch):
    part = Template("{% fixed %}once{% endfixed %}")
    assert part.render(Context()) == "once"
    monkeypatch.setattr(part.nodelist[0], "nodelist", None)
    assert part.render(Context()) == "once"


@pytest.mark.django_db
def test_the_frame_is_in_the_language_of_each_request(client):
    pages = {
        language: client.get("/sign-in/", headers={"accept-language": language}).content.decode()
        for language in ("en", "zh-hans", "en-US")
    }
    assert "Emergency numbers" in pages["en"]
    assert "Emergency numbers" not in pages["zh-hans"]
    assert "Emergency numbers" in pages["en-US"]
