"""The paper twin of a sweep: numbered sheets that are printed, filled in by hand, and typed back by code."""
