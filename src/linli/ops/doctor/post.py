"""Whether codes can be sent: the mail server and the gateway for short messages."""

import socket
from urllib.parse import urlsplit

from django.utils.translation.trans_null import gettext_noop

from linli.common.post import BadPost, MailServer, SmsGateway
from linli.conf.env import DRILL, Env
from linli.ops.doctor.fact import Fact, State

ANSWER_WITHIN_S = 2.0


def sending(env: Env, *, real: bool) -> list[Fact]:
    """Whether codes can be sent by e-mail and by short message: each way that is set, and that none is."""
    found = [*([_mail(env)] if env.smtp is not None else []), *([_sms(env, real=real)] if env.sms is not None else [])]
    if found or not real:
        return found
    remedy = gettext_noop(
        "The desk prints them on paper meanwhile. To send them, set LINLI_SMTP or LINLI_SMS: docs/how-to/send-codes.md."
    )
    return [Fact("sending", State.WARN, gettext_noop("Sending codes"), gettext_noop("No way is set."), remedy)]


def _mail(env: Env) -> Fact:
    try:
        server = MailServer.at(env.smtp or "", env.smtp_from)
    except BadPost as problem:
        return _unset("mail", gettext_noop("Codes by e-mail"), problem)
    return _answers("mail", gettext_noop("Codes by e-mail"), server.host, server.port)


def _sms(env: Env, *, real: bool) -> Fact:
    name = gettext_noop("Codes by short message")
    if env.sms == DRILL:
        if not real:
            return Fact("sms", State.GOOD, name, gettext_noop("A drill: they are written down and go to nobody."))
        remedy = gettext_noop("Let LINLI_SMS name your gateway, or leave it out: the desk prints codes on paper.")
        says = gettext_noop("LINLI_SMS is set for a drill, and this city is real: nothing is sent.")
        return Fact("sms", State.WARN, name, says, remedy)
    try:
        gateway = urlsplit(SmsGateway.at(env.sms or "", env.sms_key or "").url)
    except BadPost as problem:
        return _unset("sms", name, problem)
    return _answers("sms", name, gateway.hostname or "", gateway.port or (443 if gateway.scheme == "https" else 80))


def _unset(key: str, name: str, problem: BadPost) -> Fact:
    says = gettext_noop("The setting makes no sense: {why}.")
    remedy = gettext_noop("Until it is put right nobody gets a code this way; the desk prints them on paper.")
    return Fact(key, State.BAD, name, says, remedy, {"why": str(problem)})


def _answers(key: str, name: str, host: str, port: int) -> Fact:
    """Whether somebody listens there; nothing is sent, and no password is shown."""
    values = {"host": host, "port": port}
    try:
        socket.create_connection((host, port), timeout=ANSWER_WITHIN_S).close()
    except OSError:
        remedy = gettext_noop(
            "Codes are tried again for two minutes and then given up, and the page says so; the desk prints them on "
            "paper. Look at the setting, the network and the firewall."
        )
        return Fact(key, State.BAD, name, gettext_noop("{host}:{port} does not answer."), remedy, values)
    return Fact(key, State.GOOD, name, gettext_noop("{host}:{port} answers."), values=values)
