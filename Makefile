PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
RUNS   := $(VENV)/.runs
# small matrices gain nothing from more BLAS threads, and the tests run two processes
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
PEERS  := .peers
PYTEST := $(ONE_THREAD) $(BIN)/python -m pytest

.PHONY: verify test test-slow test-pythons lint docs bench clean

verify: $(RUNS)  ## the main job: the builtin implementation under the whole quick suite
	$(BIN)/qdverify verify --report qdverify-report

test: $(STAMP)  ## the tests of a developer's loop
	$(PYTEST) -n 2 --dist worksteal -m "not slow and not peers"

test-slow: $(STAMP)  ## the slow proofs
	$(PYTEST) -n 2 --dist worksteal -m "slow and not peers" --durations=10

test-pythons: $(STAMP)  ## the wheel on every supported Python that is found
	$(ONE_THREAD) $(BIN)/python tests/interpreters.py

lint: $(STAMP)  ## style, types and the walls between the packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(STAMP)  ## the documentation site, in build/docs; a warning fails it
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs
	@echo build/docs/index.html

bench: $(STAMP) $(PEERS)/pyscf $(PEERS)/qmeq  ## times beside PySCF, and QmeQ as the package index has it
	$(ONE_THREAD) $(BIN)/python benchmarks/spectrum.py --pyscf-python $(PEERS)/pyscf/bin/python
	$(ONE_THREAD) $(BIN)/python benchmarks/spectrum.py --pyscf-python $(PEERS)/pyscf/bin/python --repeats 1 \
		--case five-10 --case five-13 --case five-16 --case six-10 --case six-12
	$(ONE_THREAD) $(BIN)/python benchmarks/spectrum.py --repeats 1 --case thirty --case five-20 --case six-14
	$(ONE_THREAD) $(BIN)/python benchmarks/integrals.py --pyscf-python $(PEERS)/pyscf/bin/python --oracle
	$(ONE_THREAD) $(BIN)/python benchmarks/transport.py --qmeq-python $(PEERS)/qmeq/bin/python --kernel pyPauli --points 30
	$(ONE_THREAD) $(BIN)/python benchmarks/elimination.py
	$(ONE_THREAD) $(BIN)/python benchmarks/devices.py --qmeq-python $(PEERS)/qmeq/bin/python --kernel pyPauli --points 30

$(PEERS)/%: | $(STAMP)
	$(BIN)/python -m qdverify.implementations.peers.install $*

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@ $(RUNS)

# what a run needs, without what a developer needs; modules that nobody imports are not compiled. The pip of $(PYTHON)
# installs into the environment, which gets one of its own only if that is missing or too old for it
$(RUNS): pyproject.toml
	$(PYTHON) -m venv --without-pip $(VENV)
	pip="$(PYTHON) -m pip --python $(BIN)/python"; \
	$$pip --version >/dev/null 2>&1 || { $(PYTHON) -m venv $(VENV) && pip="$(BIN)/python -m pip"; }; \
	$$pip install --quiet --no-compile --editable .
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
