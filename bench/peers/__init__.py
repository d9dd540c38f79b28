"""Other people's ways of doing the same, called plainly in the same run: what a ratio in benchmarks.md is to."""
