# Linli: `make run` and open http://127.0.0.1:8000. What each target does: docs/how-to/run.md
PYTHON ?= python3
LINLI = .venv/bin/linli
PY = .venv/bin/python
# with exec: a make that is killed takes what it runs with it
BOUND = setpriv --pdeathsig TERM
export PYTHONUNBUFFERED = 1
.PHONY: run setup test check bench bench-city bench-signin bench-ledger bench-muster bench-field bench-sync bundle clean-data

# CITY=none: empty, for a real community; else the demo city
run: setup
	@exec $(BOUND) $(LINLI) run $(if $(CITY),--city $(CITY))

setup:
	@$(PYTHON) tools/setup.py run

test:
	@$(PYTHON) tools/setup.py test
	@exec $(BOUND) $(PY) -m pytest -n auto --dist loadfile $(TESTS)

check:
	@$(PYTHON) tools/setup.py check
	@exec $(BOUND) $(PY) tools/check.py

# the agreed set of planners beside their peers, written into docs/reference/benchmarks.md; QUICK=1 for the short set
bench:
	@$(PYTHON) tools/setup.py test
	@exec $(BOUND) $(PY) -m bench report $(if $(QUICK),--quick,--write)

# a whole city through the product; SIZE=datong for a quick look
bench-city: setup
	@mkdir -p out
	@exec $(BOUND) $(PY) -m bench make A1 --out out/A1.npz
	@exec $(BOUND) $(PY) -m bench allocation out/A1.npz
	@exec $(BOUND) $(PY) -m bench city --size $(or $(SIZE),chengdu)

# 1,000 people sign in within a minute while sign-ups and duty-log entries come in
bench-signin: setup
	@exec $(BOUND) $(PY) -m bench signin

# rolls, balances and phones that sync over a whole city; SIZE=datong for a quick look
bench-ledger: setup
	@exec $(BOUND) $(PY) -m bench ledger --size $(or $(SIZE),chengdu)

# every page of a city command, a unit's people and a rush of sign-ups; SIZE=datong for a quick look
bench-muster: setup
	@exec $(BOUND) $(PY) -m bench muster --size $(or $(SIZE),chengdu)

# the field app on a slow phone: cold start, scrolling, a day's news
bench-field:
	@$(PYTHON) tools/setup.py test
	@exec $(BOUND) $(PY) -m bench field

# 1,000 phones bring a day's work within six minutes, some replies lost: the rate of 10,000 in an hour
bench-sync: setup
	@exec $(BOUND) $(PY) -m bench sync

# one archive that installs without internet; PYTHONS="3.11" for a smaller one
bundle: setup
	@exec $(BOUND) $(PY) tools/bundle.py out $(PYTHONS)

clean-data: setup
	@exec $(BOUND) $(LINLI) db wipe --yes
