/*
 * Reads and loads rule files; see the header.
 */
#include "pipe/loader.h"

#include "base/err.h"
#include "os/os.h"

#define LOADER_CAP ((size_t)64 * 1024 * 1024)
/* The cap, and blocks that are given back but fit nowhere. */
#define LOADER_BYTES  (2 * LOADER_CAP)
#define FILE_CAP      ((size_t)16 * 1024 * 1024)
#define DIR_CAP       ((size_t)4 * 1024 * 1024)
#define DIR_FILES_MAX 4096

struct load {
	struct rule_loader *loader;
	const struct log *log;
	const struct rule_problem *seen; /* the last one that was logged */
	bool failed;
	size_t files;
};

static void
log_problem(struct load *l, const struct rule_problem *p)
{
	enum log_level level = p->is_error ? LOG_ERROR : LOG_DEBUG;

	log_diag(l->log, level, &p->diag);
}

static void
log_problems(struct load *l)
{
	const struct rule_problem *p =
	    l->seen ? l->seen->next : rule_loader_problems(l->loader);

	for (; p; p = p->next) {
		log_problem(l, p);
		l->seen = p;
	}
}

static void
load_text(struct load *l, const char *name, struct str text)
{
	if (rule_load_text(l->loader, name, text))
		l->failed = true;
	log_problems(l);
	l->files++;
}

/* Opening a pipe would wait for somebody to write. */
static bool
is_pipe(const char *path)
{
	struct os_file facts;

	return os_stat(OS_CWD, str_from(path), true, &facts) == 0 &&
	    facts.type == OS_FILE_FIFO;
}

static void
load_file(struct load *l, const char *path)
{
	struct arena a;
	struct str text;

	if (is_pipe(path)) {
		log_error(l->log,
		    "%s: is a pipe; give a rules file or a directory", path);
		l->failed = true;
		return;
	}
	arena_init(&a, FILE_CAP + 4096);
	int r = os_load_file(OS_CWD, str_from(path), FILE_CAP, &a, &text);
	if (r) {
		log_error(l->log,
		    "%s: cannot read the rules file: %s; check the path and "
		    "its permissions",
		    path, err_text(r));
		l->failed = true;
	} else {
		load_text(l, path, text);
	}
	arena_reset(&a);
}

static bool
is_rules_file(struct str name)
{
	return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml"));
}

static int
load_directory(struct load *l, const char *dir)
{
	char path[OS_PATH_MAX];
	struct arena a;
	struct str *names;
	size_t n;

	arena_init(&a, DIR_CAP);
	int r = os_list(OS_CWD, str_from(dir), DIR_FILES_MAX, &a, &names, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct buf b = buf_fixed(path, sizeof path);

		if (!is_rules_file(names[i]))
			continue;
		buf_printf(&b, "%s/%.*s", dir, STR_ARG(names[i]));
		load_file(l, buf_cstr(&b));
	}
	arena_reset(&a);
	return r;
}

static void
load_path(struct load *l, const char *path)
{
	size_t before = l->files;
	struct os_file facts;

	if (os_stat(OS_CWD, str_from(path), true, &facts) ||
	    facts.type != OS_FILE_DIRECTORY) {
		load_file(l, path);
		return;
	}
	int r = load_directory(l, path);
	if (r) {
		log_error(l->log, "%s: cannot read the directory: %s", path,
		    err_text(r));
		l->failed = true;
	} else if (l->files == before) {
		log_warning(l->log, "%s: no .yaml file in this directory",
		    path);
	}
}

static struct loader_result
run(const struct agent_options *o, const struct log *log,
    enum agent_priority priority, struct rule_loader *loader)
{
	struct rule_compile_options c = { .threshold = o->threshold };
	struct loader_result result = { 0 };
	struct load l = { .loader = loader, .log = log };

	if (!loader) {
		log_error(log, "no memory for the rules");
		result.failed = true;
		return result;
	}
	for (size_t i = 0; i < o->n_rules; i++)
		load_path(&l, o->rules[i]);
	if (o->n_rules == 0)
		load_text(&l, "embedded rules", rule_default_text());
	if (!l.failed || priority == AGENT_AVAILABILITY)
		result.rules = rule_compile(l.loader, &c);
	size_t n = result.rules ? ruleset_count(result.rules) : 0;
	result.failed = l.failed || n == 0;
	log_problems(&l);
	if (n == 0)
		log_warning(log,
		    "no rule is in force: nothing is watched; leave --rules "
		    "out for the embedded rules");
	else if (l.failed && result.rules)
		log_warning(log, "going on with %zu valid rules", n);
	return result;
}

/* One mapping, whose pages are used again: half as many are ever touched. */
struct loader_result
loader_run(const struct agent_options *o, const struct log *log,
    enum agent_priority priority)
{
	void *pages = os_map_private(LOADER_BYTES);
	struct rule_loader *loader;
	struct arena memory;

	arena_fixed(&memory, pages, pages ? LOADER_BYTES : 0);
	loader = rule_loader_new_in(pages ? &memory : NULL, LOADER_CAP);
	struct loader_result result = run(o, log, priority, loader);
	rule_loader_free(loader);
	os_unmap(pages, LOADER_BYTES);
	return result;
}
