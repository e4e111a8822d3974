/* The words of a command line: options from a verb's table, and operands.
 *
 * POSIX's utility syntax guidelines with GNU's long options ("--name value",
 * "--name=value", options behind operands, "--").  getopt_long is not used because it is
 * no part of POSIX, takes abbreviations that break when an option is added, and cannot
 * name the nearest option. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* The longest word that a message repeats, and the most options of a verb. */
enum { WORD_MAX = 40, OPTIONS_MAX = 64 };

struct args {
    const struct kb_cli_verb *verb;
    char **words;
    int count, at;
    const char *letters; /* rest of a group of one-letter switches */
    bool only_operands;  /* "--" was seen */
};

/* What next() found: an index into the verb's options, or one of these. */
enum { END = -1, OPERAND = -2, BAD = -3 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static int find_long(const struct args *args, const char *name, size_t n) {
    const struct kb_cli_option *options = args->verb->options;
    for (int i = 0; options[i].name; i++) {
        if (strlen(options[i].name) == n && memcmp(options[i].name, name, n) == 0)
            return i;
    }
    return BAD;
}

static int unknown_long(const struct args *args, const char *name, size_t n) {
    const struct kb_cli_option *options = args->verb->options;
    const char *names[OPTIONS_MAX], *near;
    char word[WORD_MAX + 1];
    size_t count = 0;

    for (; count < OPTIONS_MAX && options[count].name; count++)
        names[count] = options[count].name;
    n = least(n, WORD_MAX);
    memcpy(word, name, n);
    word[n] = 0;
    near = kb_nearest(word, names, count);
    if (near)
        kb_cli_wrong(args->verb, "unknown option '--%s'; did you mean '--%s'?", word,
                     near);
    else
        kb_cli_wrong(args->verb, "unknown option '--%s'", word);
    return BAD;
}

/* The value of an option whose own word has none. */
static int value_behind(struct args *args, int found, const char **value) {
    const struct kb_cli_option *option = &args->verb->options[found];
    if (args->at >= args->count) {
        kb_cli_wrong(args->verb, "--%s wants a value: --%s %s", option->name,
                     option->name, option->value);
        return BAD;
    }
    *value = args->words[args->at++];
    return found;
}

static int next_letter(struct args *args, const char **value) {
    const struct kb_cli_option *options = args->verb->options;
    char letter = *args->letters++;
    const char *rest = args->letters;
    int found = 0;

    if (!*rest)
        args->letters = NULL;
    while (options[found].name && options[found].letter != letter)
        found++;
    if (!options[found].name) {
        kb_cli_wrong(args->verb,
                     "unknown option '-%c'; a word that begins with a minus stands "
                     "behind --",
                     letter);
        return BAD;
    }
    if (!options[found].value)
        return found;
    args->letters = NULL;
    if (!*rest)
        return value_behind(args, found, value);
    *value = rest[0] == '=' ? rest + 1 : rest;
    return found;
}

static int next_long(struct args *args, const char *name, const char **value) {
    size_t n = strcspn(name, "=");
    int found = find_long(args, name, n);

    if (found < 0)
        return unknown_long(args, name, n);
    if (args->verb->options[found].value)
        return name[n] ? (*value = name + n + 1, found)
                       : value_behind(args, found, value);
    if (name[n]) {
        kb_cli_wrong(args->verb, "--%s takes no value", args->verb->options[found].name);
        return BAD;
    }
    return found;
}

/* The next option or operand; its value in *value. */
static int next(struct args *args, const char **value) {
    const char *word;

    *value = NULL;
    if (args->letters)
        return next_letter(args, value);
    if (args->at >= args->count)
        return END;
    word = args->words[args->at++];
    if (args->only_operands || word[0] != '-' || !word[1]) {
        *value = word;
        return OPERAND;
    }
    if (word[1] != '-') {
        args->letters = word + 1;
        return next_letter(args, value);
    }
    if (!word[2]) {
        args->only_operands = true;
        return next(args, value);
    }
    return next_long(args, word + 2, value);
}

int kb_cli_words(const struct kb_cli_verb *verb, int count, char **words, int *operands,
                 int (*set)(const struct kb_cli_verb *verb, void *call, unsigned option,
                            const char *value),
                 void *call) {
    struct args args = {.verb = verb, .words = words, .count = count};
    const char *value;
    *operands = 0;
    for (int found; (found = next(&args, &value)) != END;) {
        int status = KB_CLI_OK;
        if (found == BAD)
            return KB_CLI_WRONG;
        if (found == OPERAND)
            words[(*operands)++] = words[args.at - 1];
        else if (strcmp(verb->options[found].name, "help") == 0)
            return kb_cli_help_verb(verb) == KB_CLI_OK ? KB_CLI_HELPED : KB_CLI_FAILED;
        else
            status = set(verb, call, (unsigned)found, value);
        if (status != KB_CLI_OK)
            return status;
    }
    return KB_CLI_OK;
}

bool kb_cli_number(const char *text, long min, long max, long *number) {
    char *end;
    long value;

    if (text[0] < '0' || text[0] > '9')
        return false; /* strtol would take spaces and signs */
    errno = 0;
    value = strtol(text, &end, 10);
    if (errno || *end || value < min || value > max)
        return false;
    *number = value;
    return true;
}

bool kb_cli_size(const char *text, size_t *bytes) {
    char *end;
    unsigned long long value;
    unsigned shift = 0;

    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno || value == 0)
        return false;
    if (*end == 'K' || *end == 'k')
        shift = 10;
    else if (*end == 'M' || *end == 'm')
        shift = 20;
    else if (*end == 'G' || *end == 'g')
        shift = 30;
    if (shift) {
        end++;
        if (strcmp(end, "B") == 0 || strcmp(end, "iB") == 0)
            end += strlen(end);
    }
    /* Half of the address space is left for sums of sizes. */
    if (*end || value > (SIZE_MAX >> 1) >> shift)
        return false;
    *bytes = (size_t)value << shift;
    return true;
}

int kb_cli_set_number(const struct kb_cli_verb *verb, unsigned option, const char *value,
                      int min, int max, int *number) {
    long got;
    if (!kb_cli_number(value, min, max, &got))
        return kb_cli_wrong(verb, "--%s wants a whole number from %d to %d, not '%s'",
                            verb->options[option].name, min, max, value);
    *number = (int)got;
    return KB_CLI_OK;
}

int kb_cli_set_color(const struct kb_cli_verb *verb, const char *value,
                     const char **color) {
    *color = value;
    if (kb_cli_is_when(value))
        return KB_CLI_OK;
    return kb_cli_wrong(verb, "--color wants auto, always or never, not '%s'", value);
}

int kb_cli_set_full_text(const struct kb_cli_verb *verb, const char *value,
                         const char **full_text) {
    *full_text = value;
    if (kb_cli_is_when(value))
        return KB_CLI_OK;
    return kb_cli_wrong(verb, "--full-text wants auto, always or never, not '%s'", value);
}
