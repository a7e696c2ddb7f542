# How to compile and link against our musl without its compiler wrapper: the
# same words for each architecture, and no path inside the compiler's specs.
# Used by the top Makefile and by third_party/Makefile.

DEPS ?= $(CURDIR)/build/deps

HOST_ARCH := $(shell uname -m)
CC := gcc
CC_musl-x86_64 := $(if $(filter x86_64,$(HOST_ARCH)),gcc,x86_64-linux-gnu-gcc)
CC_musl-aarch64 := \
	$(if $(filter aarch64,$(HOST_ARCH)),gcc,aarch64-linux-gnu-gcc)
CC_glibc := gcc

# Outline atomics would ask getauxval before main on aarch64.
ARCH_CFLAGS_musl-aarch64 := -mno-outline-atomics

# $(call gcc_file,TARGET,NAME)
gcc_file = $(shell $(CC_$1) -print-file-name=$2)

# $(call musl_cppflags,TARGET)
musl_cppflags = -nostdinc -isystem $(DEPS)/$1/include \
	-isystem $(call gcc_file,$1,include) -idirafter $(DEPS)/$1/kernel

# $(call musl_link,TARGET,OUTPUT,OBJECTS AND LIBRARIES): a static PIE. rcrt1.o
# relocates itself, so there is no interpreter. -u memcpy: a room's own copying
# functions (os/copy.c) are found before those of libc.a.
musl_link = $(CC_$1) -nostdlib -static-pie \
	-Wl,-z,text,-z,relro,-z,now,-z,noexecstack,--build-id=none \
	-Wl,--gc-sections,--fatal-warnings,-u,memcpy -o $2 \
	$(addprefix $(DEPS)/$1/lib/,rcrt1.o crti.o) \
	$(call gcc_file,$1,crtbeginS.o) \
	-Wl,--start-group $3 $(DEPS)/$1/lib/libc.a -lgcc -Wl,--end-group \
	$(call gcc_file,$1,crtendS.o) $(DEPS)/$1/lib/crtn.o
