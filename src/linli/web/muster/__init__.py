"""Pages of signing up: a person's own, the desk's, and lists."""
