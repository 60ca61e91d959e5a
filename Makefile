# Casebook. `make demo` and `make test` start from a fresh clone; see README.md.
SHELL := /bin/bash
PREFIX ?= /usr/local
DESTDIR ?=

SWIFT_BUILD := swift build --explicit-target-dependency-import-check error
# Libraries that nothing calls at the start are not loaded then: see Sources/CLate/late.h. At a fixed
# address the program needs no relocations, which take a sixth of a start.
LINKING := -Xswiftc -Xclang-linker -Xswiftc --config=$(CURDIR)/Sources/CLate/linker.cfg \
  -Xswiftc -Xclang-linker -Xswiftc -no-pie
CASEBOOK := .build/release/casebook
SHARE := $(DESTDIR)$(PREFIX)/share/casebook

.DEFAULT_GOAL := help
.PHONY: help requirements build demo test double sanitize lint check bench install uninstall clean

help:
	@echo 'make demo              install what is missing, build, run two cases, write pages'
	@echo 'make test              install what is missing, build, run the tests'
	@echo 'make check             lint, strict import check, build, all tests (in Double too)'
	@echo 'make sanitize          the numeric tests with every access to memory checked'
	@echo 'make bench             training beside PyTorch and Keras, in turn (downloads them; half an hour)'
	@echo 'make install PREFIX=…  put the program and the catalogue there ($(PREFIX))'
	@echo 'make clean             remove what was built and written'

requirements:
	@.ci/requirements

build: requirements
	$(SWIFT_BUILD) -c release --product casebook --static-swift-stdlib $(LINKING)

demo: build
	$(CASEBOOK) data get mnist
	$(CASEBOOK) run mnist-c-header
	$(CASEBOOK) run mnist-c-header --set hidden=128
	$(CASEBOOK) run cms-anomaly-autoencoder --seeds 3
	$(CASEBOOK) compare --case mnist-c-header
	$(CASEBOOK) compare --case cms-anomaly-autoencoder --by auc
	$(CASEBOOK) publish --out site/build
	@echo
	@echo 'Open site/build/html/index.html in a browser; the same pages for Confluence are in'
	@echo 'site/build/confluence. Next: $(CASEBOOK) list, $(CASEBOOK) runs, README.md.'

test: requirements
	$(SWIFT_BUILD) --build-tests
	swift test --skip-build

# Gradients against differences where rounding hides nothing: everything computed in Double.
double: requirements
	swift test --scratch-path .build-double --traits DoublePrecision \
	  --filter 'TensorsTests|LearningTests'

# Memory that is freed stays resident here, so that MemoryTests cannot measure it.
sanitize: requirements
	$(SWIFT_BUILD) --build-tests --sanitize=address --scratch-path .build-address
	LSAN_OPTIONS=suppressions=$(CURDIR)/.ci/leaks:print_suppressions=0 \
	  swift test --skip-build --sanitize=address --scratch-path .build-address \
	  --filter 'TensorsTests|LearningTests' --skip MemoryTests

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks/training/Sources

check: requirements lint test double

# Writes Benchmarks/training/RESULTS.md. For a part of it: Benchmarks/training/run --help
bench: requirements
	Benchmarks/training/run

install: build
	install -D -m 755 $(CASEBOOK) $(DESTDIR)$(PREFIX)/bin/casebook
	rm -rf $(SHARE)
	mkdir -p $(SHARE)/site
	cp -R Catalog $(SHARE)/Catalog
	cp -R site/assets $(SHARE)/site/assets
	git describe --always --dirty --abbrev=40 --exclude '*' > $(SHARE)/REVISION 2>/dev/null || true
	@echo 'Installed $(PREFIX)/bin/casebook with $(PREFIX)/share/casebook.'

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/casebook $(SHARE)

clean:
	rm -rf .build .build-double .build-python site/build
