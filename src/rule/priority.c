/*
 * The priorities by name: those of syslog(3), spelled as Falco does.
 */
#include "rule/rule.h"

static const char *const names[] = {
	[PRIORITY_EMERGENCY] = "Emergency",
	[PRIORITY_ALERT] = "Alert",
	[PRIORITY_CRITICAL] = "Critical",
	[PRIORITY_ERROR] = "Error",
	[PRIORITY_WARNING] = "Warning",
	[PRIORITY_NOTICE] = "Notice",
	[PRIORITY_INFORMATIONAL] = "Informational",
	[PRIORITY_DEBUG] = "Debug",
};

#define N_NAMES (sizeof(names) / sizeof(*names))

const char *
rule_priority_name(enum rule_priority p)
{
	return names[p];
}

bool
rule_priority_parse(struct str word, enum rule_priority *out)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (str_eq_nocase(word, str_from(names[i]))) {
			*out = (enum rule_priority)i;
			return true;
		}
	if (!str_eq_nocase(word, STR("info")))
		return false;
	*out = PRIORITY_INFORMATIONAL;
	return true;
}
