"""Pages of staff's phones: coming in by a QR, typing one's PIN; and the side of whoever gives the role."""
