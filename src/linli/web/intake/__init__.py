"""How people get into the ledger by themselves: the code at their door, the queue it fills, the counter."""
