# Only a shorthand: python3 dev.py does the work and needs no make.
PYTHON ?= python3

.PHONY: demo test bench
demo test bench:
	$(PYTHON) dev.py $@
