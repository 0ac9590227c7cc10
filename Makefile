# make demo · make test · make check · make bench · make fuzz · make mutants · make fire: each sets up what it needs,
# also on a fresh machine.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test

# A shop is a dozen programs, and a run of the tests starts hundreds of them: none is compiled twice.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench fuzz mutants fire clean

demo: $(READY)
	$(BIN)/shopfloor demo $(ARGS)

test: $(READY_TO_TEST)
ifdef ARGS
	$(BIN)/pytest $(ARGS)
else
	$(BIN)/pytest -n auto --dist loadfile -m "not processes and not alone"
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m processes
	$(BIN)/pytest -m alone
endif

check: $(READY_TO_TEST)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	tsc --project shopfloor/web

bench: $(READY_TO_TEST)
	$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(READY_TO_TEST)
	$(BIN)/python -m pip install --quiet --group fuzz
	$(BIN)/python -m tests.hostile.fuzz_decoders $(ARGS)

mutants: $(READY_TO_TEST)
	$(BIN)/python -m tests.mutants $(ARGS)

fire: $(READY_TO_TEST)
	$(BIN)/python -m tests.fire $(ARGS)

clean:
	rm -rf $(VENV)

$(READY): pyproject.toml
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || PYTHON=$(PYTHON) sh .ci/install-venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(READY_TO_TEST): $(READY) .ci/install-debian
	$(BIN)/python -m pip install --quiet --group dev
	@sh .ci/install-debian
	@touch $@
