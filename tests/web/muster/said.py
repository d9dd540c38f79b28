"""What the tests of signing up say, and how they read the answer."""

import re

from django.urls import reverse

WANG, PHONE = "王小明", "13800001234"
SAID = {"name": WANG, "phone": PHONE, "door": "1栋1单元502"}


def page_of(city, community=0):
    return reverse("sign_up", args=[city.communities[community].pk])


def body(reply):
    """The page's own part, without what differs from request to request."""
    text = re.search(r"<main.*</main>", reply.content.decode(), re.DOTALL)[0]
    return re.sub(r'name="(csrfmiddlewaretoken|once)" value="[^"]*"', "", text)
