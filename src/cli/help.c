/* Help texts: a verb's own words, and its options from the table that parses them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static int finish(void) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return KB_CLI_OK;
    if (errno != EPIPE)
        kb_cli_say("cannot write to standard output: %s", strerror(errno));
    return KB_CLI_FAILED;
}

static void print_option(const struct kb_cli_option *option) {
    char left[64];
    char letter[8] = "    ";
    const char *line = option->help;

    if (option->letter)
        snprintf(letter, sizeof(letter), "-%c, ", option->letter);
    snprintf(left, sizeof(left), "%s--%s%s%s", letter, option->name,
             option->value ? " " : "", option->value ? option->value : "");
    if (strlen(left) > 26) {
        printf("  %s\n", left);
        left[0] = 0;
    }
    printf("  %-26s ", left);
    for (const char *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        printf("%.*s\n%29s", (int)(end - line), line, "");
    printf("%s\n", line);
}

int kb_cli_help_verb(const struct kb_cli_verb *verb) {
    printf("kabar %s: %s\n\nUsage: kabar %s %s\n\n%s\n\nOptions:\n", verb->name,
           verb->summary, verb->name, verb->usage, verb->about);
    for (const struct kb_cli_option *o = verb->options; o->name; o++)
        print_option(o);
    printf("\nExamples:\n%s\nThe whole story: man kabar-%s\n", verb->examples,
           verb->manual ? verb->manual : verb->name);
    return finish();
}

int kb_cli_help(const struct kb_cli_verb *const *verbs) {
    printf("kabar is a news wire: pages and feeds in any language become articles, "
           "articles\nstories that show their sources.\n\n"
           "  kabar read page.html                  read it here, in the terminal\n"
           "  kabar read page.html | jq .title      the whole record as JSON, in a pipe\n"
           "  kabar read -f markdown page.html      or as text, markdown, html\n"
           "  kabar read -j 4 pages/ > out.jsonl    many pages, one JSON line each\n"
           "  kabar feed news.rss                   a feed's items, or as JSON Feed\n"
           "  kabar fetch https://example.org/      a site's feeds and articles\n"
           "  kabar import pages/ && kabar stories  the stories that they make\n"
           "  kabar serve                           all of it in the browser\n\n"
           "Verbs:\n");
    for (; *verbs; verbs++) {
        if ((*verbs)->name)
            printf("  %-8s %s\n", (*verbs)->name, (*verbs)->summary);
        else
            printf("\n%s:\n", (*verbs)->summary);
    }
    printf("\n  %-8s %s\n", "help", "Show this, or a verb's help: kabar help read");
    printf("\nOptions:\n"
           "  -h, --help     this text\n"
           "  -V, --version  the version\n\n"
           "More: kabar help read, man kabar\n");
    return finish();
}

int kb_cli_wrong(const struct kb_cli_verb *verb, const char *format, ...) {
    char text[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    if (verb)
        kb_cli_say("%s: %s\nTry: kabar help %s", verb->name, text, verb->name);
    else
        kb_cli_say("%s\nTry: kabar help", text);
    return KB_CLI_WRONG;
}
