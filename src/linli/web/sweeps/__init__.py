"""Pages of sweeps: how areas stand, who is behind each number, and the doors of whoever goes from door to door."""
