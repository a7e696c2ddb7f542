/*
 * rules/default_rules.yaml as part of the program: the assembler's .incbin,
 * with a path from the directory that make runs in.
 */
#include "rule/rule.h"

__asm__(".pushsection .rodata\n"
	".hidden rule_default_begin\n"
	".globl rule_default_begin\n"
	"rule_default_begin:\n"
	".incbin \"rules/default_rules.yaml\"\n"
	".hidden rule_default_end\n"
	".globl rule_default_end\n"
	"rule_default_end:\n"
	".byte 0\n"
	".popsection\n");

extern const char rule_default_begin[], rule_default_end[];

struct str
rule_default_text(void)
{
	return (struct str){ rule_default_begin,
		(size_t)(rule_default_end - rule_default_begin) };
}
