"""The ledger: looking for people and doors, their cards, moves, and entries that may be one person."""
