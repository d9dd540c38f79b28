"""Django's sessions in the database, looked up by a statement that is written once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from linli.common.compiled import Compiled, Given

_IN_FORCE = Compiled(lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Now()))


class SessionStore(db.SessionStore):
    """As Django's own, which does what is rarer."""

    def _get_session_from_db(self) -> Session | None:
        """The row behind the cookie. A key that opens nothing is given up, so that nobody chooses it for us."""
        found = _IN_FORCE.first(key=self.session_key)
        if found is None:
            self._session_key = None
        return found
