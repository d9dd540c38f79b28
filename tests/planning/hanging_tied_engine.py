"""The real engine's way of tying its life to its parent's, then a hang."""

import json
import sys
import time

from bench.peers import ortools_engine as engine

engine._die_with_parent(json.loads(sys.argv[1])["parent"])
time.sleep(600)
