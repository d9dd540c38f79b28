"""Pages of coming in by a one-time code: ask for one, type it, say who one is; one's phones; the desk's side."""
