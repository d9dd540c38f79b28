"""Every sentence about taps that a phone keeps without a signal, by the key its script asks for."""

from django.utils.translation import gettext_noop

ON_PAGES = {
    "kept_start": gettext_noop("Kept on this phone: started {when}"),
    "kept_finish": gettext_noop("Kept on this phone: finished {when}"),
    "kept_hint": gettext_noop("It is sent by itself once there is a signal, also when you open your own page later."),
    "sending": gettext_noop("Sending…"),
    "sent": gettext_noop("What you tapped without a signal has arrived."),
    "refused_start": gettext_noop("Your start {when} was not written down."),
    "refused_finish": gettext_noop("Your finish {when} was not written down."),
    "whose_start": gettext_noop("Who started {when}?"),
    "whose_finish": gettext_noop("Who finished {when}?"),
    "whose_person": gettext_noop("It was {name}"),
    "read": gettext_noop("I have read this"),
    "keeps_nothing": gettext_noop(
        "This phone keeps nothing: free some room, or leave the private window. Until then tell whoever leads here: "
        "they tap for you."
    ),
}
WITHOUT_SIGNAL = ON_PAGES | {
    "duty_at": gettext_noop("Duty at {name}"),
    "duty_code": gettext_noop("Duty, post {code}"),
    "no_signal_short": gettext_noop("No signal"),
    "no_signal": gettext_noop("No signal, or no answer just now. What you tap is kept on this phone with its time."),
    "check_code": gettext_noop("Compare: {code} stands on the poster."),
    "start": gettext_noop("Start duty now"),
    "finish": gettext_noop("Finish duty now"),
    "take_out": gettext_noop("I tapped by mistake"),
    "try_again": gettext_noop("Look for a signal now"),
    "no_session": gettext_noop(
        "This phone has not been signed in for you, so nothing can be kept. Tell whoever leads here: they tap for you."
    ),
    "type_code": gettext_noop("Type the code on the poster"),
    "code_wrong": gettext_noop("A code has eight letters and digits. Please look again."),
    "go_on": gettext_noop("Go on"),
}
LOST = gettext_noop(
    "This phone was signed out before it had sent what was tapped on it. Tell whoever leads there, so that no hours "
    "are missing."
)
