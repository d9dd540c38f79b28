"""A small city whose codes go to a gateway that is not there: what is sent is the row in the queue."""

from dataclasses import replace

import pytest

from tests.factories import sign_in, tiny_city, user_with_role


@pytest.fixture
def city(settings):
    settings.ENV = replace(
        settings.ENV,
        sms="https://sms.example.org/send",
        sms_key="k" * 32,
        smtp="smtps://mail.example.org",
        smtp_from="linli@example.org",
    )
    return tiny_city()


@pytest.fixture
def desk(city, client):
    user = user_with_role("community_desk", city.communities[0])
    sign_in(client, user)
    return client
