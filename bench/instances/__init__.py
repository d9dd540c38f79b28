"""Generators of instances, with the parameters of docs/reference/allocation-format.md and benchmarks.md."""
