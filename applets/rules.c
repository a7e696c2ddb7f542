/*
 * sysdig-sl rules: checks and lists Falco rule files, lists the fields that
 * they may name, and shows how a condition is understood.
 */
#include "applets/applet.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "event/field.h"
#include "os/os.h"
#include "rule/load.h"

/* Exit status of check and parse: the input has errors. */
#define EXIT_ERRORS 1

#define LOADER_CAP ((size_t)256 * 1024 * 1024)
#define FILE_CAP   ((size_t)16 * 1024 * 1024)
#define OUTPUT_CAP ((size_t)1024 * 1024 * 1024)

struct options {
	bool json;
	const char *condition;
};

#define AT(member) offsetof(struct options, member)

static const struct opt json_option[] = {
	{ .letter = 'j',
	    .name = "json",
	    .kind = OPT_SWITCH,
	    .offset = AT(json),
	    .help = "the result as Falco's JSON object" },
};

static const struct opt condition_option[] = {
	{ .letter = 'c',
	    .name = "condition",
	    .kind = OPT_STRING,
	    .offset = AT(condition),
	    .value = "TEXT",
	    .help = "what to parse" },
};

/* Files loaded in order, and their names. */
struct session {
	struct rule_loader *loader;
	char **names;
	size_t n;
};

static int
write_out(struct buf *b)
{
	bool complete = !b->failed;

	if (!complete)
		fputs("sysdig-sl rules: out of memory\n", stderr);
	if (fwrite(b->p, 1, b->n, stdout) != b->n || fflush(stdout) != 0)
		complete = false;
	buf_free(b);
	return complete ? EXIT_SUCCESS : EXIT_SYSTEM;
}

static void
complain(const char *what, const char *hint)
{
	struct diag d;

	diag_reset(&d);
	diag_set(&d, "%s", what);
	diag_hint(&d, "%s", hint);
	applet_complain("rules", &d);
}

/* --- loading --- */

/* A file that cannot be read becomes a problem of the loader. */
static void
load_file(struct rule_loader *l, const char *path)
{
	struct arena a;
	struct str text;
	int err;

	arena_init(&a, FILE_CAP + 4096);
	err = os_load_file(OS_CWD, str_from(path), FILE_CAP, &a, &text);
	if (err)
		rule_load_unreadable(l, path, err);
	else
		rule_load_text(l, path, text);
	arena_reset(&a);
}

static int
session_open(struct session *s, int argc, char **argv)
{
	memset(s, 0, sizeof(*s));
	s->loader = rule_loader_new(LOADER_CAP);
	if (!s->loader) {
		complain("out of memory", "free some");
		return EXIT_SYSTEM;
	}
	s->names = argv;
	s->n = (size_t)argc;
	for (int i = 0; i < argc; i++)
		load_file(s->loader, argv[i]);
	return 0;
}

static void
session_close(struct session *s)
{
	rule_loader_free(s->loader);
}

static size_t
count_problems(const struct session *s, size_t load, bool errors)
{
	size_t n = 0;

	for (const struct rule_problem *p = rule_loader_problems(s->loader); p;
	     p = p->next)
		n += p->is_error == errors && p->load == load;
	return n;
}

static bool
has_errors(const struct session *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (count_problems(s, i, true))
			return true;
	return false;
}

/* --- check --- */

static void
put_problem(struct buf *b, const struct rule_problem *p)
{
	struct diag d = p->diag;

	diag_set(&d, "%s: %s", p->is_error ? "error" : "warning", p->diag.what);
	diag_print(b, &d);
	buf_printf(b, "    (%s", rule_code_name(p->code));
	if (p->item_name[0])
		buf_printf(b, ", %s '%s'", p->item_type, p->item_name);
	buf_zput(b, ")\n");
}

static void
put_count(struct buf *b, size_t n, const char *what)
{
	if (n)
		buf_printf(b, ", %zu %s%s", n, what, n == 1 ? "" : "s");
}

static void
put_check_text(struct buf *b, const struct session *s)
{
	const struct rule_problem *p = rule_loader_problems(s->loader);

	for (size_t i = 0; i < s->n; i++) {
		size_t errors = count_problems(s, i, true);

		for (; p && p->load == i; p = p->next)
			put_problem(b, p);
		buf_printf(b, "%s: %s", s->names[i], errors ? "failed" : "ok");
		put_count(b, errors, "error");
		put_count(b, count_problems(s, i, false), "warning");
		buf_char(b, '\n');
	}
	buf_printf(b, "%zu rules loaded\n", rule_loader_count(s->loader));
}

static void
put_key(struct buf *b, const char *key)
{
	buf_json_str(b, str_from(key));
	buf_char(b, ':');
}

static void
put_text_member(struct buf *b, const char *key, struct str value)
{
	put_key(b, key);
	buf_json_str(b, value);
}

static void
put_location(struct buf *b, const struct rule_location *at)
{
	buf_char(b, '{');
	put_text_member(b, "item_name", at->name);
	buf_char(b, ',');
	put_text_member(b, "item_type", str_from(at->type));
	buf_zput(b, ",\"position\":{");
	buf_printf(b, "\"column\":%u,\"line\":%u,", at->col, at->line);
	put_text_member(b, "name", str_from(at->file ? at->file : ""));
	buf_printf(b, ",\"offset\":%zu}}", at->offset);
}

/* The line with a caret under the place, as the text form shows them. */
static void
put_snippet(struct buf *b, const struct diag *d)
{
	struct diag bare = *d;
	struct buf text = buf_grow(4096);
	struct str s;

	bare.file[0] = bare.what[0] = bare.hint[0] = '\0';
	bare.line = 0;
	diag_print(&text, &bare);
	s = buf_str(&text);
	put_text_member(b, "snippet", str_sub(s, 1, s.n));
	buf_free(&text);
}

static void
put_problem_json(struct buf *b, const struct rule_problem *p)
{
	buf_zput(b, "{\"code\":");
	buf_json_str(b, str_from(rule_code_name(p->code)));
	buf_char(b, ',');
	put_text_member(b, "codedesc", str_from(rule_code_text(p->code)));
	buf_zput(b, ",\"context\":{\"locations\":[");
	for (size_t i = 0; i < p->n_locations; i++) {
		buf_zput(b, i ? "," : "");
		put_location(b, &p->locations[i]);
	}
	buf_zput(b, "],");
	put_snippet(b, &p->diag);
	buf_zput(b, "},");
	if (p->diag.hint[0]) {
		put_text_member(b, "hint", str_from(p->diag.hint));
		buf_char(b, ',');
	}
	put_text_member(b, "message", str_from(p->diag.what));
	buf_char(b, '}');
}

static void
put_problems_json(struct buf *b, const struct session *s, size_t load,
    bool errors)
{
	bool first = true;

	buf_char(b, '[');
	for (const struct rule_problem *p = rule_loader_problems(s->loader); p;
	     p = p->next) {
		if (p->load != load || p->is_error != errors)
			continue;
		buf_zput(b, first ? "" : ",");
		put_problem_json(b, p);
		first = false;
	}
	buf_char(b, ']');
}

static void
put_check_json(struct buf *b, const struct session *s)
{
	buf_zput(b, "{\"falco_load_results\":[");
	for (size_t i = 0; i < s->n; i++) {
		buf_zput(b, i ? ",{\"errors\":" : "{\"errors\":");
		put_problems_json(b, s, i, true);
		buf_char(b, ',');
		put_text_member(b, "name", str_from(s->names[i]));
		buf_printf(b, ",\"successful\":%s,\"warnings\":",
		    count_problems(s, i, true) ? "false" : "true");
		put_problems_json(b, s, i, false);
		buf_char(b, '}');
	}
	buf_zput(b, "]}\n");
}

static int
run_check(const struct options *o, int argc, char **argv)
{
	struct buf b = buf_grow(OUTPUT_CAP);
	struct session s;
	bool errors;
	int status;

	if (argc == 0) {
		complain("which file?", "sysdig-sl rules check FILE...");
		return EXIT_USAGE;
	}
	status = session_open(&s, argc, argv);
	if (status)
		return status;
	if (o->json)
		put_check_json(&b, &s);
	else
		put_check_text(&b, &s);
	errors = has_errors(&s);
	session_close(&s);
	status = write_out(&b);
	return status ? status : errors ? EXIT_ERRORS : EXIT_SUCCESS;
}

/* --- list --- */

/* More types than that are named by those that are missing, if few are. */
#define NAMES_MAX 100

static bool
in_set(const uint64_t *set, unsigned type)
{
	return set[type / 64] >> (type % 64) & 1;
}

static void
put_event_types(struct buf *b, const uint64_t *set)
{
	unsigned n = 0;
	bool first = true, all;

	for (unsigned t = EVENT_NONE + 1; t < EVENT_COUNT; t++)
		n += in_set(set, t);
	all = n > NAMES_MAX;
	if (n == 0)
		buf_zput(b, "none");
	else if (all)
		buf_zput(b, n == EVENT_COUNT - 1 ? "all" : "all but ");
	for (unsigned t = EVENT_NONE + 1; t < EVENT_COUNT; t++) {
		if (in_set(set, t) == all)
			continue;
		buf_zput(b, first ? "" : ",");
		buf_zput(b, event_info((enum event_type)t)->name);
		first = false;
	}
}

static void
put_rule(struct buf *b, const struct loaded_rule *r)
{
	buf_printf(b, "%-14s%-9s", rule_priority_name(r->rule.priority),
	    r->skipped       ? "skipped"
		: r->enabled ? "enabled"
			     : "disabled");
	buf_str_put(b, r->rule.name);
	buf_zput(b, "  [");
	put_event_types(b, r->types);
	buf_zput(b, "]\n");
}

static void
put_errors(const struct session *s)
{
	struct buf b = buf_grow(OUTPUT_CAP);

	for (const struct rule_problem *p = rule_loader_problems(s->loader); p;
	     p = p->next)
		if (p->is_error)
			put_problem(&b, p);
	fwrite(b.p, 1, b.n, stderr);
	buf_free(&b);
}

static int
run_list(const struct options *o, int argc, char **argv)
{
	struct buf b = buf_grow(OUTPUT_CAP);
	struct session s;
	bool errors;
	int status = session_open(&s, argc, argv);

	(void)o;
	if (status)
		return status;
	if (argc == 0)
		rule_load_text(s.loader, "embedded rules", rule_default_text());
	for (size_t i = 0; i < rule_loader_count(s.loader); i++)
		put_rule(&b, rule_loader_rule(s.loader, i));
	put_errors(&s);
	errors = has_errors(&s);
	session_close(&s);
	status = write_out(&b);
	return status ? status : errors ? EXIT_ERRORS : EXIT_SUCCESS;
}

/* --- fields --- */

static const char *
argument_form(enum field_arg arg)
{
	switch (arg) {
	case FA_NONE:
		return "";
	case FA_REQUIRED_KEY:
		return "[NAME]";
	case FA_REQUIRED_INDEX:
		return "[N]";
	case FA_REQUIRED_ANY:
		return "[N|NAME]";
	case FA_OPTIONAL_KEY:
		return "([NAME])";
	case FA_OPTIONAL_INDEX:
		return "([N])";
	case FA_OPTIONAL_ANY:
		return "([N|NAME])";
	}
	return "";
}

static int
run_fields(const struct options *o, int argc, char **argv)
{
	struct buf b = buf_grow(OUTPUT_CAP);

	(void)o;
	(void)argv;
	if (argc > 0) {
		complain("fields takes no argument", "sysdig-sl rules fields");
		return EXIT_USAGE;
	}
	for (unsigned id = FIELD_NONE + 1; id < FIELD_COUNT; id++) {
		const struct field_info *f = field_info((enum field_id)id);
		char name[80];

		if (f->flags & FF_HIDDEN)
			continue;
		snprintf(name, sizeof(name), "%s%s", f->name,
		    argument_form(f->arg));
		buf_printf(&b, "%-36s %s%s%s%s\n", name, f->help,
		    f->flags & FF_PRINT_ONLY ? " (outputs only)" : "",
		    f->flags & FF_FILTER_ONLY ? " (conditions only)" : "",
		    f->flags & FF_DEPRECATED ? " (deprecated)" : "");
	}
	return write_out(&b);
}

/* --- parse --- */

static int
run_parse(const struct options *o, int argc, char **argv)
{
	struct str text = str_from(o->condition);
	struct buf b = buf_grow(OUTPUT_CAP);
	struct arena a;
	struct ast *root;
	struct diag d;
	size_t at = 0;
	int err;

	(void)argv;
	if (argc > 0 || !o->condition) {
		complain("which condition?",
		    "sysdig-sl rules parse --condition 'evt.type = open'");
		return EXIT_USAGE;
	}
	arena_init(&a, LOADER_CAP);
	diag_reset(&d);
	err = ast_parse(&a, text, AST_MAX_DEPTH, &root, &d, &at);
	if (err) {
		diag_locate(&d, "condition", text, at);
		applet_complain("rules", &d);
	} else {
		ast_print(&b, root);
		buf_char(&b, '\n');
	}
	arena_reset(&a);
	if (err) {
		buf_free(&b);
		return EXIT_ERRORS;
	}
	return write_out(&b);
}

/* --- commands --- */

const struct opt_applet applet_rules_commands[] = {
	{ "rules check", "[--json] FILE...",
	    "sysdig-sl rules check falco_rules.yaml my_rules.yaml",
	    "Loads rule files in this order and reports what is wrong. "
	    "Status 1 when there are errors.",
	    json_option, 1 },
	{ "rules list", "[FILE]...", "sysdig-sl rules list my_rules.yaml",
	    "Lists priority, state, name and event types of each rule; of "
	    "the embedded rules when no file is given.",
	    NULL, 0 },
	{ "rules fields", "", "sysdig-sl rules fields",
	    "Lists the fields that conditions and outputs may name.", NULL, 0 },
	{ "rules parse", "--condition TEXT",
	    "sysdig-sl rules parse --condition 'not a and proc.name=b'",
	    "Shows how a condition is understood: its canonical text. "
	    "Macros and lists keep their names.",
	    condition_option, 1 },
};

/* In the same order. */
static int (*const runs[APPLET_RULES_COMMANDS])(const struct options *o,
    int argc, char **argv) = {
	run_check,
	run_list,
	run_fields,
	run_parse,
};

const struct opt_applet applet_rules_usage = {
	.name = "rules",
	.usage = "check|list|fields|parse [OPTION]... [FILE]...",
	.example = "sysdig-sl rules check falco_rules.yaml",
	.about = "check: finds the mistakes in rule files. list: names the "
		 "rules of files, or the embedded ones. fields: names what "
		 "rules may look at. parse: shows how a condition is "
		 "understood. Each has its own --help.",
};

static int
run_command(size_t i, int argc, char **argv)
{
	const struct opt_applet *usage = &applet_rules_commands[i];
	struct options o = { .json = false };
	struct diag d;
	bool help = false;
	int first;

	diag_reset(&d);
	first = opt_parse(usage, argc, argv, applet_getenv, NULL, NULL, &o,
	    &help, &d);
	if (first < 0) {
		applet_complain(usage->name, &d);
		return EXIT_USAGE;
	}
	if (help)
		return applet_help(usage);
	return runs[i](&o, argc - first, argv + first);
}

/* "check" of "rules check". */
static const char *
command_name(size_t i)
{
	return applet_rules_commands[i].name + strlen("rules ");
}

static int
unknown_command(const char *word)
{
	const char *names[APPLET_RULES_COMMANDS];
	const char *nearest;
	struct diag d;

	for (size_t i = 0; i < APPLET_RULES_COMMANDS; i++)
		names[i] = command_name(i);
	diag_reset(&d);
	diag_set(&d, "no command \"%s\"", word);
	nearest = str_nearest(str_from(word), names, APPLET_RULES_COMMANDS);
	if (nearest)
		diag_hint(&d, "did you mean \"%s\"?", nearest);
	else
		diag_hint(&d, "check, list, fields or parse");
	applet_complain("rules", &d);
	return EXIT_USAGE;
}

int
applet_rules(int argc, char **argv)
{
	if (argc < 2) {
		complain("what to do?", "sysdig-sl rules --help");
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return applet_help(&applet_rules_usage);
	for (size_t i = 0; i < APPLET_RULES_COMMANDS; i++)
		if (strcmp(argv[1], command_name(i)) == 0)
			return run_command(i, argc - 1, argv + 1);
	return unknown_command(argv[1]);
}
