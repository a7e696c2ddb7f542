# Compiles a small program with make -j: the same objects must come out.
set -e
for i in $(seq 12); do
	cat >"f$i.c" <<-END
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		int f$i(int x) { char b[64]; snprintf(b, 64, "%d", x);
		return (int)strlen(b) + $i; }
	END
	echo "int f$i(int);" >>all.h
done
{
	echo '#include <stdio.h>'
	echo '#include "all.h"'
	echo 'int main(void) { int s = 0;'
	for i in $(seq 12); do echo "s += f$i(s);"; done
	echo 'printf("%d\n", s); return 81; }'
} >main.c
cat >Makefile <<'END'
OBJ := $(patsubst %.c,%.o,$(wildcard *.c))
prog: $(OBJ)
	$(CC) -o $@ $(sort $(OBJ))
%.o: %.c all.h
	$(CC) -O2 -pipe -c -o $@ $<
END
make -s -j 4
cat $(ls *.o | sort) prog | sha256sum
make -s -j 4 && make -q && echo up to date
echo 'syntax error' >>f3.c
make -s -j 4 2>/dev/null || echo "make said $?"
exec ./prog
