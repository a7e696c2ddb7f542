/*
 * Paths as rules see them: made absolute and cleaned lexically, symbolic links
 * left alone. Pure.
 */
#ifndef STATE_PATH_H
#define STATE_PATH_H

#include "base/arena.h"

/* What stands for a directory that is not known. */
#define PATH_UNKNOWN STR("<UNKNOWN>")
/* What a path of more than PATH_LIMIT bytes becomes. */
#define PATH_TOO_LONG STR("/DIR_TOO_LONG/FILENAME_TOO_LONG")
#define PATH_LIMIT    1024

/*
 * base + name without "." and ".." components and without repeated slashes.
 * name absolute: base is not looked at. base without trailing '/' gets one. A
 * ".." at the top stays there. The result ends in '/' only when it is "/".
 * .p is NULL when a has no room.
 */
struct str
path_resolve(struct arena *a, struct str base, struct str name);
/* name as passed, with repeated slashes made one. */
struct str
path_raw(struct arena *a, struct str name);
/* Up to the last slash; "/" for a file at the top; whole without one. */
struct str
path_directory(struct str path);
/* After the last slash; whole without one. */
struct str
path_last(struct str path);

#endif
