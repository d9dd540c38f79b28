"""Forms that an office requires: kept once, filled from the ledger as often as they are asked for."""
