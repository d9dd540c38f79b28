"""Lists that leave: asking for one, the second person, the file; and one's own data."""
