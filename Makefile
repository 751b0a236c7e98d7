# Affectory for people: environments, checks, the main job. `make help` lists the targets.
# Data is built by the rules of pipelines/*.mk, file from file. GNU make 3.81 is enough.

MAKEFLAGS += --no-builtin-rules --warn-undefined-variables
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# --- What may be chosen on the command line ------------------------------------------------------

TOOLS := $(sort $(patsubst tools/%/pyproject.toml,%,$(wildcard tools/*/pyproject.toml)))
TOOL ?= $(TOOLS)
PEERS ?= $(sort $(patsubst benchmarks/peers/%/job.py,%,$(wildcard benchmarks/peers/*/job.py)))
LLM_PEERS ?= $(sort $(patsubst benchmarks/llm/%/job.py,%,$(wildcard benchmarks/llm/*/job.py)))
RUN ?= local
PYTHON ?= python3
VENV ?= .venv
DOCKER ?= auto
ENGINE ?= $(if $(filter podman,$(RUN)),podman,docker)
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)
EXTRAS ?=
BUILD_ARGS ?=
DIST ?= dist
UPGRADE ?=
WORKERS ?= auto
ARGS ?=
T ?=
VERB ?=
export RUN ENGINE EXTRAS BUILD_ARGS
ifneq ($(EXTRAS),)
ifeq ($(wildcard tools/*/requirements-$(EXTRAS).lock),)
$(error EXTRAS is an extra that no tool has: $(EXTRAS))
endif
endif

# --- Environments: each is its lock and, editable, the packages of this repository ---------------

UV_VERSION := 0.13.8
UV_MADE := .uv/.made-$(UV_VERSION)
UV := .uv/bin/uv
BUILD_LOCK := protocol/requirements-build.lock
TOOL_ENVIRONMENTS := $(TOOL:%=tools/%/.venv/.made)
FULL_TOOLS := $(patsubst tools/%/requirements-full.lock,%,$(wildcard tools/*/requirements-full.lock))
FULL_ENVIRONMENTS := $(patsubst %,tools/%/.venv-full/.made,$(filter $(FULL_TOOLS),$(TOOL)))
ALL_ENVIRONMENTS := $(VENV)/.made protocol/.venv/.made samples/.venv/.made $(TOOLS:%=tools/%/.venv/.made)
PEER_ENVIRONMENTS := $(PEERS:%=benchmarks/peers/%/.venv/.made)
LLM_PEER_ENVIRONMENTS := $(LLM_PEERS:%=benchmarks/llm/%/.venv/.made)

# The certificates that this machine believes are believed by uv too, where they are at the usual place.
UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)
export UV_SYSTEM_CERTS

# $(call environment,FOLDER,LOCK,PACKAGES): made anew, stamped last.
define environment
	@echo "environment $(1)"
	@$(UV) venv --quiet --clear --no-project --python '>=3.11' --python-preference system $(1)
	@$(UV) pip sync --quiet --python $(1) --require-hashes $(2)
	@$(if $(3),$(UV) pip install --quiet --python $(1) --no-deps --build-constraints $(BUILD_LOCK) $(3:%=--editable %))
	@touch $(1)/.made
endef

# $(call program,NAMES,PACKAGE): a program that is no Python package; installed on Debian as root.
define program
	@for name in $(1); do if command -v "$$name" >/dev/null; then exit 0; fi; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing $(2)"; apt-get update -qq >/dev/null && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2) >/dev/null; \
	else echo "$(2) is needed and not found. On Debian: sudo apt-get install $(2)" >&2; exit 1; fi
endef

$(UV_MADE):
	$(call program,$(PYTHON),python3)
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory python3-venv
	@echo "environment .uv"
	@$(PYTHON) -m venv --clear .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.PHONY: python3-venv
python3-venv:
	$(call program,no-program-is-called-so,$@)

$(VENV)/.made: requirements.lock $(BUILD_LOCK) protocol/pyproject.toml $(TOOLS:%=tools/%/pyproject.toml) | $(UV_MADE)
	$(call environment,$(VENV),$<,protocol $(TOOLS:%=tools/%))

protocol/.venv/.made: protocol/requirements.lock $(BUILD_LOCK) protocol/pyproject.toml | $(UV_MADE)
	$(call environment,$(@D),$<,protocol)

samples/.venv/.made: samples/requirements.lock | $(UV_MADE)
	$(call environment,$(@D),$<,)

tools/%/.venv/.made: tools/%/requirements.lock tools/%/pyproject.toml $(BUILD_LOCK) protocol/pyproject.toml | $(UV_MADE)
	$(call environment,$(@D),$<,protocol tools/$*)

# Compiled once here: these packages take longer to compile than to import, at each start.
tools/%/.venv-full/.made: export UV_COMPILE_BYTECODE := 1
tools/%/.venv-full/.made: tools/%/requirements-full.lock tools/%/pyproject.toml $(BUILD_LOCK) protocol/pyproject.toml | $(UV_MADE)
	$(call environment,$(@D),$<,protocol tools/$*)

benchmarks/%/.venv/.made: benchmarks/%/requirements.lock | $(UV_MADE)
	$(call environment,$(@D),$<,)

# --- For people ----------------------------------------------------------------------------------

.PHONY: help
help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{ printf "%-20s%s\n", $$1, $$2 }'

.PHONY: setup
setup: $(VENV)/.made protocol/.venv/.made $(TOOL_ENVIRONMENTS) ## Make the environments; nothing is done when nothing changed

.PHONY: setup-full
setup-full: $(FULL_ENVIRONMENTS) ## Make the environments of the extra full: torch and 5 GB a tool, shared on one disk

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --fork-strategy fewest $(UPGRADE) \
  --custom-compile-command 'make lock' --no-emit-package affectory-protocol --override build/override.txt

.PHONY: lock
lock: | $(UV_MADE) ## Resolve dependencies that changed; UPGRADE=--upgrade takes the newest of all
	@mkdir -p build && echo 'affectory-protocol @ file://$(CURDIR)/protocol' >build/override.txt
	$(COMPILE) --group pyproject.toml:build -o $(BUILD_LOCK)
	$(COMPILE) --group pyproject.toml:dev protocol/pyproject.toml $(TOOLS:%=tools/%/pyproject.toml) -o requirements.lock
	$(COMPILE) --group pyproject.toml:samples -c requirements.lock -o samples/requirements.lock
	$(COMPILE) protocol/pyproject.toml -c requirements.lock -o protocol/requirements.lock
	@for tool in $(TOOLS); do echo "tools/$$tool/requirements.lock"; \
	  $(COMPILE) tools/$$tool/pyproject.toml -c requirements.lock -o tools/$$tool/requirements.lock || exit; done
	@for tool in $(TOOLS); do grep -q '^full = ' tools/$$tool/pyproject.toml || continue; echo "tools/$$tool/requirements-full.lock"; \
	  $(COMPILE) --extra full tools/$$tool/pyproject.toml -c requirements.lock -c tools/$$tool/requirements.lock \
	    -o tools/$$tool/requirements-full.lock || exit; done
	@for folder in $(PEERS:%=peers/%) $(LLM_PEERS:%=llm/%); do lock=benchmarks/$$folder/requirements.lock; echo "$$lock"; \
	  peer=$${folder#*/}; $(COMPILE) --group pyproject.toml:peer-$${peer//_/-} -o $$lock || exit; done

.PHONY: new
new: ## Begin a tool as a copy of the smallest one: make new TOOL=x-y VERB=judge
	@$(PYTHON) bin/new-tool $(TOOL) $(VERB)

.PHONY: format
format: $(VENV)/.made ## Format the code and repair what can be repaired by rule
	$(VENV)/bin/ruff format
	$(VENV)/bin/ruff check --fix

.PHONY: style
style: $(VENV)/.made ## Check form and style with ruff, and count the suppressions
	$(VENV)/bin/ruff format --check --quiet
	$(VENV)/bin/ruff check --quiet
	@echo "suppressions: $$(git grep --untracked -cE '# (noqa|type: ignore)' -- protocol tools | awk -F: '{ n += $$2 } END { print n + 0 }')"

.PHONY: types
types: $(VENV)/.made ## Check the types with mypy, strictly
	$(VENV)/bin/mypy

.PHONY: imports
imports: $(VENV)/.made ## Check the walls between tools with import-linter
	$(VENV)/bin/lint-imports

.PHONY: schemas
schemas: $(VENV)/.made ## Write the JSON schemas of the sections from the models
	$(VENV)/bin/python docs/generate.py schemas

.PHONY: docs
docs: $(VENV)/.made ## Write the generated parts of the documents
	$(VENV)/bin/python docs/generate.py

.PHONY: docs-check
docs-check: $(VENV)/.made ## Check that the generated parts of the documents are current
	$(VENV)/bin/python docs/generate.py --check

.PHONY: lint
lint: style types imports docs-check ## Check style, types, imports and documents

.PHONY: browser
browser: ## Find or install Chromium, for the test that looks at the page
	$(call program,chromium chromium-browser google-chrome,chromium)

.PHONY: ffmpeg
ffmpeg: ## Find or install ffmpeg, which films are made with
	$(call program,$@,$@)

ELSEWHERE = dataset-io# its extra is tested in the environment of all tests
# A worker a core: libraries that bring threads of their own would only stand in each other's way. A file stays in one
# worker, as its tests share what is costly to make.
PYTEST = OMP_NUM_THREADS=1 $(VENV)/bin/pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

.PHONY: test-light
test-light: $(ALL_ENVIRONMENTS) ffmpeg ## Test without an engine and what is slow; ARGS=tests/filters narrows
	$(PYTEST) -m 'not docker and not full and not gpu and not slow and not weights' $(ARGS)

.PHONY: test
test: $(ALL_ENVIRONMENTS) benchmarks/peers/hf_datasets/.venv/.made browser ffmpeg lint ## Test everything; DOCKER=no leaves out the containers, DOCKER=yes demands them
	@if left_out=$$(DOCKER=$(DOCKER) ENGINE=$(ENGINE) tests/containers/left-out); then \
	  $(PYTEST) -m 'not docker and not full and not gpu and not weights' $(ARGS) && echo "container tests were left out: $$left_out"; \
	else $(PYTEST) -m 'not full and not gpu and not weights' $(ARGS); fi
	@$(if $(ARGS),,$(MAKE) --no-print-directory test-full)

.PHONY: test-full
test-full: $(ALL_ENVIRONMENTS) $(FULL_ENVIRONMENTS) ## Test the backends of the extra full, on models made on the spot; part of test
	@for tool in $(filter-out $(ELSEWHERE),$(filter $(FULL_TOOLS),$(TOOL))); do \
	  CONTRACT_TOOLS=manifest,$$tool CONTRACT_EXTRA=full $(PYTEST) -m 'full and not gpu and not weights' \
	    tests/contract tests/$${tool//-/_} $(ARGS) || exit; done

.PHONY: check
check: lint test-light ## What a commit must pass: lint and test-light

.PHONY: bench
bench: $(ALL_ENVIRONMENTS) ## Measure the stream beside its peer and the physical limit
	$(VENV)/bin/python -m benchmarks.stream $(ARGS)

.PHONY: bench-peers
bench-peers: $(ALL_ENVIRONMENTS) $(PEER_ENVIRONMENTS) ## Measure ours beside other people's tools; ARGS='--sizes small' for a quick look
	$(VENV)/bin/python -m benchmarks.peers --peers '$(PEERS)' $(ARGS)

.PHONY: bench-llm
bench-llm: $(ALL_ENVIRONMENTS) $(LLM_PEER_ENVIRONMENTS) ## Measure the client of language models beside others; ARGS='--requests 500 --repeats 1' for a quick look
	$(VENV)/bin/python -m benchmarks.llm --peers '$(LLM_PEERS)' $(ARGS)

.PHONY: bench-space
bench-space: tools/trainers/.venv-full/.made ## Measure the training of expression spaces beside the original's loop; writes docs/bench-space.md
	tools/trainers/.venv-full/bin/python -m benchmarks.space $(ARGS)

.PHONY: mutants
mutants: $(ALL_ENVIRONMENTS) ## Break the protocol on purpose, one way at a time; the tests must notice
	$(VENV)/bin/python tests/mutants/run.py $(ARGS)

.PHONY: kill-matrix
kill-matrix: $(ALL_ENVIRONMENTS) ## Kill runs at every point of their lives and run them again; writes docs/faults.md
	$(VENV)/bin/python tests/kills/matrix.py $(ARGS)

.PHONY: poisoned
poisoned: $(ALL_ENVIRONMENTS) ## The main job over corpora full of hostile lines; ARGS='--lines 2000' takes fewer
	$(VENV)/bin/python tests/kills/poisoned.py $(ARGS)

.PHONY: wheels
wheels: | $(UV_MADE) ## Build the protocol and each tool as wheels in DIST (dist/); TOOL=filters narrows
	@for project in protocol $(TOOL:%=tools/%); do \
	  $(UV) build --quiet --wheel --build-constraints $(BUILD_LOCK) --require-hashes --out-dir $(DIST) $$project || exit; done
	@ls $(DIST)/*.whl

.PHONY: images
images: $(patsubst %,image-%,$(if $(EXTRAS),$(filter $(FULL_TOOLS),$(TOOL)),$(TOOL))) ## Build an image for each tool; TOOL=filters narrows, nothing is done when nothing changed

# What changed is told by content, so this looks each time. Also for the samples: image-samples.
# The longer pattern first: make 3.81 takes the first that fits.
image-full-%: FORCE
	@EXTRAS=full bin/build-image $*

image-%: FORCE
	@bin/build-image $*

.PHONY: compose-command docker-compose
compose-command:
	@docker compose version >/dev/null 2>&1 || $(MAKE) --no-print-directory docker-compose

docker-compose:
	$(call program,$@,$@)

.PHONY: compose
compose: compose-command ## Run compose as the current user: make compose ARGS='--profile demo up'
	@AFFECTORY_USER=$$(id -u):$$(id -g) DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1 $(COMPOSE) $(ARGS)

.PHONY: why
why: ## Say why a file would be built again: make why T=build/demo/page.html
	@MAKE='$(MAKE)' pipelines/why '$(T)'

.PHONY: clean
clean: ## Remove what was built and the caches; environments stay
	rm -rf build dist .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name '.venv*' -prune -o -name .uv -prune -o -name __pycache__ -prune -exec rm -rf {} +

.PHONY: clean-environments
clean-environments: ## Remove the environments and forget the images; `make setup` makes them again
	rm -rf .uv .images $(VENV) */.venv tools/*/.venv tools/*/.venv-full benchmarks/*/*/.venv

# --- For data: each pipeline's rules, from manifest to manifest ----------------------------------

# $(call ready,TOOL): what a step of the tool rests on, its environment or its image (`manifest` and
# `photo` are the front door's names of what is no tool). After a bar: a newer one repeats no step.
lender = $(patsubst photo,samples,$(patsubst manifest,dataset-io,$(1)))
environment_of = $(if $(filter manifest,$(1)),protocol,$(if $(filter photo,$(1)),samples,tools/$(1)))
of_extra = $(if $(EXTRAS),$(if $(wildcard $(environment_of)/requirements-$(EXTRAS).lock),-$(EXTRAS)))
ready = $(if $(filter local,$(RUN)),$(environment_of)/.venv$(of_extra)/.made,image-$(lender))
ready-full = $(if $(filter local,$(RUN)),$(environment_of)/.venv-full/.made,image-full-$(lender))

# A step depends on the words of its command as on a file: `OUT: OUT.options` with
# `OUT.options: WORDS = --min-size 64`. The file changes when the words do, and only then.
# (`+`: also in a dry run, so that `make why` sees what a real run would see.)
build/%.options: FORCE
	+@mkdir -p $(@D)
	+@printf '%s\n' $(QUOTED) | cmp -s - $@ || printf '%s\n' $(QUOTED) >$@

.PHONY: FORCE
FORCE:
WORDS ?=
QUOTED = '$(subst ','\'',$(WORDS))'

# --- Steps: what a file of a pipeline rests on ----------------------------------------------------

# A run that was another one begins again; make decides when, the tools decide whether.
KEEP := --restart if-changed --quiet
# What a step's bytes depend on besides its input: the sources of its tool and of the protocol.
sources = $(shell find protocol/affectory_protocol tools/$(1)/$(subst -,_,$(1)) -type f ! -name '*.pyc')
# A step that was killed between its commit and its end has left its lock: it is ended now.
unended = $(if $(wildcard $(1).lock),FORCE)
# $(call step,FILE,TOOL): beside its input; $(call step-full,FILE,TOOL) where it takes the extra full.
step = $(1).options $(call sources,$(2)) $(call unended,$(1)) | $(call ready,$(2))
step-full = $(1).options $(call sources,$(2)) $(call unended,$(1)) | $(call ready-full,$(2))

include $(wildcard pipelines/*.mk)
