"""Every sentence of the app, by the key its scripts ask for. They come with the page, in both languages."""

from django.utils.translation import gettext_noop

from linli.custody.reveals import REASON_WORDS
from linli.ledger.asks import NEED_WORDS
from linli.web.ledger.words import MOVES, PHONE_REASONS

WORDS = {
    # on every screen
    "all_sent": gettext_noop("Everything is sent"),
    "unsent": gettext_noop("{n} not yet sent"),
    "offline": gettext_noop("No signal"),
    "exercise": gettext_noop("Exercise"),
    "as_of": gettext_noop("As of"),
    "until": gettext_noop("On this phone until"),
    "back": gettext_noop("Back to the doors"),
    "back_door": gettext_noop("Back to the door"),
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
    "no_micro_grid": gettext_noop("{name}, you have no micro-grid, and lead nobody. Ask the desk."),
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
    "back_asked": gettext_noop("They asked to come back at another time"),
    "back_when": gettext_noop("When?"),
    "back_none": gettext_noop("At no certain time"),
    "back_two_hours": gettext_noop("In two hours"),
    "back_evening": gettext_noop("This evening, 19:00"),
    "back_tomorrow": gettext_noop("Tomorrow, 9:00"),
    "back_other": gettext_noop("Another time"),
    "back_at": gettext_noop("At which time?"),
    "back_wrong": gettext_noop("Please choose a time within the next seven days."),
    "back_told": gettext_noop("They asked you to come back {when}"),
    "back_short": gettext_noop("Come back {when}"),
    "back_soon": gettext_noop("Within the hour: come back {when}"),
    "back_now": gettext_noop("Now: come back {when}"),
    "back_late": gettext_noop("Overdue: come back {when}"),
    "write_down": gettext_noop("Write it down"),
    "new_person": gettext_noop("Somebody else lives here"),
    "name": gettext_noop("Name"),
    "name_missing": gettext_noop("Please give a name, if only a first one."),
    "no_name": gettext_noop("No name known"),
    "a_child": gettext_noop("a child"),
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
    "high_risk": gettext_noop("High-risk zone: ring them up first"),
    "high_risk_short": gettext_noop("High risk"),
    "before_knock": gettext_noop("Before you knock: {safety}"),
    # something is needed
    "needed_here": gettext_noop("Something is needed here"),
    "needed_hint": gettext_noop(
        "One tap: the desk of the community has it in its duty log. In danger, dial 120, 119 or 110 first."
    ),
    "lasts_days": gettext_noop("Medicine: for how many days does it last?"),
    "days": gettext_noop("days: {n}"),
    "next_treatment": gettext_noop("Treatment: when is the next time?"),
    "today": gettext_noop("today"),
    "tomorrow": gettext_noop("tomorrow"),
    "in_two_days": gettext_noop("in two days"),
    "another_day": gettext_noop("Another day"),
    "that_day": gettext_noop("On that day"),
    "not_known": gettext_noop("Not known"),
    # who lives there
    "people_behind": gettext_noop("Who lives here: {n}"),
    "show_number": gettext_noop("Show the phone number"),
    "why_number": gettext_noop("Why?"),
    "number_recorded": gettext_noop("It is recorded: who, when and why."),
    "number_needs_signal": gettext_noop("There is no signal, and this number does not lie on the phone."),
    "too_many_numbers": gettext_noop("You have seen {n} numbers within an hour. Please wait, or ask the desk."),
    "call": gettext_noop("Call {number}"),
    "moved_ask": gettext_noop("They moved, or are away"),
    "desk_told_of": gettext_noop("The desk is told: {what}"),
    # a move
    "moved_who": gettext_noop("{name}: what happened?"),
    "what_happened": gettext_noop("What happened?"),
    "since_when": gettext_noop("Since when?"),
    "since_hint": gettext_noop("It may be hours or days ago: it is filed where it belongs in time."),
    "since_wrong": gettext_noop("Please say since when; it cannot be later than now."),
    "choose_what": gettext_noop("Please say what happened."),
    "choose_where": gettext_noop("Please say where."),
    "which_door": gettext_noop("Behind which door?"),
    "with_whom": gettext_noop("With whom?"),
    "joins_join": gettext_noop("With who lives there"),
    "joins_own": gettext_noop("A household of their own"),
    "which_place": gettext_noop("In which micro-grid does the place lie?"),
    "farther_away": gettext_noop("Farther away than this street: tell the desk, which finds the place by its name."),
    "tell_desk": gettext_noop("Tell the desk"),
    # a door nobody knew of
    "new_door": gettext_noop("A door is missing"),
    "no_buildings": gettext_noop("No building is known in your micro-grids. Ask the desk."),
    "building": gettext_noop("Building"),
    "unit_if": gettext_noop("Unit, if there is one"),
    "floor_if": gettext_noop("Floor, if you know it"),
    "door_number": gettext_noop("Number of the door"),
    "door_number_missing": gettext_noop("Please say the number of the door."),
    "unit_wrong": gettext_noop("A unit is a number from 1 to 99."),
    "floor_wrong": gettext_noop("A floor is a number from -9 to 199."),
    "add_door": gettext_noop("Add this door"),
    # what one was told
    "told": gettext_noop("Notices to you: {n}"),
    "told_open": gettext_noop("Open them with a signal, so that they count as read"),
    # whom one leads
    "crew_way": gettext_noop("People I lead: {n} on duty"),
    "crew_on_duty": gettext_noop("On duty: {n} of {all}"),
    "crew_empty": gettext_noop("Nobody is placed with you now"),
    "crew_nobody": gettext_noop("People appear here an hour before their time begins. The desk places them."),
    "duty_start": gettext_noop("Start"),
    "duty_finish": gettext_noop("Finish"),
    "duty_start_of": gettext_noop("{name} starts"),
    "duty_finish_of": gettext_noop("{name} finishes"),
    "duty_since": gettext_noop("on duty since {when}"),
    "duty_finished": gettext_noop("finished {when}"),
    "duty_not_started": gettext_noop("not started"),
    "duty_forgot": gettext_noop("not finished since {when}"),
    "duty_forgot_hint": gettext_noop(
        "Where a finish was forgotten a tap says nothing any more. With a signal, say when it ended, under Who is here."
    ),
    "my_work": gettext_noop("My work"),
    "duty_elsewhere": gettext_noop("on duty at another place since {when}"),
    "kind_start": gettext_noop("Start of duty"),
    "kind_finish": gettext_noop("Finish of duty"),
    "keep_recorded": gettext_noop("Leave what is recorded"),
    "hours_mended": gettext_noop("If these hours are wrong, whoever served asks for a correction under My hours."),
    # the same where there are people and no doors
    "get_doors_of_crew": gettext_noop("{name}, get your people"),
    "get_doors_crew": gettext_noop("Get my people"),
    "get_doors_hint_crew": gettext_noop(
        "Their names stay on this phone for 30 hours at most. Start and finish work without a signal."
    ),
    "choose_pin_crew": gettext_noop("A PIN for this list"),
    "pin_hint_crew": gettext_noop("6 to 12 digits. Five wrong ones, and the list leaves this phone."),
    "pin_crew": gettext_noop("PIN of this list"),
    "open_crew": gettext_noop("Open my list"),
    "pin_forgotten_hint_crew": gettext_noop(
        "Nobody can look it up. Remove the list and get it again with a new PIN. What is not yet sent stays and is "
        "sent."
    ),
    "remove_doors_crew": gettext_noop("Remove the list from this phone"),
    "close_doors_crew": gettext_noop("Close my list"),
    "sign_out_all_sent_crew": gettext_noop("Everything is sent. The list is removed from this phone."),
    "over_crew": gettext_noop(
        "The time this list was lent for is over. It was removed from this phone. What is not yet sent stays."
    ),
    "revoked_crew": gettext_noop(
        "This phone was signed out. The list was removed from it. What is not yet sent stays and is sent once somebody "
        "signs in here."
    ),
    "back_crew": gettext_noop("Back to the people"),
    # what was written down last
    "last_entries": gettext_noop("What I wrote down"),
    "nothing_written": gettext_noop("Nothing written down yet"),
    "nothing_written_hint": gettext_noop(
        "What you write down on this phone stands here, to be taken back if it is wrong."
    ),
    "entry_unsent": gettext_noop("Not sent yet"),
    "entry_sent": gettext_noop("Sent"),
    "entry_waiting": gettext_noop("To decide"),
    "taken_back": gettext_noop("Taken back"),
    "take_out": gettext_noop("Take it out: it was not sent"),
    "take_out_with": gettext_noop("Take it out, and {n} more that build on it"),
    "take_back": gettext_noop("Take it back"),
    "desk_mends": gettext_noop("It has been sent. If it is wrong, please tell the desk."),
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
    "kind_door": gettext_noop("New door"),
    "kind_move": gettext_noop("Moved"),
    "kind_shown": gettext_noop("A phone number was shown"),
    "kind_undo": gettext_noop("Take it back"),
    # this phone
    "this_phone": gettext_noop("This phone"),
    "on_this_phone": gettext_noop("What is kept here"),
    "stays": gettext_noop("stays until it is sent"),
    "may_go": gettext_noop(
        "may be thrown away when room runs short. Put this app on the first screen, and send whenever there is a "
        "signal."
    ),
    "exchange_now": gettext_noop("Send and fetch now"),
    "hand_over": gettext_noop("Hand my doors over"),
    "hand_over_hint": gettext_noop(
        "The desk gives your doors to a colleague, under Accounts. They see what you found and what is left. Sign out "
        "here; what is not yet sent stays and is sent by whoever signs in next."
    ),
    "close_doors": gettext_noop("Close my doors"),
    "sign_out": gettext_noop("Sign out"),
    "sign_out_now": gettext_noop("Sign out on this phone"),
    "sign_out_unsent": gettext_noop(
        "{n} not yet sent. They stay on this phone, sealed, and are sent by whoever signs in here next."
    ),
    "sign_out_all_sent": gettext_noop("Everything is sent. The doors are removed from this phone."),
}
# What other pages say too, under the same words.
WORDS |= {f"ask_{need}": words for need, words in NEED_WORDS.items()}
WORDS |= {f"move_{what}": words for what, words in MOVES.items()}
WORDS |= {f"reason_{reason}": REASON_WORDS[reason] for reason in PHONE_REASONS}
