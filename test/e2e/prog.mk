# Builds the programs of the end-to-end tests into $(B)/e2e.
#   make -f test/e2e/prog.mk B=/absolute/build/directory
# Programs that run in an empty root directory are static. prog32 and
# gostyle have no C library; where -m32 does not work, there is no prog32.

E2E := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
OUT := $(B)/e2e
CC ?= gcc
FLAGS = -D_GNU_SOURCE -O1 -Wall -Wextra -Wshadow -pthread
BARE = -O1 -Wall -Wextra -nostdlib -static -ffreestanding \
	-fno-stack-protector -fno-pic -no-pie
STATIC = exits attrs die init spawn threadexec misc
SPECIAL = gostyle prog32
PROGS = $(basename $(notdir $(wildcard $(E2E)/prog/*.c)))
PLAIN = $(filter-out $(SPECIAL),$(PROGS))

all: $(PLAIN:%=$(OUT)/%) $(OUT)/runner $(SPECIAL:%=$(OUT)/%)

$(PLAIN:%=$(OUT)/%): $(OUT)/%: $(E2E)/prog/%.c $(E2E)/prog/util.h
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(if $(filter $*,$(STATIC)),-static) -o $@ $<

$(OUT)/runner: $(E2E)/runner.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -o $@ $<

$(OUT)/gostyle: $(E2E)/prog/gostyle.c
	@mkdir -p $(@D)
	-$(CC) $(BARE) -o $@ $<

$(OUT)/prog32: $(E2E)/prog/prog32.c
	@mkdir -p $(@D)
	-$(CC) $(BARE) -m32 -o $@ $<

# The same program with another C library, where its compiler is installed.
MUSL_GCC := $(shell command -v musl-gcc)
ifneq ($(MUSL_GCC),)
all: $(OUT)/exits-musl
$(OUT)/exits-musl: $(E2E)/prog/exits.c $(E2E)/prog/util.h
	@mkdir -p $(@D)
	$(MUSL_GCC) $(FLAGS) -static -o $@ $<
endif

.PHONY: all
