"""How places say no."""

from django.utils.translation import gettext_noop

from linli.common.errors import Conflict, Invalid, Refused


class NotAbove(Invalid):
    code = "area_not_above"
    sentence = gettext_noop("{parent} cannot hold {area}: an area belongs to one of a higher level.")


class BadDeskPhone(Invalid):
    code = "bad_desk_phone"
    sentence = gettext_noop("This cannot be dialled. A number has 3 to 16 digits, as in 028-85123456.")


class PastIsFixed(Refused):
    code = "past_is_fixed"
    sentence = gettext_noop("The past of {area} stands; a change begins at {since} or later.")


class NoSuchLevel(Invalid):
    code = "area_level_unknown"
    sentence = gettext_noop("There is no level {level}.")


class AlreadyThere(Conflict):
    code = "city_already_loaded"
    sentence = gettext_noop("A city is there already: {name}. A second one is not loaded over it.")


class TopIsThere(Conflict):
    code = "top_is_there"
    sentence = gettext_noop("The top area has its name already: {name}.")


class AreaNameMissing(Invalid):
    code = "area_name_missing"
    sentence = gettext_noop("An area needs a name of at most {most} characters.")


class AreaNameTaken(Conflict):
    code = "area_name_taken"
    sentence = gettext_noop("{parent} holds an area called {name} already.")


class NotInThatGrid(Conflict):
    code = "not_in_that_grid"
    sentence = gettext_noop("{area} does not belong to {grid}. Nothing was changed.")


class HoldsNoBuildings(Invalid):
    code = "holds_no_buildings"
    sentence = gettext_noop("{area} cannot hold buildings: only a micro-grid or a dedicated grid can.")


class AreaUnknown(Invalid):
    code = "area_unknown"
    sentence = gettext_noop("No area is called “{said}”, neither here nor in the file.")


class AreaAmbiguous(Invalid):
    code = "area_ambiguous"
    sentence = gettext_noop(
        "{n} areas are called “{said}”. Write what it lies in before it, with a stroke between: {path}."
    )


class AreaLoop(Invalid):
    code = "area_loop"
    sentence = gettext_noop("These areas belong to each other in a circle: {chain}.")


class SecondTop(Invalid):
    code = "area_second_top"
    sentence = gettext_noop("One area stands on top, and that is {name}. Say what this one belongs to.")


class PointUnreadable(Invalid):
    code = "point_unreadable"
    sentence = gettext_noop("This is no point in China. Paste two numbers in degrees, such as 30.66, 104.06.")


class PointFarAway(Invalid):
    code = "point_far_away"
    sentence = gettext_noop(
        "This lies {km} km outside {area}. Look at the digits, and at which map it comes from. Nothing was kept."
    )


class SystemUnknown(Invalid):
    code = "point_system_unknown"
    sentence = gettext_noop("Please say which map the point comes from.")


class PointMoved(Conflict):
    code = "point_moved"
    sentence = gettext_noop("Somebody moved or took back this point meanwhile. Nothing was changed.")


class PlaceUnknown(Invalid):
    code = "place_unknown"
    sentence = gettext_noop("No estate or building of this community is called “{said}”.")


class PlaceAmbiguous(Invalid):
    code = "place_ambiguous"
    sentence = gettext_noop("{n} places of this community are called “{said}”. Give the point on the page of each.")


class BadDoor(Invalid):
    code = "bad_door"
    sentence = gettext_noop("A door has a number of at most {most} characters, and its unit and floor are numbers.")
