/* A password that a person types: from the terminal without echo, twice, or a line of
 * standard input. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "password.h"

/* A line into text without its end; false at the end of input, or where it is too
 * long. */
static bool read_line(char text[KB_PASSWORD_MOST + 2]) {
    size_t n = 0;
    int c;
    while ((c = getchar()) != EOF && c != '\n' && n <= KB_PASSWORD_MOST)
        text[n++] = (char)c;
    text[n] = '\0';
    if (n && text[n - 1] == '\r')
        text[--n] = '\0';
    return (c != EOF || n) && n <= KB_PASSWORD_MOST;
}

/* The prompt goes to standard error, where nobody's pipe is. */
static bool ask(const char *prompt, char text[KB_PASSWORD_MOST + 2]) {
    struct termios was, quiet;
    if (tcgetattr(STDIN_FILENO, &was) != 0)
        return false;
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
        return false;
    fputs(prompt, stderr); /* no sooner: what was typed before is thrown away */
    fflush(stderr);
    bool ok = read_line(text);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
    fputc('\n', stderr);
    return ok;
}

bool kb_cli_secret(const char *prompt, char text[KB_PASSWORD_MOST + 2]) {
    bool ok = isatty(STDIN_FILENO) ? ask(prompt, text) : read_line(text);
    if (!ok || !text[0])
        kb_cli_say("no password was read, or it has more than %d bytes",
                   KB_PASSWORD_MOST);
    return ok && text[0];
}

bool kb_cli_password(char kept[KB_PASSWORD_BYTES]) {
    char text[KB_PASSWORD_MOST + 2] = "", again[KB_PASSWORD_MOST + 2] = "";
    struct kb_err err = {.text = ""};
    bool ok = false;
    if (!isatty(STDIN_FILENO))
        ok = read_line(text);
    else
        ok = ask("password: ", text) && ask("once more: ", again);
    if (!ok)
        kb_cli_say("no password was read, or it has more than %d bytes",
                   KB_PASSWORD_MOST);
    else if (isatty(STDIN_FILENO) && strcmp(text, again) != 0) {
        kb_cli_say("these are not the same; nothing was changed");
        ok = false;
    } else if (kb_password_keep(kb_str_z(text), kept, &err) != KB_OK) {
        kb_cli_say("%s", err.text);
        ok = false;
    }
    kb_secret_wipe(text, sizeof text);
    kb_secret_wipe(again, sizeof again);
    return ok;
}
