"""How the ledger says no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, NotFound, Refused


class StayInTheFuture(Invalid):
    code = "stay_in_the_future"
    sentence = gettext_noop("A move cannot begin later than now: {since} is still to come.")


class FoundInTheFuture(Invalid):
    code = "found_in_the_future"
    sentence = gettext_noop("Nothing can be found at {said}: that is still to come. It was not recorded.")


class MoveSaidAlready(Conflict):
    code = "move_said_already"
    sentence = gettext_noop("Another move of the same person at {since} is already in the ledger. Nothing was changed.")


class MergedWithItself(Invalid):
    code = "merged_with_itself"
    sentence = gettext_noop("These are one entry, not two: there is nothing to merge.")


class MergedAlready(Conflict):
    code = "merged_already"
    sentence = gettext_noop("One of the two was merged meanwhile. Please look again.")


class MergedAcrossAreas(Refused):
    code = "merged_across_areas"
    sentence = gettext_noop(
        "The two are known in communities of different desks. Whoever decides over both merges them."
    )


class NotMerged(Conflict):
    code = "not_merged"
    sentence = gettext_noop("These two are not merged (any more). Nothing was changed.")


class NotYourDoor(Refused):
    code = "not_your_door"
    sentence = gettext_noop("This door belongs to somebody else's area. It was not recorded.")


class DoorGone(Invalid):
    code = "door_gone"
    sentence = gettext_noop("This door is no longer in the ledger.")


class VacantNotSeen(Invalid):
    code = "vacant_not_seen"
    sentence = gettext_noop(
        "That a door is vacant has to be seen at it, or heard from a neighbour, by phone or in a file."
    )


class ComeBackWrong(Invalid):
    code = "come_back_wrong"
    sentence = gettext_noop(
        "A time to come back is one of the next seven days, at a door that is not vacant. It was not recorded."
    )


class SaidOfAStranger(Invalid):
    code = "said_of_a_stranger"
    sentence = gettext_noop("Somebody this was said of is not known behind this door. It was not recorded.")


class SaidWithoutAnswer(Invalid):
    code = "said_without_answer"
    sentence = gettext_noop("Something was said of people at a door that did not answer. It was not recorded.")


class SweepClosed(Conflict):
    code = "sweep_closed"
    sentence = gettext_noop("This sweep is over since {closed}. It was not recorded.")


class KeyUsedOtherwise(Conflict):
    code = "key_used_otherwise"
    sentence = gettext_noop("The same key was used for something else before. Nothing was changed.")


class NameMissing(Invalid):
    code = "name_missing"
    sentence = gettext_noop("Please give a name of at most {most} characters; what people call them is enough.")


class AskUnclear(Invalid):
    code = "ask_unclear"
    sentence = gettext_noop("Please choose what is needed; days are a number, and a day is written as 2022-09-02.")


class NotYourPerson(Refused):
    code = "not_your_person"
    sentence = gettext_noop("This person belongs to somebody else's area. Nothing was changed.")


class DoorUnknown(Invalid):
    code = "door_unknown"
    sentence = gettext_noop("No door in your area is called so. Nothing was changed.")


class DoorAmbiguous(Invalid):
    code = "door_ambiguous"
    sentence = gettext_noop("{doors} doors are called so. Please say the estate, the building and the unit too.")


class PlaceMissing(Invalid):
    code = "place_missing"
    sentence = gettext_noop("Please say in which micro-grid they are counted there.")


class NoHomeKnown(Invalid):
    code = "no_home_known"
    sentence = gettext_noop("No home of this person is known. Please say behind which door they live.")


class FoundOutsideEvents(Conflict):
    code = "found_outside_events"
    sentence = gettext_noop("No event is under way here. Outside an event people come into the register by a file.")


class MoveDecided(Conflict):
    code = "move_decided"
    sentence = gettext_noop("Somebody has decided about this move already. Nothing was changed.")


class NothingLeftToPrint(Conflict):
    code = "nothing_left_to_print"
    sentence = gettext_noop("Every door of {area} is done: there is nothing left to print.")


class SheetNotPrinted(Conflict):
    code = "sheet_not_printed"
    sentence = gettext_noop("Sheet {number} was never taken out, so it cannot come back.")


class SheetTickedOtherwise(Conflict):
    code = "sheet_ticked_otherwise"
    sentence = gettext_noop("Sheet {number} is marked as destroyed. Nothing was changed.")


class CodeMistyped(Invalid):
    code = "code_mistyped"
    sentence = gettext_noop("This is no code of a door or a sheet. Please look at each letter again.")


class NotOnPaper(Invalid):
    code = "not_on_paper"
    sentence = gettext_noop("This door stands on no sheet of yours.")


class SheetTimeWrong(Invalid):
    code = "sheet_time_wrong"
    sentence = gettext_noop("A sheet that was printed at {printed} was filled in after that, and not later than now.")


class LineUnclear(Invalid):
    code = "line_unclear"
    sentence = gettext_noop("“{typed}” cannot be read. Nothing was written down.")


class TypedOtherwise(Conflict):
    code = "typed_otherwise"
    sentence = gettext_noop("Somebody has typed this door already, and otherwise. What they typed stands below.")


class NotTheirArea(Refused):
    code = "not_their_area"
    sentence = gettext_noop("Whoever was chosen does not work where all of these are. Nothing was changed.")


class FormWithoutHead(Invalid):
    code = "form_without_head"
    sentence = gettext_noop(
        "No row of this form names a column that Linli knows. It needs a row of titles such as Name or Door, "
        "or cells with such names in double braces."
    )


class FormFilledIn(Invalid):
    code = "form_filled_in"
    sentence = gettext_noop(
        "More than {most} rows of this form are filled in: it is a list. Take the empty form. Nothing was kept."
    )


class FormNameMissing(Invalid):
    code = "form_name_missing"
    sentence = gettext_noop(
        "Please say what the form is called and which office requires it, in {most} characters at most."
    )


class FormNameTaken(Conflict):
    code = "form_name_taken"
    sentence = gettext_noop("There is a form of this name here already. Open that one, or choose another name.")


class FormColumnTwice(Invalid):
    code = "form_column_twice"
    sentence = gettext_noop(
        "Two columns would be filled with the same: {title}. Which is meant is not guessed. Nothing was changed."
    )


class FormColumnUnclear(Invalid):
    code = "form_column_unclear"
    sentence = gettext_noop("It is not clear what the column “{title}” is filled with. Nothing was changed.")


class FormColumnUnlawful(Refused):
    code = "form_column_unlawful"
    sentence = gettext_noop(
        "The column “{title}” asks for what may be neither kept nor handed on. It stays empty, whoever requires it."
    )


class FormColumnsOpen(Conflict):
    code = "form_columns_open"
    sentence = gettext_noop("Of some columns of this form nobody has said what they mean. Say it first.")


class FormRemoved(Conflict):
    code = "form_removed"
    sentence = gettext_noop("This form was removed meanwhile.")


class FormNothingToFill(Refused):
    code = "form_nothing_to_fill"
    sentence = gettext_noop("Your role fills none of its columns. The desk of the community fills forms about people.")


class FormAreaWrong(Invalid):
    code = "form_area_wrong"
    sentence = gettext_noop("This form cannot be filled for that area by your role.")


class DoorCodeOld(NotFound):
    code = "door_code_old"
    sentence = gettext_noop("This code leads to no door any more. Nothing was written down.")


class NobodyNamed(Invalid):
    code = "nobody_named"
    sentence = gettext_noop("Please give at least one name; what people call you is enough.")


class TooManyNamed(Invalid):
    code = "too_many_named"
    sentence = gettext_noop("At most {most} people fit on one page. Please send these, then open the page again.")


class SelfReportDecided(Conflict):
    code = "self_report_decided"
    sentence = gettext_noop("Somebody has decided about this self-report already. Nothing was changed.")


class SelfReportSentAnew(Conflict):
    code = "self_report_sent_anew"
    sentence = gettext_noop("The same phone has sent this self-report anew meanwhile. Please look again.")


class NotAmongThose(Invalid):
    code = "not_among_those"
    sentence = gettext_noop("Please choose for each person: one of those offered, somebody new, or set them aside.")


class TwiceTheSame(Invalid):
    code = "twice_the_same"
    sentence = gettext_noop("Two people of one self-report cannot be the same person. Please choose again.")


class MayBeKnown(Conflict):
    code = "may_be_known"
    sentence = gettext_noop("They may be in the ledger already. Please look at who is shown here first.")
