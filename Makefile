# Needs python3 (3.11 or newer) and make; everything else goes into .venv. The scripts of pages need Node.js too, which puts
# its packages into ui/node_modules. `make` alone lists the targets.

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
SCRIPTS := foc_graph/assets/built/explore.js
HAS_NODE := command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 18))'
PIP := $(BIN)/python -m pip --quiet
PIP_ITSELF := pip==26.3 --hash=sha256:6c36ae7da8695be67e3cd9f7d87919667ced53f57ce2ede75d89b5912ed2bc4c
UV := build/uv/bin/uv
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make $@'
CLIENTS := $(patsubst tests/%,.%,$(wildcard tests/clients/*/requirements.lock tests/clients/*/package-lock.json))
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start hundreds of processes: none compiles again what another has compiled, wherever this is set.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test test-all clients fuzz check docs fmt lock lock-clients ui house build try clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s  %s\n' "$$name" "$$text"; done

demo: .venv/.package ## ask the packaged graph three questions
	@ask() { printf '\n%s\n$$ foc %s\n' "$$1" "$$2"; $(BIN)/foc $$2 --format table; }; \
	set -e; \
	ask 'Who was a member of the Freedom Online Coalition on 4 May 2015?' 'query members foc --as-of 2015-05-04'; \
	ask 'Who chaired it?' 'query chairs foc'; \
	ask 'What was Working Group 1 to do?' 'query functions wg1'; \
	printf '\nNow ask your own:\n  %-40s  ask in your own words\n  %-40s  list the questions that are answered\n  %-40s  read about one thing\n' \
		'$(BIN)/foc ask "who chairs the FOC?"' '$(BIN)/foc query' '$(BIN)/foc show "Working Group 1"'

test: .venv/.dev ## run the tests of all behaviour, without servers and campaigns (ARGS="-k members" narrows them)
	$(call run_tests,-m 'not extended and not sweep')

test-all: export FOC_CAMPAIGN ?= 1
test-all: export FOC_SEED ?= $(shell date +%Y%m%d)
test-all: .venv/.all ## run every test: real servers, Spark, crashes and long random campaigns too
	$(call run_tests)

clients: $(CLIENTS) ## install the clients of others that tests run, each apart, below .clients

fuzz: export FOC_CAMPAIGN ?= 100
fuzz: export FOC_SEED ?= $(shell date +%Y%m%d)
fuzz: .venv/.dev ## hand changed inputs to all readers of outside data (FOC_CAMPAIGN=1000 for ten times as many)
	$(BIN)/python -m pytest tests/test_readers.py --hypothesis-seed=$(FOC_SEED) $(ARGS)

check: .venv/.dev ## lint, format, types, layers, Turtle format, queries, shapes, docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m benchmarks.house
	$(BIN)/foc fmt --check
	$(BIN)/foc query --lint
	report="$$($(BIN)/foc validate)"; code=$$?; echo "$$report"; [ $$code = 0 ] && ! echo "$$report" | grep -q '^Warning: '
	$(BIN)/python -m tests.support.documentation --check

docs: .venv/.dev ## renew the answers and tables that README and docs show
	@$(BIN)/python -m tests.support.documentation

fmt: .venv/.dev ## put Python and Turtle files into their one format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/foc fmt

lock: $(UV) lock-clients ## pin what a fresh install brings, with the digests of all files
	@rm -rf build/lock && mkdir build/lock
	@printf '%s\n' hatchling editables > build/lock/backend.in
	@$(LOCK) --upgrade --extra dev --extra scale pyproject.toml build/lock/backend.in --output-file build/lock/all
	@$(LOCK) --constraint build/lock/all pyproject.toml build/lock/backend.in --output-file build/requirements.lock
	@$(LOCK) --constraint build/lock/all --extra dev pyproject.toml build/lock/backend.in --output-file build/requirements-dev.lock
	@$(LOCK) --constraint build/lock/all --extra scale pyproject.toml --output-file build/requirements-scale.lock
	@mv build/requirements*.lock . && rm -rf build/lock

lock-clients: $(UV) ## pin what clients of tests bring and have no pin for yet
	@for wanted in tests/clients/*/requirements.in; do \
		unused="$${wanted%requirements.in}unused.txt"; \
		$(LOCK) "$$wanted" $$([ ! -f "$$unused" ] || echo --excludes "$$unused") --output-file "$${wanted%.in}.lock" || exit; \
	done

ui: $(SCRIPTS) ## build the scripts of pages

house: .venv/.dev ## print the size of the house, and fail above the bounds in pyproject.toml
	@$(BIN)/python -m benchmarks.house

build: .venv/.dev ui ## make the wheel and the source distribution in dist/
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation

try: build ## try what dist/ holds: install each file in an empty environment, ask, publish and verify
	@set -e; unset PYTHONPATH; work="$$(mktemp -d)"; trap 'rm -rf "$$work"' EXIT; mkdir "$$work/empty"; \
	export FOC_CACHE="$$work/cache"; \
	foc() { echo "\$$ foc $$*"; (cd "$$work/empty" && "$$work/venv/bin/foc" "$$@"); }; \
	for file in dist/*.whl dist/*.tar.gz; do \
		echo "Installing $$file into an empty environment ..."; \
		$(BIN)/python -m venv --clear --without-pip "$$work/venv"; \
		$(PIP) --python "$$work/venv/bin/python" install "$$file"; \
		rm -rf "$$FOC_CACHE"; \
		foc --version; \
		foc query members foc --as-of 2015-05 --format table; \
		foc ask 'Who chaired the FOC in 2018?'; \
		foc publish "$${file##*.}"; \
		foc verify "$${file##*.}"; \
	done; \
	[ "$$(cat "$$work/empty/whl/current/SHA256SUMS")" = "$$(cat "$$work/empty/gz/current/SHA256SUMS")" ]; \
	echo 'The wheel and the source distribution publish the same release.'

clean: ## remove .venv and everything built
	rm -rf .venv .clients build dist ui/node_modules foc_graph/assets/built .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Run the tests that the options of pytest in $(1) choose.
define run_tests
@if ! { $(HAS_NODE); }; then echo 'Node.js 18 or newer was not found: tests of the scripts of pages are skipped.'; \
elif ! $(MAKE) --no-print-directory ui; then echo 'The scripts of pages could not be built: their tests are skipped.'; fi
@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(if $(FOC_SEED),--hypothesis-seed=$(FOC_SEED)) $(1) $(ARGS)
endef

# Install what the lock $(1) lists, by its digests, then this checkout, built by what the lock lists.
define install
@try() { \
	output="$$($(PIP) install "$$@" 2>&1)" || { \
		echo "foc-graph: $(1) could not be installed: $$(echo "$$output" | tail -n 1)" >&2; exit 2; \
	}; \
}; \
try --require-hashes --requirement $(1); \
try --no-deps --no-build-isolation --editable .
endef

define need_node
@$(HAS_NODE) || { \
	echo 'foc-graph: Node.js 18 or newer with npm was not found; install it (Debian: apt-get install nodejs npm)' >&2; \
	exit 2; \
}
endef

# A virtual environment in folder $(1). Debian's python3 comes without ensurepip; its pip then fills the environment.
define make_venv
@say() { echo "foc-graph: $$1" >&2; exit 2; }; \
command -v "$(PYTHON)" >/dev/null || \
	say "$(PYTHON) was not found; install Python 3.11 or newer (Debian: apt-get install python3-venv python3-pip)"; \
"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	say "$$("$(PYTHON)" -V 2>&1) is too old; install Python 3.11 or newer and name it, as in: make PYTHON=python3.11 (Debian: apt-get install python3-venv python3-pip)"; \
if "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null; then "$(PYTHON)" -m venv --clear $(1); \
elif "$(PYTHON)" -c 'import pip, venv' 2>/dev/null; then \
	"$(PYTHON)" -m venv --clear --without-pip $(1) && \
	echo '$(PIP_ITSELF)' > $(1)/pip.txt && \
	"$(PYTHON)" -m pip --quiet --python $(1)/bin/python install --require-hashes --requirement $(1)/pip.txt; \
else say "$(PYTHON) has no venv; install it (Debian: apt-get install python3-venv python3-pip)"; fi
endef

.clients/%/requirements.lock: tests/clients/%/requirements.lock
	@echo 'Installing $* into $(@D) ...'
	$(call make_venv,$(@D))
	@$(@D)/bin/python -m pip --quiet install --no-deps --require-hashes --requirement $<
	@cp $< $@

.clients/%/package-lock.json: tests/clients/%/package.json tests/clients/%/package-lock.json ui/.npmrc
	@echo 'Installing $* into $(@D) ...'
	$(need_node)
	@rm -rf $(@D) && mkdir -p $(@D) && cp $^ $(@D)
	@cd $(@D) && npm ci --no-progress --loglevel=error

ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json ui/.npmrc
	$(need_node)
	@echo 'Installing what builds the pages into ui/node_modules ...'
	@cd ui && npm ci --no-progress --loglevel=error
	@touch $@

$(SCRIPTS): ui/node_modules/.package-lock.json $(wildcard ui/*.mjs ui/src/* ui/src/*/*)
	@cd ui && npm run --silent build

$(UV):
	$(call make_venv,build/uv)
	@build/uv/bin/python -m pip --quiet install 'uv>=0.9'

.venv/bin/python:
	$(call make_venv,.venv)

# A copy of the package in .venv, as `pip install .` leaves there, gives way to this checkout: it would stay as it is now.
ifneq ($(wildcard .venv/lib/python*/site-packages/foc_graph/__init__.py),)
.PHONY: .venv/.package .venv/.dev
ui: .venv/.package
endif

.venv/.package: .venv/bin/python pyproject.toml requirements.lock
	@echo 'Installing foc-graph into .venv, which takes about half a minute ...'
	$(call install,requirements.lock)
	@touch $@

.venv/.dev: .venv/bin/python pyproject.toml requirements-dev.lock
	@echo 'Installing foc-graph and its development tools into .venv ...'
	$(call install,requirements-dev.lock)
	@touch $@ .venv/.package

.venv/.all: .venv/.dev requirements-scale.lock
	@echo 'Installing Splink and Spark into .venv ...'
	@$(PIP) install --require-hashes --requirement requirements-scale.lock
	@touch $@
