"""Pages of teams: who is in which, who leads, and the same on a member's own phone."""
