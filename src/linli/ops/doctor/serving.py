"""How pages are served: who answers on the port, and the certificate that is shown there."""

import http.client
import json

from django.utils.translation.trans_null import gettext_noop

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.conf.env import Env
from linli.conf.ways import Way, way_of
from linli.ops import asking, tls
from linli.ops.doctor.fact import Fact, State

ALIVE = {"linli": "alive"}
ANSWER_WITHIN_S = 2.0
RENEW_DAYS = 21


def port(env: Env) -> Fact:
    """Whether Linli answers on its port, or somebody else."""
    name, values = gettext_noop("Port"), {"port": env.port}
    answered = _asked(env)
    if answered is None:
        says = gettext_noop("Nobody answers on port {port}.")
        return Fact("port", State.BAD, name, says, gettext_noop("Start Linli with make run."), values)
    if answered != ALIVE:
        says = gettext_noop("Another program answers on port {port}.")
        return Fact(
            "port",
            State.BAD,
            name,
            says,
            gettext_noop("Stop that program, or give Linli another port with LINLI_PORT."),
            values,
        )
    return Fact("port", State.GOOD, name, gettext_noop("Linli answers on port {port}."), values=values)


def _asked(env: Env) -> object:
    """What the port answers to /healthz; None where nobody listens."""
    asked = asking.connection(env, ANSWER_WITHIN_S)
    try:
        asked.request("GET", "/healthz")
        return json.loads(asked.getresponse().read(1000))
    except (ConnectionRefusedError, TimeoutError):
        return None
    except (OSError, http.client.HTTPException, ValueError):
        return "something else"
    finally:
        asked.close()


def certificate(env: Env) -> Fact:
    """The pair where the settings say: what is served now may be an older copy of it."""
    name, at = gettext_noop("Certificate"), now()
    try:
        pair = tls.pair(env, at)
        assert pair is not None
    except LinliError as error:
        remedy = gettext_noop("Put it right; Linli takes it up without a restart. How: docs/how-to/serve-over-https.md")
        return Fact("certificate", State.BAD, name, error.sentence, remedy, error.facts)
    days = (pair.until - at).days
    values = {"until": pair.until, "days": days}
    says = gettext_noop("The certificate is valid until {until}. Days left: {days}.")
    if days < RENEW_DAYS:
        own = way_of(env) is Way.OFFICE
        remedy = gettext_noop("Renew it: linli ca issue") if own else gettext_noop("Renew it where it came from.")
        return Fact("certificate", State.WARN, name, says, remedy, values)
    return Fact("certificate", State.GOOD, name, says, values=values)
