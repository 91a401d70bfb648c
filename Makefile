# handoff in a few words. `make` alone lists them.
#
#   make test LABEL=unit     only tests with that label: unit, integration, tidy, ...
#   make test JOBS=4         so many compilers at once, and twice as many tests; all processors by default

JOBS ?= $(shell nproc)
LABEL ?=
export JOBS

select = $(if $(LABEL),-L '^($(LABEL))$$')

.PHONY: help setup build demo test warnings test-crash test-deadline test-money test-live sim sim-planted sim-compilers fuzz fuzz-coverage bench sanitize format clean
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## setup     install what is missing (Debian 12; needs root or sudo only if something is missing)
setup:
	@cmake/setup.sh

## build     everything, in build/dev
build: setup
	@cmake --preset dev >build/dev.configure.log 2>&1 || { cat build/dev.configure.log; exit 1; }
	@cmake --build --preset dev -j $(JOBS)

## demo      a retailer's day: five sandbox vendors, the hub, and what goes wrong between them (KEEP=1 leaves it running)
demo: setup
	@cmake --preset dev >build/dev.configure.log 2>&1 || { cat build/dev.configure.log; exit 1; }
	@cmake --build --preset dev -j $(JOBS) --target retailer_day_all
	@build/dev/bin/retailer_day build/dev/bin build/dev/plugins examples/retailer_day/handoff.toml.in

## test      build, then every test that needs no daemon of someone else's (`contract` fetches npm packages once, or is skipped)
test: build
	@cmake/run_tests.sh dev $(select)

## sanitize  the same tests under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer
sanitize: setup
	@for preset in asan-ubsan tsan; do \
	  cmake --preset $$preset >build/$$preset.configure.log 2>&1 || { cat build/$$preset.configure.log; exit 1; }; \
	  cmake --build --preset $$preset -j $(JOBS) && \
	  TEST_TIMEOUT=600 TEST_JOBS=$(JOBS) cmake/run_tests.sh $$preset $(select) || exit 1; \
	done

## warnings  everything by both compilers, g++ 12 and clang 19, a warning being an error
warnings: setup
	@for preset in dev clang; do \
	  cmake --preset $$preset -B build/$$preset-strict -DCMAKE_COMPILE_WARNING_AS_ERROR=ON >build/$$preset-strict.configure.log 2>&1 || \
	    { cat build/$$preset-strict.configure.log; exit 1; }; \
	  cmake --build build/$$preset-strict -j $(JOBS) || exit 1; \
	done

## test-crash  200 rounds of kill -9 under load over real sockets; ROUNDS=20 SEED=7 change them
ROUNDS ?= 200
SEED ?= 1
test-crash: setup
	@cmake --preset dev >build/dev.configure.log 2>&1 || { cat build/dev.configure.log; exit 1; }
	@cmake --build --preset dev -j $(JOBS) --target crash_rounds
	@build/dev/bin/crash_rounds --rounds $(ROUNDS) --seed $(SEED)

## test-deadline  registers are answered in time while a fifth of the platform's calls go wrong; CALLS=100000 SEED=1 change them
CALLS ?= 100000
test-deadline: setup
	@cmake --preset release >build/release.configure.log 2>&1 || { cat build/release.configure.log; exit 1; }
	@cmake --build --preset release -j $(JOBS) --target register_deadline
	@build/release/bin/register_deadline --calls $(CALLS) --seed $(SEED)

## sim       seeds of the simulator on the release build, into build/release/sim.json; SEEDS=1:8000; REPLAY=17 tells one seed,
##             ORDER=1 with it the same messages in another order, without faults
SEEDS ?= 1:400
REPLAY ?= 0
ORDER ?= 0
sim: setup
	@cmake --preset release >build/release.configure.log 2>&1 || { cat build/release.configure.log; exit 1; }
	@cmake --build --preset release -j $(JOBS) --target simulate
	@HANDOFF_COMMIT=$$(git rev-parse --short HEAD 2>/dev/null) build/release/bin/simulate \
	  $(if $(filter-out 0,$(REPLAY)),--replay $(REPLAY) --order $(ORDER),--seeds $(SEEDS) --jobs $(JOBS) --json build/release/sim.json \
	  --planted build/planted/planted.tsv)

## sim-planted  which of the planted bugs the simulator finds, and in how many seeds (INVARIANTS M)
sim-planted: setup
	@cmake --preset planted >build/planted.configure.log 2>&1 || { cat build/planted.configure.log; exit 1; }
	@cmake --build --preset planted -j $(JOBS) --target simulate
	@build/planted/bin/simulate --plant all --seeds 1:2000 --jobs $(JOBS) --planted build/planted/planted.tsv

## sim-compilers  the same 40 seeds by g++ and by clang: event for event the same
sim-compilers: setup
	@for preset in release clang; do \
	  cmake --preset $$preset >build/$$preset.configure.log 2>&1 || { cat build/$$preset.configure.log; exit 1; }; \
	  cmake --build --preset $$preset -j $(JOBS) --target simulate && \
	  build/$$preset/bin/simulate --seeds 1:40 --jobs $(JOBS) --hashes build/$$preset/sim.hashes || exit 1; \
	done
	@cmp build/release/sim.hashes build/clang/sim.hashes && echo "40 seeds: the same events with both compilers"

## test-money  what may happen to the store and the hub, at length: kills at drawn system calls, failed syncs, stops, flipped bytes
MONEY_ROUNDS ?= 100
test-money: setup
	@cmake --preset dev >build/dev.configure.log 2>&1 || { cat build/dev.configure.log; exit 1; }
	@cmake --build --preset dev -j $(JOBS) --target crash_rounds damage_rounds
	@for how in point sync pause; do \
	  build/dev/bin/crash_rounds --how $$how --rounds $(MONEY_ROUNDS) --seed $(SEED) || test $$? = 77 || exit 1; \
	done
	@build/dev/bin/damage_rounds --rounds $$((20 * $(MONEY_ROUNDS))) --seed $(SEED)

## test-live  the hub between a register and real systems: Vendure and Tryton, fetched from npm and Debian once (KEEP=1 leaves them running)
test-live: setup
	@cmake --preset dev >build/dev.configure.log 2>&1 || { cat build/dev.configure.log; exit 1; }
	@cmake --build --preset dev -j $(JOBS) --target live_test
	@LIVE_DIR=$${LIVE_DIR:-$(CURDIR)/build/live} tests/live/run.sh build/dev/bin/live_test $(ARGS) || test $$? = 77

## fuzz      every fuzzer for a minute, on clang and libFuzzer; MINUTES=5 TARGET="json config" change that
MINUTES ?= 1
TARGET ?=
fuzz: setup
	@cmake --preset fuzz >build/fuzz.configure.log 2>&1 || { cat build/fuzz.configure.log; exit 1; }
	@cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	@tests/fuzz/run.sh $(MINUTES) $(TARGET)

## fuzz-coverage  how many lines of each parser the fuzzers' inputs reach
fuzz-coverage: setup
	@cmake --preset fuzz-coverage >build/fuzz-coverage.configure.log 2>&1 || { cat build/fuzz-coverage.configure.log; exit 1; }
	@cmake --build --preset fuzz-coverage -j $(JOBS) --target fuzzers
	@tests/fuzz/coverage.sh

## bench     the figures, on the release build, into build/release/bench.json; ARGS="--only journey" or "--quick"
bench: setup
	@cmake --preset release >build/release.configure.log 2>&1 || { cat build/release.configure.log; exit 1; }
	@cmake --build --preset release -j $(JOBS) --target handoff_bench
	@build/release/bin/handoff_bench --json build/release/bench.json $(ARGS)

## format    clang-format 19 over our C and C++
format:
	@cmake/format.sh

## clean     remove the builds; the compiler cache stays
clean:
	@rm -rf build

-include Makefile.local
build setup demo test warnings test-crash test-deadline test-live sim sim-planted sim-compilers fuzz fuzz-coverage bench sanitize: | build-folder
.PHONY: build-folder
build-folder:
	@mkdir -p build
