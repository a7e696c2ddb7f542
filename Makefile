# sysdig-sl: every target of the project; `make help` lists them.
#
# B=DIR      where objects and the binary go (default: build)
# DEPS=DIR   where the third-party libraries are built (default: build/deps)
# V=1        show the commands

VERSION := 0.1.0
B ?= build
DEPS ?= $(CURDIR)/build/deps
ARCH ?= x86_64
F ?= host
DL ?= $(DEPS)/dl
JOBS := $(shell nproc)

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all
$(if $(V),,$(eval Q := @))

include third_party/toolchain.mk
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
room_of = $(firstword $(subst _, ,$1))

.PHONY: FORCE
FORCE:

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
$(foreach f,host asan cov musl,$(foreach u,$(UNITS),\
	$(eval $(call rule_unit,$f,$u))))
$(foreach t,$(FUZZERS),$(eval $(call rule_fuzzer,$t)))
-include $(foreach f,$(FLAVOURS),$(wildcard $(foreach d,src/* applets \
	test/unit test/fuzz,$(B)/$f/$d/*.d) $(B)/$f/src/main.d))

# Third-party libraries: one make at a time builds them.
$(DEPS)/%/.complete: third_party/sources.lock
	@mkdir -p $(DEPS)
	@flock $(DEPS)/lock $(MAKE) --no-print-directory -j$(JOBS) \
		-C third_party TARGET=$* DEPS=$(DEPS) DL=$(DL)

deps: $(DEPS)/$(MUSL)/.complete $(DEPS)/glibc/.complete
fetch:
	@mkdir -p $(DEPS)
	@flock $(DEPS)/lock $(MAKE) --no-print-directory -C third_party \
		DEPS=$(DEPS) DL=$(DL) fetch

# The binary ----------------------------------------------------------------

BINARY := $(B)/sysdig-sl
MAIN_OBJECTS := $(B)/musl/src/main.o $(APPLETS:%=$(B)/musl/applets/%.o)

all: $(BINARY)

$(BINARY): $(MAIN_OBJECTS) $(ROOMS:%=$(B)/musl/%.a)
	@echo "  LD      $@"
	$(Q)$(call musl_link,$(MUSL),$@,$^ $(addprefix $(DEPS)/$(MUSL)/lib/,\
		libyaml.a libcjson.a libz.a libbearssl.a))

# Tests ---------------------------------------------------------------------

# make unit U=NAME [F=host|asan|cov|musl] [VALGRIND=1]
unit: $(B)/$F/unit/$U
	$(Q)VALGRIND=$(VALGRIND) test/run $<

units: $(UNITS:%=$(B)/$F/unit/%)
	$(Q)VALGRIND=$(VALGRIND) test/run $^

clean:
	rm -rf $(B)

.PHONY: all deps fetch unit units clean
