# A thin face of dev.py, which does the work and runs on Windows and macOS too.
# Arguments for the app or the tests: make run ARGS="--page schedule"

PYTHON ?= python3
ARGS ?=

.PHONY: run test coverage lint types bench setup build package screenshots golden windows-check clean
run test coverage lint types bench setup build package screenshots golden windows-check clean:
	@$(PYTHON) dev.py $@ $(ARGS)
