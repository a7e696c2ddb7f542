/*
 * Parameters that no call has but Falco's events do: what the process is after
 * an exec or clone, and the inode of an opened file.
 */
#ifndef PIPE_EXTRACT_SUPPLY_H
#define PIPE_EXTRACT_SUPPLY_H

#include "pipe/extract.h"

/* Fills p, whose state is PARAM_ABSENT, when state knows the parameter i. */
void
supply_param(struct extract *x, unsigned i, unsigned lane, struct param *p);

#endif
