"""How people say no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class LaterStayKnown(Conflict):
    code = "later_stay_known"
    sentence = gettext_noop("This person already has a later stay, from {since}. Nothing was changed.")


class NotAMicroGrid(Invalid):
    code = "not_a_micro_grid"
    sentence = gettext_noop("People are counted in micro-grids; {name} is none.")


class CountedElsewhere(Conflict):
    code = "counted_elsewhere"
    sentence = gettext_noop("Whoever lives behind this door is not counted in {area}: another micro-grid holds it.")


class BadPhone(Invalid):
    code = "bad_phone"
    sentence = gettext_noop("This phone number does not look right: it has {digits} digits, a mobile number has 11.")


class BadIdNumber(Invalid):
    code = "bad_id_number"
    sentence = gettext_noop("This ID number is not right: its last character does not fit the others.")


class RegisterIdNumber(Invalid):
    code = "register_id_number"
    sentence = gettext_noop(
        "Row {row} of the persons in {street}: the ID number is not right, its last character does not fit the others. "
        "Nothing was loaded."
    )


class RegisterIncomplete(Invalid):
    code = "register_incomplete"
    sentence = gettext_noop("The register says it holds {said} {kind}, but {found} are there. Nothing was loaded.")


class RegisterUnfit(Invalid):
    code = "register_unfit"
    sentence = gettext_noop("The register breaks a rule of the database ({rule}). Nothing was loaded.")


class SyntheticCityHere(Refused):
    code = "synthetic_city_here"
    sentence = gettext_noop(
        "A synthetic city is in this Linli: {name}. A real community begins in an empty place. Set LINLI_DATA to "
        "another folder, or delete the synthetic city first: make clean-data"
    )


class RealCommunityHere(Refused):
    code = "real_community_here"
    sentence = gettext_noop(
        "This Linli is for a real community: no synthetic city is loaded into it. Set LINLI_DATA to another folder."
    )


class LoadWithoutBasis(Invalid):
    code = "load_without_basis"
    sentence = gettext_noop("People who are kept beyond an event need an owner who answers for it and a legal basis.")


class ReviewDay(Invalid):
    code = "review_day"
    sentence = gettext_noop("The next review lies after today and at most {days} days ahead.")


class LoadNotReviewed(Refused):
    code = "load_not_reviewed"
    sentence = gettext_noop("What is kept for an event is not reviewed here: it goes when the event has ended.")


class LoadReviewed(Conflict):
    code = "load_reviewed"
    sentence = gettext_noop("This list was reviewed since you opened it. Nothing was changed; please look again.")


class IdNumberTwice(Invalid):
    code = "id_number_twice"
    sentence = gettext_noop("Row {row} has the same ID number. One person stands in one row.")


class IdNumberElsewhere(Conflict):
    code = "id_number_elsewhere"
    sentence = gettext_noop("This ID number is known behind another door of this community. Record a move instead.")


class BuildingInTwo(Invalid):
    code = "building_in_two"
    sentence = gettext_noop("In another row this building is held by {area}. A building is held by one micro-grid.")


class NotOfThisCommunity(Invalid):
    code = "micro_grid_elsewhere"
    sentence = gettext_noop("{name} is no micro-grid of this community.")


class PerhapsKnown(Conflict):
    code = "perhaps_known"
    sentence = gettext_noop(
        "The same name and phone number are known behind another door of this community. "
        "Taken, this is somebody else until the two are merged."
    )


class PerhapsTwice(Conflict):
    code = "perhaps_twice"
    sentence = gettext_noop(
        "Row {row} has the same name and phone number behind another door. "
        "Taken, these are two people until they are merged."
    )
