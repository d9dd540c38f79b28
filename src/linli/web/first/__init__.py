"""From an empty Linli to one that works: the first administrator, the areas, and what is still missing."""
