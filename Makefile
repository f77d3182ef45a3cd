# Everything runs in .venv, which is made on first use. Python 3.11 or newer and make are all that is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test test-slow lint bench validate experiments figures docs clean

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %s (set PYTHON=...)" % sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $(READY)

demo: $(READY)
	$(BIN)/bufferstock compare meridian --replications 100 --jobs -1 --out results/demo --force

# one process a core; tests of a file stay together, so that what they share is made once; the longest file comes first
# (tests/conftest.py), so that no process waits for it at the end
test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# each test by itself wherever there is room; those that share something dear are a group (xdist_group)
test-slow: $(READY)
	$(BIN)/python -m pytest -m slow -n auto --dist loadgroup

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy

validate: $(READY)
	$(BIN)/bufferstock validate --jobs -1

experiments: $(READY)
	$(BIN)/python -m experiments --jobs -1

figures: $(READY)
	$(BIN)/python tools/doc_figures.py --jobs -1

docs: $(READY)
	$(BIN)/python tools/reference_pages.py --check
	$(BIN)/python tools/claims_page.py --check
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html
	@echo "wrote docs/_build/html; open docs/_build/html/index.html"

bench: $(READY)
	$(BIN)/python tools/bench.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
