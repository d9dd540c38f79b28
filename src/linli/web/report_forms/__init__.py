"""Forms that offices require: the shelf of them, what their columns mean, and filling one."""
