"""Pages of worklists: a worker's own, and at the desk who has how much left."""
