# Every step that a person or a machine takes. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
AS_OF ?= 2025-12-31
JOBS ?= 2
LANGUAGES ?= vi,en

.DEFAULT_GOAL := help
.PHONY: help report test setup-report setup-test site lint types tests docs constraints wheel clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

report: setup-report site ## Set up and build the reports from data/sample into reports/

test: setup-test lint types docs tests ## Set up and run everything that must hold

setup-report: ## Make .venv with what the reports need
	$(PYTHON) .ci/install.py report excel

setup-test: ## Make .venv with what the tests need
	$(PYTHON) .ci/install.py report excel documents duckdb polars spark sql legacy test

site: ## Build the pages that have changed
	$(BIN)/lthtgn site notebooks --output reports --lang $(LANGUAGES) \
	  --parameter as_of $(AS_OF) --jobs $(JOBS)

lint: ## Check the style of code and notebooks
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: ## Check the types
	$(BIN)/mypy

docs: ## Check that what is generated is not stale
	$(BIN)/python examples/build_docs.py --check
	$(BIN)/python examples/build_check_docs.py --check
	$(BIN)/python examples/build_module_docs.py --check

tests: ## Run the tests
	$(BIN)/python -m pytest --numprocesses $(JOBS)

constraints: ## Renew the pinned versions (needs the group "build")
	$(PYTHON) .ci/install.py build
	$(BIN)/uv pip compile pyproject.toml --all-extras --group test --group build --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --annotation-style line \
	  --no-header --quiet --upgrade --output-file constraints.txt

wheel: ## Build the wheel into dist/
	$(PYTHON) .ci/install.py build
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

clean: ## Remove what was built
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
