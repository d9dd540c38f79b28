"""Pages of the paper twin: printing sheets, typing them back, and ticking that they came back."""
