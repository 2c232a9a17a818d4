# The front door. `make help` lists what there is; every target installs what it needs (Debian
# packages, as root or through sudo) and says so.

BUILD   ?= build
PREFIX  ?= /usr/local
STORE   ?= file
PG_MAJOR ?= 15
DEBIAN  ?= bookworm
POSTGRES_VERSIONS ?= 13 15 17 18
VERSION = $(shell awk '/^project/ {print $$3}' CMakeLists.txt)
JOBS    ?= $(shell nproc)
SHELL   := /bin/bash

BUILD_PACKAGES := g++ cmake ninja-build pkg-config \
  libcurl4-openssl-dev libdeflate-dev libgcrypt20-dev libisal-dev libpq-dev libpugixml-dev libsodium-dev libssl-dev \
  libxxhash-dev libzstd-dev nlohmann-json3-dev zlib1g-dev
DEMO_PACKAGES  := postgresql postgresql-client
S3_PACKAGES    := curl radosgw ceph-mon ceph-osd ceph-common
TEST_PACKAGES  := $(DEMO_PACKAGES) $(S3_PACKAGES) git openssl procps xxd libgtest-dev bats parallel age gdb openssh-client tabix pigz pv zstd awscli rsync openssh-server \
  libcurl4 mandoc python3 python3-cryptography rclone restic jq time shellcheck
PAGE_PACKAGES  := bats chromium fonts-dejavu-core python3
VERSIONS_PACKAGES := $(DEMO_PACKAGES) bats debootstrap gcc libc6-dev make bzip2 procps
SWIFT_PACKAGES := swift-proxy swift-account swift-container swift-object memcached bats curl jq openssl python3 xxd
SYSTEMS_PACKAGES := bats curl debootstrap iproute2 iptables python3-yaml runc slirp4netns tini
CHECK_PACKAGES := clang-format-14 shellcheck mandoc
FUZZ_PACKAGES  := clang libclang-rt-14-dev
BENCH_PACKAGES := $(DEMO_PACKAGES) $(S3_PACKAGES) pigz tabix zstd lbzip2 libdeflate-tools age gnupg awscli rclone s3cmd time nginx-light openssl jq python3

.DEFAULT_GOAL := build
BACKUP_TARGETS := backup-up backup-down backup-now backup-list backup-restore
.PHONY: $(BACKUP_TARGETS) image test-systems test-postgres-versions test-swift help deps build demo test test-page unit contract pipeline long check sanitize fuzz bench completions install package clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Installs those of its arguments that are missing.
install-packages = tests/support/install-packages.sh

deps: ## install what the build needs
	@$(install-packages) $(BUILD_PACKAGES)

build: deps ## build the tools into $(BUILD)/
	@cmake -S . -B $(BUILD) -G Ninja $(CMAKE_FLAGS) >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)

demo: ## back up and restore a real database, step by step (STORE=file|s3)
	@$(install-packages) $(BUILD_PACKAGES) $(DEMO_PACKAGES) $(if $(filter s3,$(STORE)),$(S3_PACKAGES))
	@$(MAKE) --no-print-directory build
	@SLUICE_BIN=$(abspath $(BUILD)) examples/demo/demo.sh $(STORE)

test: ## unit, contract and pipeline tests against a real PostgreSQL and a real S3 server
	@$(install-packages) $(BUILD_PACKAGES) $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory build CMAKE_FLAGS="-DSLUICE_TESTS=ON -DSLUICE_DEV=ON"
	@$(MAKE) --no-print-directory unit contract pipeline

unit:
	@tests/support/fetch-age-vectors.sh build/age-vectors
	ctest --test-dir $(BUILD) --output-on-failure

contract pipeline:
	SLUICE_BIN=$(abspath $(BUILD)) bats --jobs $(JOBS) --no-parallelize-within-files --print-output-on-failure tests/$@

long: ## the tests that take minutes, too
	@$(MAKE) --no-print-directory test SLUICE_LONG=1

test-page: build ## the page of sentinel in headless Chromium (SCREENSHOTS=DIRECTORY keeps the pictures)
	@$(install-packages) $(PAGE_PACKAGES)
	SLUICE_BIN=$(abspath $(BUILD)) bats --print-output-on-failure tests/page

check: ## formatting, shell scripts and man pages
	@$(install-packages) $(CHECK_PACKAGES)
	clang-format-14 --dry-run --Werror $$(git ls-files '*.cpp' '*.hpp')
	shellcheck $$(git ls-files '*.sh' '*.bash' '*.bats' docker/commands)
	mandoc -T lint -W warning man/*

sanitize: ## unit and contract tests under ASan and UBSan
	@$(MAKE) --no-print-directory build unit contract BUILD=build-sanitize \
	  CMAKE_FLAGS="-DSLUICE_TESTS=ON -DSLUICE_DEV=ON -DCMAKE_BUILD_TYPE=Debug -DSLUICE_SANITIZE=address,undefined"

fuzz: ## run every fuzzer for FUZZ_SECONDS (default 60) under ASan and UBSan
	@$(install-packages) $(BUILD_PACKAGES) $(FUZZ_PACKAGES)
	@$(MAKE) --no-print-directory build BUILD=build-fuzz CMAKE_FLAGS="-DSLUICE_FUZZ=ON \
	  -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSLUICE_SANITIZE=address,undefined,fuzzer-no-link"
	@for fuzzer in build-fuzz/fuzz-*; do \
	  corpus=build-fuzz/corpus/$${fuzzer##*/}; mkdir -p $$corpus; \
	  $$fuzzer -max_total_time=$(or $(FUZZ_SECONDS),60) -max_len=200000 -rss_limit_mb=4096 \
	    -artifact_prefix=build-fuzz/ $$corpus tests/corpus/$$(cut -d- -f2 <<<$${fuzzer##*/} | cut -d_ -f1) || exit; done

bench: ## compare with pigz, gzip, age, aws, rclone, pg_dump, … in alternating runs
	@$(install-packages) $(BUILD_PACKAGES) $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory build
	@for script in tests/bench/*.sh; do SLUICE_BIN=$(abspath $(BUILD)) $$script || exit; done

# Extra compose files, such as BACKUP_COMPOSE=docker-compose.ceph.yml.
backup-stack = cd examples/rustfs-stack && docker compose -f docker-compose.yml $(addprefix -f ,$(BACKUP_COMPOSE))

backup-up: ## start the backup stack of examples/rustfs-stack
	@$(backup-stack) up -d --wait pg-backup

backup-down: ## stop it; what it stored stays
	@$(backup-stack) down

backup-now: ## back up immediately
	@$(backup-stack) exec -T pg-backup backup

backup-list: ## list all backups
	@$(backup-stack) exec -T pg-backup restore --list

backup-restore: ## restore the latest backup
	@$(backup-stack) exec -T pg-backup restore latest

image: ## build the container images, with tags for the version and the PostgreSQL major (PG_MAJOR, DEBIAN)
	docker build --target full -f docker/Dockerfile --build-arg VERSION=$(VERSION) --build-arg PG_MAJOR=$(PG_MAJOR) \
	  --build-arg DEBIAN=$(DEBIAN) -t sluice:$(PG_MAJOR) -t sluice:$(VERSION)-pg$(PG_MAJOR) .
	docker build --target filters -f docker/Dockerfile --build-arg VERSION=$(VERSION) --build-arg DEBIAN=$(DEBIAN) \
	  -t sluice-filters:$(VERSION) .

test-systems: ## bring up every example with Docker and put it through its paces (root; not part of test)
	@$(install-packages) $(BUILD_PACKAGES) $(SYSTEMS_PACKAGES)
	@$(MAKE) --no-print-directory build
	SLUICE_BIN=$(abspath $(BUILD)) bats --print-output-on-failure tests/systems

test-postgres-versions: ## dump and restore with PostgreSQL of every major (root; POSTGRES_VERSIONS; not part of test)
	@$(install-packages) $(BUILD_PACKAGES) $(VERSIONS_PACKAGES)
	@$(MAKE) --no-print-directory build
	SLUICE_BIN=$(abspath $(BUILD)) tests/versions/run.sh $(POSTGRES_VERSIONS)

test-swift: ## the conformance suite of a store on OpenStack Swift's S3 interface (not part of test)
	@$(install-packages) $(BUILD_PACKAGES) $(SWIFT_PACKAGES)
	@$(MAKE) --no-print-directory build
	SLUICE_BIN=$(abspath $(BUILD)) bats --print-output-on-failure tests/swift

completions: build ## regenerate the shell completions from --help
	@SLUICE_BIN=$(abspath $(BUILD)) completions/generate.sh completions

install: build ## install tools, man pages and completions below $(PREFIX)
	cmake --install $(BUILD) --prefix $(DESTDIR)$(PREFIX)

package: build ## make a .tar.gz of an installation
	cd $(BUILD) && cpack -G TGZ

clean: ## remove what was built
	rm -rf build build-sanitize build-fuzz
