/*
 * Public conformance data of the loader, where it is present: which texts
 * load, with which messages, and what they are compiled to. FALCO_DATA=DIR; the
 * files and their form are described there. Cases about other plugins and
 * about append_output belong to other parts of the program.
 */
#include "rule_files.h"

#include "conf/json.h"

struct data {
	struct arena arena;
	struct yaml_node *cases;
};

static void
open_data(struct data *d, const char *name)
{
	const char *dir = getenv("FALCO_DATA");
	char path[4096];
	struct diag diag;
	size_t n;
	char *text;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.json",
	    dir ? dir : "../shared/data/falco", name);
	f = fopen(path, "re");
	if (!f) {
		print_message("# no %s: skipped\n", path);
		skip();
	}
	arena_init(&d->arena, 64u << 20);
	text = arena_bytes(&d->arena, CAP);
	assert_non_null(text);
	n = fread(text, 1, CAP, f);
	fclose(f);
	diag_reset(&diag);
	if (json_parse(&d->arena, (struct str){ text, n }, &d->cases, &diag))
		fail_msg("%s: %s", path, diag.what);
	assert_true(d->cases->n > 0);
}

static struct str
text_of(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n && n->kind == YAML_SCALAR ? n->value : STR_NONE;
}

static bool
is_true(const struct yaml_node *map, const char *key)
{
	return str_eq(text_of(map, key), STR("true"));
}

static bool
is_given(const struct yaml_node *map, const char *key)
{
	return yaml_get(map, key) != NULL;
}

/* Loads a text and says whether it did so. */
static bool
load_case(struct rule_loader *l, struct str name, struct str text)
{
	return rule_load_text(l, name.p, text) == 0;
}

#define FAIL(l, c, ...)                                    \
	do {                                               \
		print_problems(l);                         \
		print_error("%s: ", text_of((c), "id").p); \
		fail_msg(__VA_ARGS__);                     \
	} while (0)

/* --- rule_loader.json --- */

static bool
has_message(const struct rule_loader *l, bool error, struct str part)
{
	for (const struct rule_problem *p = rule_loader_problems(l); p;
	     p = p->next)
		if (p->is_error == error &&
		    str_find(str_from(p->diag.what), part) >= 0)
			return true;
	return false;
}

static void
check_messages(const struct rule_loader *l, const struct yaml_node *c,
    const char *key, bool error, bool wanted)
{
	const struct yaml_node *parts = yaml_get(c, key);

	for (size_t i = 0; parts && i < parts->n; i++) {
		struct str part = yaml_at(parts, i)->value;

		if (has_message(l, error, part) != wanted)
			FAIL(l, c, "%s \"%s\"", key, part.p);
	}
}

static void
check_conditions(const struct rule_loader *l, const struct yaml_node *c)
{
	const struct yaml_node *map = yaml_get(c, "condition_compiled");

	for (size_t i = 0; map && i < map->n; i++)
		check_condition(l, map->pairs[i].key->value.p,
		    map->pairs[i].value->value.p);
}

static void
check_info(const struct rule_loader *l, const struct yaml_node *c)
{
	const struct yaml_node *map = yaml_get(c, "rule_info");

	for (size_t i = 0; map && i < map->n; i++) {
		const struct yaml_node *info = map->pairs[i].value;
		const struct rule *r =
		    &find_rule(l, map->pairs[i].key->value.p)->rule;

		if ((is_given(info, "output") &&
			!str_eq(text_of(info, "output"), r->output)) ||
		    (is_given(info, "description") &&
			!str_eq(text_of(info, "description"), r->desc)) ||
		    (is_given(info, "priority") &&
			!str_eq(text_of(info, "priority"),
			    str_from(rule_priority_name(r->priority)))))
			FAIL(l, c, "rule_info");
	}
}

static void
check_enabled(const struct rule_loader *l, const struct yaml_node *c)
{
	uint64_t want;
	size_t n = 0;

	if (!is_given(c, "rules_enabled"))
		return;
	assert_true(str_to_u64(text_of(c, "rules_enabled"), &want));
	for (size_t i = 0; i < rule_loader_count(l); i++)
		n += rule_loader_rule(l, i)->enabled;
	if (n != want)
		FAIL(l, c, "%zu rules enabled", n);
}

static bool
has_warning(const struct rule_loader *l)
{
	const struct rule_problem *p = rule_loader_problems(l);

	while (p && p->is_error)
		p = p->next;
	return p;
}

static void
check_loader_case(const struct yaml_node *c)
{
	struct rule_loader *l = rule_loader_new(CAP);
	bool loaded;

	assert_non_null(l);
	loaded = load_case(l, STR("rules.yaml"), text_of(c, "yaml"));
	if (is_given(c, "load") && loaded != is_true(c, "load"))
		FAIL(l, c, "load");
	if (is_given(c, "has_warnings") &&
	    has_warning(l) != is_true(c, "has_warnings"))
		FAIL(l, c, "has_warnings");
	check_messages(l, c, "error_contains", true, true);
	check_messages(l, c, "error_lacks", true, false);
	check_messages(l, c, "warning_contains", false, true);
	check_messages(l, c, "warning_lacks", false, false);
	check_conditions(l, c);
	check_info(l, c);
	check_enabled(l, c);
	rule_loader_free(l);
}

static void
test_rule_loader(void **state)
{
	struct data d;

	(void)state;
	open_data(&d, "rule_loader");
	for (size_t i = 0; i < d.cases->n; i++) {
		const struct yaml_node *c = yaml_at(d.cases, i);

		if (!is_given(c, "plugins") && !is_given(c, "append_output"))
			check_loader_case(c);
	}
	arena_reset(&d.arena);
}

/* --- loader_legacy.json --- */

/* Item type and name may come from any place on the way. */
static bool
has_location(const struct rule_problem *p, const struct yaml_node *want)
{
	struct str type = text_of(want, "item_type");
	struct str name = text_of(want, "item_name");
	bool type_found = !type.p, name_found = !name.p;

	for (size_t i = 0; i < p->n_locations; i++) {
		if (type.p && str_eq(type, str_from(p->locations[i].type)))
			type_found = true;
		if (name.p && str_eq(name, p->locations[i].name))
			name_found = true;
	}
	return type_found && name_found;
}

static bool
is_expected(const struct rule_problem *p, const struct yaml_node *want)
{
	struct str message = text_of(want, "message");

	return p->is_error == str_eq(text_of(want, "kind"), STR("error")) &&
	    str_eq(text_of(want, "code"), str_from(rule_code_name(p->code))) &&
	    (!message.p || p->code == CODE_YAML_PARSE ||
		str_eq(message, str_from(p->diag.what))) &&
	    has_location(p, want);
}

static void
check_diagnostics(const struct rule_loader *l, const struct yaml_node *c)
{
	const struct yaml_node *all = yaml_get(c, "diagnostics");

	for (size_t i = 0; i < all->n; i++) {
		const struct rule_problem *p = rule_loader_problems(l);

		while (p && !is_expected(p, yaml_at(all, i)))
			p = p->next;
		if (!p)
			FAIL(l, c, "no %s: %s",
			    text_of(yaml_at(all, i), "code").p,
			    text_of(yaml_at(all, i), "message").p);
	}
}

static void
check_legacy_case(const struct yaml_node *c)
{
	const struct yaml_node *files = yaml_get(c, "files");
	struct rule_loader *l = rule_loader_new(CAP);
	bool all = true;
	uint64_t want, n = 0;

	assert_non_null(l);
	for (size_t i = 0; i < files->n; i++) {
		const struct yaml_node *f = yaml_at(files, i);
		bool loaded =
		    load_case(l, text_of(f, "name"), text_of(f, "yaml"));

		all = all && loaded;
		if (is_given(f, "successful") &&
		    loaded != is_true(f, "successful"))
			FAIL(l, c, "%s", text_of(f, "name").p);
	}
	if (all != is_true(c, "load"))
		FAIL(l, c, "load");
	check_diagnostics(l, c);
	for (const struct rule_problem *p = rule_loader_problems(l); p;
	     p = p->next)
		n += !p->is_error;
	if (is_given(c, "warnings") &&
	    (!str_to_u64(text_of(c, "warnings"), &want) || n != want))
		FAIL(l, c, "%llu warnings", (unsigned long long)n);
	rule_loader_free(l);
}

static void
test_loader_legacy(void **state)
{
	struct data d;

	(void)state;
	open_data(&d, "loader_legacy");
	for (size_t i = 0; i < d.cases->n; i++)
		check_legacy_case(yaml_at(d.cases, i));
	arena_reset(&d.arena);
}

/* --- the official rules --- */

static void
test_official_rules(void **state)
{
	static const struct {
		const char *name;
		size_t rules;
	} files[] = { { "falco_rules", 25 }, { "falco-incubating_rules", 56 },
		{ "falco-sandbox_rules", 93 } };
	const char *dir = getenv("FALCO_DATA");
	struct rule_loader *l = rule_loader_new(CAP);
	static char text[1u << 20];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[4096];
		size_t n;
		FILE *f;

		snprintf(path, sizeof(path), "%s/rules/%s.yaml",
		    dir ? dir : "../shared/data/falco", files[i].name);
		f = fopen(path, "re");
		if (!f) {
			rule_loader_free(l);
			print_message("# no %s: skipped\n", path);
			skip();
		}
		n = fread(text, 1, sizeof(text), f);
		fclose(f);
		assert_int_equal(
		    rule_load_text(l, path, (struct str){ text, n }), 0);
		check_clean(l);
		assert_int_equal(rule_loader_count(l), files[i].rules);
	}
	rule_loader_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule_loader),
		cmocka_unit_test(test_loader_legacy),
		cmocka_unit_test(test_official_rules),
	};

	return cmocka_run_group_tests_name("rule_load_data", tests, NULL, NULL);
}
