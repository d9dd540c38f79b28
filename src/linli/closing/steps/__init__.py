"""The steps of a closing, each in a file of its own. Each is done whole, or done again: see ``closing.work``."""
