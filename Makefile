# Part of godwit. SPDX-License-Identifier: Apache-2.0
# The only entry points. Each installs what it needs and is missing.

.DEFAULT_GOAL := build
.PHONY: setup build release test test-full test-ceph stores soak fuzz sanitize demo lint format bench bench-micro bench-scale docs clean

setup:      ## Installs the C libraries, and the test servers and peers into .venv
	@scripts/setup build servers

build:      ## Builds for debugging
	@scripts/setup build
	swift build

release:    ## Builds .build/release/godwit
	@scripts/setup build
	@scripts/release

test: setup ## Runs every test against real stores on loopback
	@scripts/test

test-full: setup ## As test, with every seed of comparisons, crashes, chaos and the simulation
	@GODWIT_TEST_SEEDS=200 GODWIT_TEST_CRASHES=200 GODWIT_TEST_CHAOS=500 GODWIT_TEST_SCHEDULES=10000 \
		GODWIT_TEST_INPUTS=20000 GODWIT_TEST_KEYSETS=10000 GODWIT_TEST_RULES=2000 GODWIT_TEST_SIGNATURES=2000 \
		GODWIT_TEST_FAULTS=all scripts/test

test-ceph: setup ## The conformance kit and the end-to-end tests against Ceph
	@scripts/setup ceph
	@scripts/test ceph

stores: setup ## Tries every feature on every store and writes the table of docs/manual/stores.md
	@scripts/setup ceph
	@scripts/stores

soak: setup release ## Syncs changing trees for SOAK_MINUTES (30): memory, descriptors and state stay flat
	@GODWIT_BINARY=$$(swift build -c release --show-bin-path)/godwit scripts/with-servers seaweedfs -- scripts/soak

fuzz:       ## Looks for inputs that break a reader, FUZZ_SECONDS each; FUZZ=name for one
	@scripts/setup build
	@scripts/fuzz $(FUZZ)

sanitize:   ## Runs the unit tests under ThreadSanitizer and AddressSanitizer; SANITIZE=thread for one
	@scripts/setup build
	@scripts/sanitize $(SANITIZE)

demo:       ## Shows godwit at work on a real store
	@scripts/setup build servers
	@scripts/demo

lint:       ## Checks format and the rules of the tree
	@scripts/setup build
	swift format lint --strict --recursive Package.swift $(wildcard Sources Backends Tests Benchmarks)
	@scripts/tidy

format:     ## Formats in place
	swift format --in-place --recursive Package.swift $(wildcard Sources Backends Tests Benchmarks)

bench: setup release ## Measures against s5cmd, rclone and aws; BENCH=--quick for a look
	@scripts/bench $(BENCH)

bench-micro: ## Counts instructions and allocations of single pieces of work against Benchmarks/Micro/thresholds.json
	@scripts/setup build valgrind
	@scripts/bench-micro $(MICRO)

bench-scale: setup release ## Measures listings and comparisons of millions of keys, delay and refusals
	@scripts/bench-scale $(SCALE)

docs: release ## Generates the command reference and the manual pages
	@scripts/docs

clean:      ## Removes what builds and servers left
	rm -rf .build .build-fuzz .build-tsan .build-asan .build-micro .venv Benchmarks/results
	@$(MAKE) --silent -C Benchmarks/Floor clean
	@$(MAKE) --silent -C Benchmarks/Scale clean
