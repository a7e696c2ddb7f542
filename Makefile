# sysdig-sl: every target of the project; `make help` lists them.
#
# B=DIR      where objects and the binary go (default: build)
# DEPS=DIR   where the third-party libraries are built (default: build/deps)
# V=1        show the commands

VERSION := 0.1.0
B ?= build
DEPS ?= $(CURDIR)/build/deps
F ?= host
DL ?= $(DEPS)/dl
JOBS := $(shell nproc)

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all
$(if $(V),,$(eval Q := @))

include third_party/toolchain.mk
ARCH ?= $(HOST_ARCH)
MUSL := musl-$(ARCH)
CLANG := clang

# Compiler flags ------------------------------------------------------------

CPPFLAGS := -Isrc -I. -D_GNU_SOURCE -DSL_VERSION='"$(VERSION)"'
WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wundef \
	-Wcast-qual -Wswitch-enum $(if $(WERROR),-Werror)
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection \
	-ftrivial-auto-var-init=zero -fno-strict-aliasing -fno-common \
	-ffunction-sections -fdata-sections
BASE := -std=c11 -MMD -MP $(WARN) -ffile-prefix-map=$(CURDIR)=. \
	-ffile-prefix-map=$(DEPS)=deps

# One flavour is one set of room archives: musl for the release, the others for
# tests on the C library of the machine.
FLAVOURS := musl host asan fuzz cov
CC_host := gcc
CC_musl := $(CC_$(MUSL))
CC_asan := gcc
CC_fuzz := $(CLANG)
CC_cov := gcc
CFLAGS_musl = -O2 -g0 $(HARDEN) $(ARCH_CFLAGS_$(MUSL)) \
	$(call musl_cppflags,$(MUSL))
CFLAGS_host := -O1 -g
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
CFLAGS_asan := -O1 -g $(SANITIZE)
CFLAGS_fuzz := -O1 -g $(SANITIZE) -fsanitize=fuzzer-no-link
CFLAGS_cov := -O0 -g --coverage
LDFLAGS_asan := $(SANITIZE)
LDFLAGS_fuzz := $(SANITIZE) -fsanitize=fuzzer
LDFLAGS_cov := --coverage
DEPS_musl := $(MUSL)
DEPS_host := glibc
DEPS_asan := glibc
DEPS_fuzz := glibc
DEPS_cov := glibc

# Rooms ---------------------------------------------------------------------

ROOMS := $(sort $(patsubst src/%/,%,$(dir $(wildcard src/*/*.c))))
comma := ,
# closure_ROOM: the room and all that it may include, directly or not.
$(foreach line,$(shell awk -f test/lint/closure.awk test/lint/layers.txt),\
	$(eval closure_$(subst =, := ,$(subst $(comma), ,$(line)))))

# $(call archives,FLAVOUR,ROOM)
archives = $(patsubst %,$(B)/$1/%.a,$(filter $(ROOMS),$(closure_$2)))
# $(call libs,FLAVOUR,ROOM): the third-party libraries that its rooms need
libs = $(if $(filter conf,$(closure_$2)),$(addprefix \
	$(DEPS)/$(DEPS_$1)/lib/,libyaml.a libcjson.a libz.a))

# $(call link,FLAVOUR,OUTPUT,OBJECTS AND ARCHIVES,OTHER LIBRARIES)
link = $(if $(filter musl,$1),$(call musl_link,$(MUSL),$2,$3 $4),$(CC_$1) \
	$(CFLAGS_$1) $(LDFLAGS_$1) -o $2 -Wl,--start-group $3 -Wl,--end-group $4)
CMOCKA_host := -lcmocka
CMOCKA_asan := -lcmocka
CMOCKA_cov := -lcmocka
CMOCKA_musl := $(DEPS)/$(MUSL)/lib/libcmocka.a

APPLETS := $(patsubst applets/%.c,%,$(wildcard applets/*.c))
UNITS := $(sort $(patsubst test/unit/%.c,%,$(wildcard test/unit/*.c)))
FUZZERS := $(patsubst test/fuzz/%.c,%,$(wildcard test/fuzz/fuzz_*.c))
E2E := $(sort $(shell find test/e2e test/replay -maxdepth 1 -perm -u+x \
	\( -name '*.sh' -o -name '*.bats' \) 2>/dev/null))
LINTS := $(filter-out %/lib.sh,$(wildcard test/lint/*.sh))
REPLAYS := $(patsubst test/replay/%.sh,%,$(wildcard test/replay/*.sh))
PURE := base event state rule conf
PURE_UNITS := $(filter $(PURE:%=%_%),$(UNITS))
room_of = $(firstword $(subst _, ,$1))

.PHONY: FORCE
FORCE:

# Debian packages: for the binary; for make test; for make check.
PACKAGES := gcc libc6-dev linux-libc-dev make dpkg-dev util-linux diffutils \
	bzip2 xz-utils debian-archive-keyring
PACKAGES_TEST := libcmocka-dev bats strace procps
PACKAGES_CHECK := git clang-format valgrind qemu-user-static \
	gcc-aarch64-linux-gnu libc6-dev-arm64-cross linux-libc-dev-arm64-cross
PACKAGES_FUZZ := clang libclang-rt-dev

# Rules ---------------------------------------------------------------------

# $(call rule_flavour,FLAVOUR)
define rule_flavour
COMPILE_$1 = $$(CC_$1) $$(BASE) $$(CFLAGS_$1) $$(CPPFLAGS) \
	-I$$(DEPS)/$$(DEPS_$1)/include

# Rewritten only when the command changes; then everything is compiled again.
$(B)/$1/command: export TEXT = $$(COMPILE_$1)
$(B)/$1/command: FORCE
	@mkdir -p $$(@D)
	@printf '%s\n' "$$$$TEXT" | cmp -s - $$@ || \
		printf '%s\n' "$$$$TEXT" >$$@

$(B)/$1/%.o: %.c $(B)/$1/command | $$(DEPS)/$$(DEPS_$1)/.complete
	@mkdir -p $$(@D)
	@echo "  CC      $$<$(if $(filter-out musl,$1), [$1])"
	$$(Q)$$(COMPILE_$1) -c -o $$@ $$<
endef

# $(call rule_archive,FLAVOUR,ROOM)
define rule_archive
$(B)/$1/$2.a: $(patsubst %.c,$(B)/$1/%.o,$(wildcard src/$2/*.c))
	$$(Q)rm -f $$@ && $$(AR) rcsD $$@ $$^
endef

# $(call rule_unit,FLAVOUR,TEST)
define rule_unit
$(B)/$1/unit/$2: $(B)/$1/test/unit/$2.o $(call archives,$1,$(call room_of,$2))
	@mkdir -p $$(@D)
	@echo "  LD      test/unit/$2 [$1]"
	$$(Q)$$(call link,$1,$$@,$$^ $(call libs,$1,$(call room_of,$2)),\
		$$(CMOCKA_$1))
endef

# $(call rule_fuzzer,NAME)
define rule_fuzzer
$(B)/fuzz/$1: $(B)/fuzz/test/fuzz/$1.o \
	$(call archives,fuzz,$(call room_of,$(1:fuzz_%=%)))
	@echo "  LD      test/fuzz/$1"
	$$(Q)$$(call link,fuzz,$$@,$$^ \
		$(call libs,fuzz,$(call room_of,$(1:fuzz_%=%))))
endef

$(foreach f,$(FLAVOURS),$(eval $(call rule_flavour,$f)) \
	$(foreach r,$(ROOMS),$(eval $(call rule_archive,$f,$r))))
# It holds this file: .incbin, which -MMD does not see.
$(FLAVOURS:%=$(B)/%/src/rule/default_rules.o): rules/default_rules.yaml
$(foreach f,host asan cov musl,$(foreach u,$(UNITS),\
	$(eval $(call rule_unit,$f,$u))))
$(foreach t,$(FUZZERS),$(eval $(call rule_fuzzer,$t)))
-include $(foreach f,$(FLAVOURS),$(wildcard $(foreach d,src/* applets \
	test/unit test/fuzz test/lint,$(B)/$f/$d/*.d) $(B)/$f/src/main.d))

# Targets that set everything up use all processors, unless -j was given.
SUBMAKE = $(MAKE) --no-print-directory \
	$(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

# Third-party libraries: one make at a time builds them.
$(DEPS)/%/.complete: third_party/sources.lock
	@test/setup --check $(PACKAGES)
	@mkdir -p $(DEPS)
	+@flock $(DEPS)/lock $(SUBMAKE) \
		-C third_party TARGET=$* DEPS=$(DEPS) DL=$(DL)

## deps        build the third-party libraries (once, into build/deps)
deps: $(DEPS)/$(MUSL)/.complete $(DEPS)/glibc/.complete
## fetch       download and verify their sources; the only use of the network
fetch:
	@mkdir -p $(DEPS)
	+@flock $(DEPS)/lock $(SUBMAKE) -C third_party \
		DEPS=$(DEPS) DL=$(DL) fetch

# The binary ----------------------------------------------------------------

BINARY := $(B)/sysdig-sl
MAIN_OBJECTS := $(B)/musl/src/main.o $(APPLETS:%=$(B)/musl/applets/%.o)

## all         the binary, $(B)/sysdig-sl (the default)
all: $(BINARY)

$(BINARY): $(MAIN_OBJECTS) $(ROOMS:%=$(B)/musl/%.a)
	@echo "  LD      $@"
	$(Q)$(call musl_link,$(MUSL),$@,$^ $(addprefix $(DEPS)/$(MUSL)/lib/,\
		libyaml.a libcjson.a libz.a libbearssl.a))

# The same program on the C library of the machine, for valgrind and debuggers;
# and what makes the tables of the README.
# $(call rule_program,FLAVOUR)
define rule_program
$(B)/$1/sysdig-sl: $(B)/$1/src/main.o
$(B)/$1/tables: $(B)/$1/test/lint/tables.o
$(B)/$1/sysdig-sl $(B)/$1/tables: $(APPLETS:%=$(B)/$1/applets/%.o) \
	$(ROOMS:%=$(B)/$1/%.a)
	@echo "  LD      $$@"
	$$(Q)$$(call link,$1,$$@,$$^ $(call libs,$1,pipe))
endef
$(foreach f,host asan,$(eval $(call rule_program,$f)))

## install     to $(DESTDIR)$(PREFIX)/bin (PREFIX=/usr/local)
PREFIX ?= /usr/local
install: $(BINARY)
	install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/sysdig-sl

## release     stripped binaries for x86_64 and aarch64, with checksums
release: $(BINARY)
	$(Q)$(MAKE) --no-print-directory ARCH=aarch64 B=$(B)/aarch64 all
	@rm -rf $(B)/release && mkdir -p $(B)/release
	$(Q)strip -o $(B)/release/sysdig-sl-$(VERSION)-x86_64 $(BINARY)
	$(Q)aarch64-linux-gnu-strip -o \
		$(B)/release/sysdig-sl-$(VERSION)-aarch64 \
		$(B)/aarch64/sysdig-sl
	$(Q)cd $(B)/release && sha256sum sysdig-sl-* >SHA256SUMS && \
		cat SHA256SUMS

# What people run -----------------------------------------------------------

SHARED := $(abspath $(wildcard ../shared/data))
export SL = $(abspath $(BINARY))
export SL_DATA = $(SHARED)
ABS_B = $(abspath $(B))

## demo        set up, build, show alerts of a small suspicious workload
demo:
	$(Q)test/setup $(PACKAGES)
	+$(Q)$(SUBMAKE) all
	$(Q)B=$(ABS_B) test/demo/run

## test        set up, build, unit and end-to-end tests
test:
	$(Q)test/setup $(PACKAGES) $(PACKAGES_TEST)
	+$(Q)$(SUBMAKE) test-run
test-run: $(BINARY) $(UNITS:%=$(B)/host/unit/%)
	$(Q)B=$(ABS_B) TEST_LOG=$(ABS_B)/log test/run \
		$(UNITS:%=$(B)/host/unit/%) $(E2E)

## check       set up, lints, sanitizers, valgrind, repro, aarch64
check:
	$(Q)test/setup $(PACKAGES) $(PACKAGES_TEST) $(PACKAGES_CHECK)
	+$(Q)$(SUBMAKE) ARCH=aarch64 B=$(B)/aarch64 \
		WERROR=1 all pure-units
	+$(Q)$(SUBMAKE) check-run
check-run: $(BINARY) $(B)/host/tables $(UNITS:%=$(B)/asan/unit/%) \
		$(REPLAYS:%=$(B)/valgrind/%)
	$(Q)B=$(ABS_B) TEST_LOG=$(ABS_B)/log test/run $(LINTS) \
		$(UNITS:%=$(B)/asan/unit/%) $(REPLAYS:%=$(B)/valgrind/%) \
		$(PURE_UNITS:%=$(B)/aarch64/run/%)

## unit        one unit test: U=NAME [F=host|asan|cov|musl] [VALGRIND=1]
unit: $(B)/$F/unit/$U
	$(Q)TEST_WRAPPER='$(if $(VALGRIND),$(MEMCHECK))' test/run $<

## units       all unit tests: [F=...] [VALGRIND=1]
units: $(UNITS:%=$(B)/$F/unit/%)
	$(Q)TEST_WRAPPER='$(if $(VALGRIND),$(MEMCHECK))' test/run $^

MEMCHECK := valgrind --quiet --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect

# $(call script,COMMAND): what test/run takes for a test program
define script
@mkdir -p $(@D)
@printf '#!/bin/sh\n%s\n' '$1' >$@ && chmod +x $@
endef
$(B)/valgrind/%: $(B)/host/sysdig-sl
	$(call script,REPLAY="$(MEMCHECK) $(abspath $<)" exec test/replay/$*.sh)
$(B)/run/%: $(B)/musl/unit/%
	$(call script,exec qemu-$(ARCH)-static $(abspath $<))
pure-units: $(PURE_UNITS:%=$(B)/run/%)

## aarch64     cross build, and the unit tests of the pure rooms under qemu
aarch64:
	$(Q)test/setup $(PACKAGES) qemu-user-static gcc-aarch64-linux-gnu \
		libc6-dev-arm64-cross linux-libc-dev-arm64-cross
	+$(Q)$(SUBMAKE) ARCH=aarch64 B=$(B)/aarch64 \
		all pure-units
	$(Q)test/run $(PURE_UNITS:%=$(B)/aarch64/run/%)

## lint        only the lints
lint: $(BINARY) $(B)/host/tables
	$(Q)B=$(ABS_B) test/run $(filter-out %/repro.sh,$(LINTS))

## repro       build again in another directory and compare
repro: $(BINARY)
	$(Q)B=$(ABS_B) test/run test/lint/repro.sh

## readme      write the README's tables anew from the program
readme: $(B)/host/tables
	$(Q)$< README.md >$(B)/README.md && cp $(B)/README.md README.md

## recordings  make those of test/replay anew: after a change of events.def
recordings: $(BINARY)
	$(Q)test/replay/record $(BINARY)

## format      clang-format all C files
format:
	$(Q)find src applets test -name '*.[ch]' | xargs clang-format -i

## compat      public test data: [FALCO_DATA=DIR] [CFN_DATA=DIR] [SUITE=NAME]
compat: $(BINARY)
	$(Q)B=$(ABS_B) FALCO_DATA='$(or $(FALCO_DATA),$(wildcard \
		$(SHARED)/falco))' CFN_DATA='$(or $(CFN_DATA),$(wildcard \
		$(SHARED)/cfn))' SUITE='$(SUITE)' test/compat/run

## bench       measurements, as ratios against peers in the same run
bench: $(BINARY)
	$(Q)B=$(ABS_B) test/bench/run

## fuzz        libFuzzer: [T=NAME] [SECONDS=600] each; finds go to $(B)/fuzz
SECONDS ?= 600
fuzz:
	$(Q)test/setup $(PACKAGES) $(PACKAGES_FUZZ)
	+$(Q)$(SUBMAKE) fuzz-run
fuzz-run: $(addprefix $(B)/fuzz/,$(if $T,fuzz_$T,$(FUZZERS)))
	$(Q)for target in $^; do \
		name=$${target##*/fuzz_}; \
		mkdir -p $(B)/fuzz/found/$$name; \
		echo "  FUZZ    $$name ($(SECONDS) s)"; \
		$$target -max_total_time=$(SECONDS) -timeout=10 \
			-rss_limit_mb=1024 -print_final_stats=1 \
			-artifact_prefix=$(B)/fuzz/found/$$name- \
			$(B)/fuzz/found/$$name test/fuzz/corpus/$$name \
			2>$(B)/fuzz/found/$$name.log || { \
			tail -n 60 $(B)/fuzz/found/$$name.log; exit 1; }; \
		tail -n 6 $(B)/fuzz/found/$$name.log; \
	done

## coverage    unit tests with gcov; prints a table, needs gcovr
coverage: $(UNITS:%=$(B)/cov/unit/%)
	$(Q)find $(B)/cov -name '*.gcda' -delete
	$(Q)test/run $^
	$(Q)gcovr --root . --branches --filter src/ $(B)/cov

## setup       install what all of these need (Debian packages, by name)
setup:
	$(Q)test/setup $(PACKAGES) $(PACKAGES_TEST) \
		$(PACKAGES_CHECK) $(PACKAGES_FUZZ) gcovr

## clean       remove $(B); DEPS inside it go too
clean:
	rm -rf $(B)

## help        this list; B=DIR builds elsewhere, V=1 shows the commands
help:
	@echo 'Targets (make demo and make test set everything up):'
	@sed -n 's/^## /  make /p' Makefile

.PHONY: aarch64 all bench check check-run clean compat coverage demo deps \
	fetch format fuzz fuzz-run help install lint pure-units readme \
	recordings release repro setup test test-run unit units
