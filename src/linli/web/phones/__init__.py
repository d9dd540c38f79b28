"""Pages of staff's phones: coming in by a QR, typing one's PIN; and the side of whoever gives the role."""

from linli.web.phones import coming, giving

urlpatterns = [*coming.urlpatterns, *giving.urlpatterns]
