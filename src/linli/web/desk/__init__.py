"""Pages of the duty log, of shift changes, of its counts, and the numbers to dial first."""
