# The two commands: `make run` and `make test`. Both set up everything they need on a fresh machine.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

# Calls with sound run in real time and wait most of it, so three tests run at once. What fails among others is
# run again alone and has to pass there; both outcomes stand in the output.
in_real_time = CI=true QT_QPA_PLATFORM=offscreen $(BIN)/pytest $(1) -n 3 --durations=5 || \
	CI=true QT_QPA_PLATFORM=offscreen $(BIN)/pytest $(1) --last-failed --last-failed-no-failures none

.PHONY: setup setup-test run test lint unit interop sequences bench screenshots dist dist-windows clean

setup: $(STAMP)
setup-test: $(VENV)/.ready-test

$(STAMP): pyproject.toml installer/setup.sh installer/linux/packages-run.txt
	sh installer/setup.sh packages run
	sh installer/setup.sh python $(PYTHON) $(VENV)
	touch $@

$(VENV)/.ready-test: $(STAMP) installer/linux/packages-test.txt
	sh installer/setup.sh packages test
	touch $@

run: setup
	$(BIN)/python -m softphone demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest tests/unit -n 2

test: setup-test lint
	CI=true QT_QPA_PLATFORM=offscreen $(BIN)/pytest tests/unit -n 2 --durations=5
	CI=true QT_QPA_PLATFORM=offscreen $(BIN)/pytest tests/gui -n 2 --durations=5
	$(call in_real_time,tests/registrar)
	$(call in_real_time,tests/interop -m 'not realtime')
	CI=true QT_QPA_PLATFORM=offscreen $(BIN)/pytest tests/interop -m realtime

interop: setup-test
	CI=true QT_QPA_PLATFORM=offscreen $(BIN)/pytest tests/interop -n 2 -m cell --interop-table

sequences: setup-test
	CI=true SOFTPHONE_SEQUENCES=1000 $(BIN)/pytest tests/interop/test_random_sequences.py

bench: setup-test
	$(BIN)/python -m tests.bench

dist: setup-test
	sh installer/setup.sh packages dist
	$(BIN)/python -m installer.dist

dist-windows: setup-test
	sh installer/setup.sh packages dist
	sh installer/setup.sh packages wine
	CI=true $(BIN)/pytest tests/dist -m windows_build --durations=10

screenshots: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.screenshots build/screenshots

clean:
	rm -rf build dist $(VENV)
