# Everything that this project does, by name: `make help`. What a target needs beyond the compilers it gets itself, once per machine,
# and keeps in the cache.

CACHE := $(or $(SPARKSPAN_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/sparkspan)
# A second clone on the same machine finds the dependencies compiled.
export CARGO_TARGET_DIR ?= $(CACHE)/target

CARGO_DENY = $$(tools/cargo-tool.sh cargo-deny 0.20.2)

.DEFAULT_GOAL := help

.PHONY: help
help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Run a real PySpark application and look at its trace (cold 20 minutes, later 2)
	@python3 tools/demo.py

.PHONY: test
test: ## Prove everything that can be proved in minutes: checks, tests, the real Jaeger
	@tools/test.sh all

.PHONY: check
check: ## Only the checks: generated files, format, lints, licences, documentation, scripts
	@tools/test.sh checks

.PHONY: test-long
test-long: ## The Rust tests with many more random cases and cuts, and gigabytes; the chart of Jaeger with its servers (10 minutes)
	@SPARKSPAN_LONG_TESTS=1 PROPTEST_CASES=10000 tools/test.sh long

.PHONY: test-spark
test-spark: ## Trace applications of every supported Spark while they run, whatever becomes of them (an hour)
	@tools/test.sh spark

.PHONY: fuzz
fuzz: ## Fuzz all targets, or TARGET=sql alone, each for SECONDS=60; needs a nightly toolchain
	@tools/fuzz.sh $(or $(SECONDS),60) $(TARGET)

.PHONY: fixtures
fixtures: ## Make the event logs of tests/eventlogs again with real Spark (hours)
	python3 tests/spark/make_fixtures.py

.PHONY: generate
generate: ## Write the generated files again
	cargo xtask generate

.PHONY: picture
picture: ## Draw the picture of the README again
	cargo build --quiet --locked --package sparkspan-cli
	python3 tools/picture.py "$(CARGO_TARGET_DIR)/debug/sparkspan" tests/eventlogs/3.5.9/adaptive/app-* > docs/images/show.svg

.PHONY: wheel
wheel: ## Build the Python wheel: the command, the plugin's jar, the helper for PySpark; its path is the last line
	@tools/wheel.py

.PHONY: jaeger
jaeger: ## Build the real Jaeger; its path is the last line
	@tools/jaeger/build.sh

.PHONY: bench
bench: ## Measure speed and memory, beside Spark's own replay and OpenTelemetry's exporter (10 minutes; half an hour once)
	@python3 benches/measure.py

.PHONY: advisories
advisories: ## Look for dependencies with known faults (fetches the database)
	$(CARGO_DENY) check advisories

.PHONY: jar
jar: ## Build the plugin's jar, with the native library of this machine alone; its path is the last line
	@tools/jar.sh dist

.PHONY: dist
dist: ## Build all that ships, for x86-64 and aarch64 with glibc 2.17, and check it; the paths are the last lines (20 minutes)
	@python3 tools/dist.py

.PHONY: image
image: ## Build the container image: the command and the jar; its name is the last line (10 minutes once)
	@python3 tools/image.py

.PHONY: test-k8s
test-k8s: ## Bring up a real Kubernetes and prove the charts there: Jaeger, traced Spark, both Helms (15 minutes; an hour once; root)
	@tools/test.sh k8s
