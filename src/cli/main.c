/* The command's door: the table of verbs, `kabar help`, `kabar --version`.
 *
 * A further verb is one file with a struct kb_cli_verb, and one line in the table. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "wire.h"

/* A line between the verbs in the help: what has no name. */
static const struct kb_cli_verb wire_part = {.summary = "The wire, a file of articles"};
static const struct kb_cli_verb care_part = {.summary = "Its keeping"};

static const struct kb_cli_verb *const verbs[] = {
    &kb_cli_read,    &kb_cli_feed,  &kb_cli_fetch,   &kb_cli_group,  &kb_cli_related,
    &wire_part,      &kb_cli_init,  &kb_cli_add,     &kb_cli_import, &kb_cli_move_in,
    &kb_cli_feeds,   &kb_cli_rules, &kb_cli_stories, &kb_cli_show,   &kb_cli_search,
    &kb_cli_sources, &kb_cli_why,   &kb_cli_star,    &kb_cli_mark,   &kb_cli_tag,
    &kb_cli_join,    &kb_cli_split, &kb_cli_move,    &care_part,     &kb_cli_export,
    &kb_cli_retain,  &kb_cli_check, &kb_cli_backup,  &kb_cli_vacuum, &kb_cli_user,
    &kb_cli_pass,    &kb_cli_serve, &kb_cli_config,  &kb_cli_mcp,    NULL,
};

enum { VERB_MAX = sizeof(verbs) / sizeof(verbs[0]) - 1 };

static const struct kb_cli_verb *find_verb(const char *name) {
    for (size_t i = 0; verbs[i]; i++) {
        if (verbs[i]->name && strcmp(verbs[i]->name, name) == 0)
            return verbs[i];
    }
    return NULL;
}

static int unknown_option(const char *word) {
    static const char *const names[] = {"--help", "--version"};
    const char *near = kb_nearest(word, names, sizeof(names) / sizeof(names[0]));
    if (near)
        return kb_cli_wrong(NULL, "unknown option '%s'; did you mean '%s'?", word, near);
    return kb_cli_wrong(NULL, "unknown option '%s'", word);
}

static int unknown_verb(const char *word) {
    const char *names[VERB_MAX + 1];
    size_t count = 0;
    for (size_t i = 0; verbs[i]; i++)
        if (verbs[i]->name)
            names[count++] = verbs[i]->name;
    names[count++] = "help";

    const char *near = kb_nearest(word, names, count);
    if (word[0] == '-' && word[1])
        return unknown_option(word);
    if (near)
        return kb_cli_wrong(NULL, "unknown verb '%s'; did you mean 'kabar %s'?", word,
                            near);
    if (access(word, F_OK) == 0 || strcmp(word, "-") == 0)
        return kb_cli_wrong(NULL, "unknown verb '%s'; to read a page: kabar read %s",
                            word, word);
    return kb_cli_wrong(NULL, "unknown verb '%s'", word);
}

static int help(const char *name) {
    const struct kb_cli_verb *verb;
    if (!name || strcmp(name, "help") == 0)
        return kb_cli_help(verbs);
    verb = find_verb(name);
    return verb ? kb_cli_help_verb(verb) : unknown_verb(name);
}

static int version(void) {
    if (printf("kabar %s\n", kabar_version()) < 0 || fflush(stdout) != 0) {
        kb_cli_say("cannot write to standard output: %s", strerror(errno));
        return KB_CLI_FAILED;
    }
    return KB_CLI_OK;
}

/* A standard descriptor that came closed would be given to the next file that is opened,
 * and messages would be written into it.  What stands in for it fails on use, as the
 * closed one would have. */
static void hold_descriptors(void) {
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            _exit(KB_CLI_FAILED);
    }
}

int main(int count, char **words) {
    const struct kb_cli_verb *verb;

    hold_descriptors();
    signal(SIGPIPE, SIG_IGN); /* writes fail with EPIPE instead */
    if (count < 2)
        return kb_cli_wrong(NULL, "a verb is missing, as in: kabar read page.html");
    if (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0)
        return help(NULL);
    if (strcmp(words[1], "help") == 0)
        return help(count > 2 ? words[2] : NULL);
    if (strcmp(words[1], "--version") == 0 || strcmp(words[1], "-V") == 0)
        return version();
    verb = find_verb(words[1]);
    if (!verb)
        return unknown_verb(words[1]);
    int status = (verb->wire ? kb_cli_wire_run : verb->run)(verb, count - 2, words + 2);
    return status == KB_CLI_HELPED ? KB_CLI_OK : status;
}
