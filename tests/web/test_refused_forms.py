"""A form without its token is refused on a page of ours, in the reader's language."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from linli.muster.models import SignUp
from linli.web.errors import FormNotOurs
from tests.factories import sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
SAID = {"name": "李敏", "phone": "13900000001", "door": "1栋502"}


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh-hans", "zh-Hans")])
@pytest.mark.parametrize("token", [None, "x" * 64, "\x00"])
def test_it_says_what_happened_what_was_kept_and_what_to_do(language, lang, token):
    client, page = Client(enforce_csrf_checks=True), reverse("sign_up", args=[tiny_city().communities[0].pk])
    said = {**SAID, **({"csrfmiddlewaretoken": token} if token is not None else {})}
    reply = client.post(page, said, headers={"Accept-Language": language})
    text = reply.content.decode()
    assert reply.status_code == 403
    assert reply.templates[0].name == "errors/403.html"
    assert "form_too_old" in text
    assert f'<html lang="{lang}">' in text
    with override(language):
        assert FormNotOurs().told() in text
    assert "verification failed" not in text
    for part in ("kept", "todo"):
        assert reply.context[part].split(",")[0] in text
    assert not SignUp.objects.exists()


def test_somebody_signed_in_gets_the_same_page():
    city, client = tiny_city(), Client(enforce_csrf_checks=True)
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    reply = client.post(reverse("allocations", args=[city.communities[0].pk]))
    assert (reply.status_code, reply.context["code"]) == (403, "form_too_old")


def test_a_form_with_its_token_is_taken():
    client, page = Client(enforce_csrf_checks=True), reverse("sign_up", args=[tiny_city().communities[0].pk])
    token = client.get(page).context["csrf_token"]
    assert client.post(page, {**SAID, "csrfmiddlewaretoken": str(token)}).status_code == 302
    assert SignUp.objects.exists()
