/*
 * The loader: files come in one after the other; each is read onto a copy of
 * what was there, and everything is resolved again. When that fails the copy
 * is dropped and what was there stays in force.
 */
#include "rule/load.h"

#include <stdlib.h>

#include "base/err.h"
#include "rule/loader.h"

struct rule_loader *
rule_loader_new_in(struct arena *source, size_t cap)
{
	struct rule_loader *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->cap = cap;
	l->source = source;
	l->problems_end = &l->problems;
	arena_init_from(&l->notes, source, cap);
	arena_init_from(&l->resolved, source, cap);
	return l;
}

struct rule_loader *
rule_loader_new(size_t cap)
{
	return rule_loader_new_in(NULL, cap);
}

static void
drop_file(struct rule_loader *l)
{
	struct rule_file *file = l->file;

	l->file = file->before;
	l->arena = l->file ? &l->file->arena : NULL;
	arena_reset(&file->arena);
	free(file);
}

void
rule_loader_free(struct rule_loader *l)
{
	if (!l)
		return;
	while (l->file)
		drop_file(l);
	arena_reset(&l->checked.arena);
	arena_reset(&l->resolved);
	arena_reset(&l->notes);
	free(l);
}

/* What is left of the cap for one more arena. */
static size_t
memory_left(const struct rule_loader *l)
{
	size_t used = l->notes.used + l->resolved.used + l->checked.arena.used;

	for (const struct rule_file *f = l->file; f; f = f->before)
		used += f->arena.used;
	return used < l->cap ? l->cap - used : 0;
}

static bool
add_file(struct rule_loader *l, const char *name, struct str text)
{
	struct rule_file *file = calloc(1, sizeof(*file));

	l->n_files++;
	if (!file)
		return false;
	arena_init_from(&file->arena, l->source, memory_left(l));
	file->before = l->file;
	l->file = file;
	l->arena = &file->arena;
	/* problems outlive a file that is dropped */
	file->name = arena_str(&l->notes, str_from(name)).p;
	file->text = arena_str(&file->arena, text);
	return file->name && file->text.p;
}

static bool
copy_collected(struct rule_loader *l, const struct collected *from)
{
	return names_copy(&from->lists, l->arena, &l->now.lists) &&
	    names_copy(&from->macros, l->arena, &l->now.macros) &&
	    names_copy(&from->rules, l->arena, &l->now.rules);
}

/* YAML's complaint has line and column only. */
static size_t
offset_of(struct str text, const struct diag *d)
{
	size_t at = 0;

	for (unsigned line = 1; line < d->line && at < text.n; at++)
		line += text.p[at] == '\n';
	return d->col ? at + d->col - 1 : at;
}

static int
fail_yaml(struct reader *r, int err, struct diag *d)
{
	struct context c = { .type = "rules content",
		.place = { r->l->file, offset_of(r->l->file->text, d) } };

	if (err == ERR_NOMEM)
		return problem_no_memory(r->l);
	problem_add(r->l, true, CODE_YAML_PARSE, &c, d);
	return err;
}

static int
read_file(struct rule_loader *l)
{
	struct reader r = { .l = l };
	struct arena tree;
	struct diag d;
	int err;

	arena_init_from(&tree, l->source, memory_left(l));
	diag_reset(&d);
	err = yaml_parse(&r.yaml, &tree, l->file->name, l->file->text, &d);
	err = err ? fail_yaml(&r, err, &d) : read_documents(&r);
	arena_reset(&tree);
	return err;
}

void
loader_drop_checked(struct rule_loader *l)
{
	struct checked_rules dropped = rule_loader_take_checked(l);

	arena_reset(&dropped.arena);
}

static int
resolve_again(struct rule_loader *l)
{
	/* What rules were before piles up in there. */
	if (l->checked.arena.used > l->cap / 4)
		loader_drop_checked(l);
	arena_reset(&l->resolved);
	l->resolved.cap = memory_left(l);
	return resolve(l);
}

int
rule_load_text(struct rule_loader *l, const char *name, struct str text)
{
	const struct rule_file *file = l->file;
	struct collected before = l->now;
	bool resolved = false;
	int err = 0;

	if (!add_file(l, name, text) || !copy_collected(l, &before))
		err = problem_no_memory(l);
	if (!err)
		err = read_file(l);
	if (!err) {
		resolved = true;
		err = resolve_again(l);
	}
	if (!err)
		return 0;
	l->now = before;
	if (l->file != file)
		drop_file(l);
	if (resolved) {
		l->quiet = true;
		resolve_again(l);
		l->quiet = false;
	}
	return err;
}

void
rule_load_unreadable(struct rule_loader *l, const char *name, int err)
{
	struct diag d;

	l->n_files++;
	diag_reset(&d);
	diag_set(&d, "cannot read the file: %s", err_text(err));
	diag_hint(&d, "check the path and its permissions");
	diag_locate(&d, name, STR_NONE, 0);
	d.line = d.col = 0;
	rule_loader_problem(l, true, CODE_FILE_READ, "rules content",
	    str_from(name), &d);
}

size_t
rule_loader_count(const struct rule_loader *l)
{
	return l->n_rules;
}

struct loaded_rule *
rule_loader_rule(const struct rule_loader *l, size_t i)
{
	return &l->rules[i];
}

struct checked_rules
rule_loader_take_checked(struct rule_loader *l)
{
	struct checked_rules taken = l->checked;

	l->checked = (struct checked_rules){ .id = 0 };
	return taken;
}

struct arena *
rule_loader_arena(struct rule_loader *l)
{
	return &l->notes;
}
