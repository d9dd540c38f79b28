"""Hours served: starting and finishing by a code or a tap, one's own hours, and approving them."""
