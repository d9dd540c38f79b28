"""Pages about accounts and what they were granted, for whoever may grant."""
