"""Why places are stored. A place is nobody's data; who lives behind a door is."""

from linli.custody.declare import DUTY, EVERYONE, ID, INTERNAL, PUBLIC, Field, Keep, declare
from linli.places.models import Area, AreaParent, Assigned, Building, Dwelling, Estate, Place, PointSet, Within

ALWAYS = Keep.AS_LONG_AS_THE_PLACE
WHERE = Field(purpose="to draw it and to measure how far people walk", sensitivity=PUBLIC)
WHEN = Field(purpose="to report any past moment as it was", sensitivity=PUBLIC)
NAME = Field(purpose="to call it by its name", sensitivity=PUBLIC)
TREE = Field(purpose="to know what lies in what", sensitivity=PUBLIC)

declare(
    Place,
    basis=DUTY,
    keep=ALWAYS,
    id=ID,
    kind=Field(purpose="to tell an area from a building or a door", sensitivity=PUBLIC),
    physical_parent=TREE,
)
declare(
    Area,
    basis=DUTY,
    keep=ALWAYS,
    place=ID,
    level=Field(purpose="to know which desk runs it", sensitivity=PUBLIC),
    dedicated=Field(purpose="to find offices, markets and schools, where nobody lives", sensitivity=PUBLIC),
    name=NAME,
    name_latin=NAME,
    code=Field(purpose="to join official statistics", sensitivity=PUBLIC),
    code_as_of=WHEN,
    lon=WHERE,
    lat=WHERE,
    outline=WHERE,
    outline_estimated=Field(purpose="to say that an outline was estimated", sensitivity=PUBLIC),
    desk_phone=Field(purpose="so that people can call their community", sensitivity=PUBLIC),
)
declare(
    AreaParent,
    basis=DUTY,
    keep=ALWAYS,
    id=ID,
    area=TREE,
    level=TREE,
    parent=TREE,
    parent_level=TREE,
    during=WHEN,
)
declare(Within, basis=DUTY, keep=ALWAYS, id=ID, inner=TREE, outer=TREE, during=WHEN)
declare(Assigned, basis=DUTY, keep=ALWAYS, id=ID, place=TREE, micro_grid=TREE, during=WHEN)
declare(Estate, basis=DUTY, keep=ALWAYS, place=ID, community=TREE, name=NAME, lon=WHERE, lat=WHERE)
declare(
    Building,
    basis=DUTY,
    keep=ALWAYS,
    place=ID,
    estate=TREE,
    name=NAME,
    floors=Field(purpose="to plan who can climb to whom", sensitivity=PUBLIC),
    units=Field(purpose="to lead to the right staircase", sensitivity=PUBLIC),
    lon=WHERE,
    lat=WHERE,
)
declare(
    PointSet,
    basis=DUTY,
    keep=ALWAYS,
    id=ID,
    place=TREE,
    system=Field(purpose="to find a point that was pasted in another system than was said", sensitivity=PUBLIC),
    lon=WHERE,
    lat=WHERE,
    before_lon=Field(purpose="to take a point back", sensitivity=PUBLIC),
    before_lat=Field(purpose="to take a point back", sensitivity=PUBLIC),
    set_by=Field(purpose="to answer for it", sensitivity=INTERNAL, readers=["administrator", "community_desk"]),
    set_at=WHEN,
    undone_at=WHEN,
)
DOOR = Field(purpose="to find the door", readers=EVERYONE)
declare(
    Dwelling,
    basis=DUTY,
    keep=ALWAYS,
    place=ID,
    building=TREE,
    unit=DOOR,
    floor=DOOR,
    door=DOOR,
    state=Field(purpose="to knock where somebody lives, house first, then person"),
)
