# The commands that people and CI use. Each does all of its own set-up.
#
#   make run      builds axllama and asks the bundled model for the capital of France
#   make test     builds and passes all tests
#   make build    leaves the release binary at build/axllama
#   make sanitize all tests under sanitizers (an hour to build); make fuzz: the fuzzers
#   make bench    compares with llama-server; the figures go to build/bench
#   make format, make lint, make cross, make clean

SHELL := /bin/bash
LLAMA := build/llama
JOBS ?= $(shell nproc)
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

SOURCES = $(shell git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'bench/*.cc')

.PHONY: run build test sanitize fuzz bench format lint cross clean setup setup-test

run: build
	./build/axllama run sprout "The capital of France is"

setup:
	@scripts/setup.sh build

setup-test:
	@scripts/setup.sh build test

build: setup
	scripts/build_llama.sh $(LLAMA)
	cmake --preset release
	cmake --build build --target axllama -j $(JOBS)

test: setup-test
	scripts/build_llama.sh $(LLAMA) llama-server
	scripts/test.sh

sanitize: setup-test
	scripts/build_llama.sh $(LLAMA) llama-server
	scripts/test.sh asan-all tsan-all

fuzz: setup-test
	scripts/build_llama.sh $(LLAMA)
	scripts/test.sh fuzz

bench: setup-test build
	scripts/build_llama.sh $(LLAMA) llama-server
	scripts/bench.sh

format:
	clang-format-19 -i $(SOURCES)

lint: setup-test
	scripts/build_llama.sh $(LLAMA)
	scripts/lint.sh

# Shows that everything compiles and links for the Raspberry Pi; run it there.
cross:
	scripts/cross_aarch64.sh

clean:
	rm -rf build
