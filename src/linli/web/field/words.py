"""Every sentence of the app, by the key its scripts ask for. They come with the page, in both languages."""

from django.utils.translation import gettext_noop

WORDS = {
    # on every screen
    "all_sent": gettext_noop("Everything is sent"),
    "unsent": gettext_noop("{n} not yet sent"),
    "offline": gettext_noop("No signal"),
    "exercise": gettext_noop("Exercise"),
    "as_of": gettext_noop("As of"),
    "until": gettext_noop("On this phone until"),
    "back": gettext_noop("Back to the doors"),
    # what the phone has to say
    "keeps_nothing": gettext_noop(
        "This phone keeps nothing of what is written here. Free some room, or leave the private window. Until then "
        "write on paper."
    ),
    "thrown_away": gettext_noop(
        "This phone threw away what it kept: {n} not yet sent are lost. Please tell the desk, and write them down "
        "again."
    ),
    "revoked": gettext_noop(
        "This phone was signed out. The doors were removed from it. What is not yet sent stays and is sent once "
        "somebody signs in here."
    ),
    "over": gettext_noop(
        "The time these doors were lent for is over. They were removed from this phone. What is not yet sent stays."
    ),
    "other_version": gettext_noop(
        "A new version of this app is there. Nothing is lost. Please load it when there is a signal."
    ),
    "load_anew": gettext_noop("Load the new version"),
    # the first time
    "no_doors_here": gettext_noop("No doors on this phone"),
    "asking": gettext_noop("Asking the system …"),
    "needs_signal_once": gettext_noop("To get your doors this phone needs a signal once. After that it works without."),
    "sign_in_first": gettext_noop("Sign in first. What is not yet sent is then sent, whoever wrote it."),
    "sign_in": gettext_noop("Sign in"),
    "no_micro_grid": gettext_noop("{name}, you have no micro-grid. The desk gives you one."),
    "get_doors_of": gettext_noop("{name}, get your doors"),
    "get_doors": gettext_noop("Get my doors"),
    "get_doors_hint": gettext_noop("They stay on this phone for 30 hours at most, and work without a signal."),
    "choose_pin": gettext_noop("A PIN for these doors"),
    "pin_hint": gettext_noop("6 to 12 digits. Five wrong ones, and the doors leave this phone."),
    "pin_again": gettext_noop("The same PIN again"),
    "pin_shape": gettext_noop("A PIN has 6 to 12 digits."),
    "pin_simple": gettext_noop("That one is guessed first. Take other digits."),
    "pins_differ": gettext_noop("These two are not the same."),
    # locked
    "type_pin": gettext_noop("{name}, type your PIN"),
    "pin": gettext_noop("PIN of these doors"),
    "pin_wrong": gettext_noop("That is another PIN. Tries left: {n}."),
    "open": gettext_noop("Open my doors"),
    "pin_forgotten": gettext_noop("PIN forgotten, or not you?"),
    "pin_forgotten_hint": gettext_noop(
        "Nobody can look it up. Remove the doors and get them again with a new PIN. What is not yet sent stays and is "
        "sent."
    ),
    "remove_doors": gettext_noop("Remove the doors from this phone"),
    # the list
    "doors_to_go": gettext_noop("Doors still to visit: {n}"),
    "still_open": gettext_noop("Still open ({n})"),
    "all_doors": gettext_noop("All ({n})"),
    "all_visited": gettext_noop("Every door has been visited."),
    "no_doors": gettext_noop("No door is known in your micro-grids. Ask the desk."),
    "people_here": gettext_noop("People: {n}"),
    "nobody_known": gettext_noop("Nobody known"),
    "with_needs": gettext_noop("needs help"),
    "unit": gettext_noop("unit {unit}"),
    # a door
    "not_yet": gettext_noop("Not visited yet"),
    "result_answered": gettext_noop("Answered"),
    "result_no_answer": gettext_noop("No answer"),
    "result_vacant": gettext_noop("Vacant"),
    "result_refused": gettext_noop("Refused"),
    "last_found": gettext_noop("Last: {result}, {at}"),
    "no_sweep": gettext_noop("No sweep is open here, so nothing can be recorded at this door."),
    "what_found": gettext_noop("What did you find?"),
    "choose_result": gettext_noop("Choose what you found."),
    "how": gettext_noop("How?"),
    "how_door": gettext_noop("At the door"),
    "how_phone": gettext_noop("By phone"),
    "how_group": gettext_noop("Group message"),
    "how_neighbour": gettext_noop("From a neighbour"),
    "who_spoke": gettext_noop("Who spoke for all?"),
    "nobody_special": gettext_noop("Each for themselves"),
    "said_here": gettext_noop("Here"),
    "said_away": gettext_noop("Away"),
    "said_refused": gettext_noop("Refused to say"),
    "said_exempt": gettext_noop("Exempt"),
    "write_down": gettext_noop("Write it down"),
    "new_person": gettext_noop("Somebody else lives here"),
    "name": gettext_noop("Name"),
    "name_missing": gettext_noop("Please give a name, if only a first one."),
    "no_name": gettext_noop("No name known"),
    "phone_if_told": gettext_noop("Phone, if they tell it"),
    "guest": gettext_noop("Staying for a while"),
    "add_person": gettext_noop("Add this person"),
    "age_0": gettext_noop("under 3"),
    "age_3": gettext_noop("3 to 13"),
    "age_14": gettext_noop("14 to 59"),
    "age_60": gettext_noop("60 to 79"),
    "age_80": gettext_noop("80 or older"),
    "need_elder_alone": gettext_noop("an elder living alone"),
    "need_disabled": gettext_noop("disabled"),
    "need_care_dependent": gettext_noop("depends on care"),
    "need_pregnant": gettext_noop("pregnant"),
    "need_dialysis": gettext_noop("dialysis"),
    "need_chemo": gettext_noop("chemotherapy"),
    "need_under3": gettext_noop("under 3"),
    "need_contact_daily": gettext_noop("to be called daily"),
    "need_contact_regular": gettext_noop("to be called regularly"),
    # what waits for a decision
    "to_decide": gettext_noop("To decide: {n}"),
    "nothing_to_decide": gettext_noop("Nothing to decide"),
    "mine": gettext_noop("You"),
    "colleague": gettext_noop("A colleague"),
    "keep_mine": gettext_noop("Keep mine: {mine}"),
    "keep_theirs": gettext_noop("Keep theirs: {theirs}"),
    "send_again": gettext_noop("Send it again"),
    "let_it_be": gettext_noop("Let it be"),
    "kind_person": gettext_noop("New person"),
    "kind_need": gettext_noop("Needs something"),
    # this phone
    "this_phone": gettext_noop("This phone"),
    "on_this_phone": gettext_noop("What is kept here"),
    "stays": gettext_noop("stays until it is sent"),
    "may_go": gettext_noop(
        "may be thrown away when room runs short. Put this app on the first screen, and send whenever there is a "
        "signal."
    ),
    "exchange_now": gettext_noop("Send and fetch now"),
    "close_doors": gettext_noop("Close my doors"),
    "sign_out": gettext_noop("Sign out"),
    "sign_out_now": gettext_noop("Sign out on this phone"),
    "sign_out_unsent": gettext_noop(
        "{n} not yet sent. They stay on this phone, sealed, and are sent by whoever signs in here next."
    ),
    "sign_out_all_sent": gettext_noop("Everything is sent. The doors are removed from this phone."),
}
