"""Each worker's one list: derived from what the rooms below hold, never typed, never kept. It owns no tables."""
