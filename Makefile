# `make demo` shows what Misfire does; `make test` tests it. Both install what is missing.

PREFIX ?= /usr/local

.PHONY: build test test-cluster simulate soak test-sanitize fuzz deb install uninstall demo bench format lint clean \
	packages test-packages

build: packages
	scripts/build-release

test: test-packages lint
	scripts/make-venv
	scripts/build-debug --build-tests
	scripts/run-tests
	scripts/make-tutorial --check
	scripts/test-package
	scripts/test-service
	scripts/walk-operations

# Mining on temporary clusters: Slurm with three nodes, Dask with three workers. Installs what they need.
test-cluster: test-packages
	scripts/make-venv
	scripts/build-debug --product misfire
	scripts/build-debug --product misfire-decode
	scripts/build-debug --product draw-world
	scripts/test-slurm
	scripts/test-dask
	scripts/test-kubernetes

# The daemon's scheduler on a simulated machine: `make simulate SEED=7 DAYS=100`.
simulate: packages
	scripts/build-debug --product simulate
	.build/debug/simulate --seed $(SEED) --days $(DAYS)

SEED ?= 1
DAYS ?= 50

# Tests that take too long for every run: a simulated century, 2,000 kills, 100,000 pictures at once, a ledger of a
# million, detectors of twenty worlds, a service in 400 MB.
soak: test-packages build
	scripts/make-venv
	scripts/build-debug --build-tests
	.build/debug/simulate --seeds 730 --days 50
	MISFIRE_SOAK=1 swift test --skip-build --filter 'KillingTests|FloodTests|OperatingPointTests|GuardTests'
	scripts/test-kills
	scripts/test-memory

# The same under the address sanitizer, then the thread sanitizer.
test-sanitize: test-packages
	scripts/make-venv
	scripts/test-sanitize

# A minute of libFuzzer for each kind of input file; then 10,000 mutated pictures through the real daemon.
fuzz: test-packages
	scripts/make-venv
	scripts/fuzz
	scripts/build-debug --build-tests
	MISFIRE_MUTATED_PICTURES=10000 swift test --skip-build --filter PoisonTests

# The Debian package, in dist/.
deb: packages
	scripts/make-deb

# Installs what `make build` built; DESTDIR is for building packages.
install:
	scripts/install "$(PREFIX)" "$(DESTDIR)"

uninstall:
	scripts/install --remove "$(PREFIX)" "$(DESTDIR)"

demo: build
	scripts/demo

bench: packages
	scripts/make-venv
	scripts/build-release --product misfire-decode
	scripts/build-release --product misfired
	scripts/build-release --product misfire
	scripts/build-release --product misfire-bench
	.build/release/misfire-bench

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

clean:
	rm -rf .build .venv demo

packages:
	@scripts/install-packages

test-packages:
	@scripts/install-packages --tests
