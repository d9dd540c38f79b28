# Linli: `make run` and open http://127.0.0.1:8000. What each target does: docs/how-to/run.md
PYTHON ?= python3
LINLI = .venv/bin/linli
PY = .venv/bin/python
export PYTHONUNBUFFERED = 1
.PHONY: run setup test check bench bench-city clean-data

# exec and pdeathsig: a make that is killed takes Linli with it
run: setup
	@exec setpriv --pdeathsig TERM $(LINLI) run

setup:
	@$(PYTHON) tools/setup.py run

test:
	@$(PYTHON) tools/setup.py test
	@exec setpriv --pdeathsig TERM $(PY) -m pytest -n auto --dist loadfile $(TESTS)

check:
	@$(PYTHON) tools/setup.py check
	@exec setpriv --pdeathsig TERM $(PY) tools/check.py

# planners on made instances; A1 is the article's size
bench: setup
	@mkdir -p out && $(PY) -m bench make A1 --out out/A1.npz && $(PY) -m bench make A1-tenth --out out/A1-tenth.npz
	@exec setpriv --pdeathsig TERM $(PY) -m bench allocation out/A1-tenth.npz out/A1.npz

# a whole city through the product; SIZE=datong for a quick look
bench-city: setup
	@mkdir -p out && $(PY) -m bench make A1 --out out/A1.npz && $(PY) -m bench allocation out/A1.npz
	@exec setpriv --pdeathsig TERM $(PY) -m bench city --size $(or $(SIZE),chengdu)

clean-data: setup
	@exec $(LINLI) db wipe --yes
