/* A folder's name, or none, enters; the lexicon of its files, or the built-in one,
 * leaves.
 *
 * Apart from lexicon.c because the program that makes the built-in tables is built of all
 * the lexicon's files but this one. */
#include "lang/lexicon.h"
#include "lang/tables.h"

static enum kb_status read_one(void *lexicon, const char *name, struct kb_str bytes,
                               unsigned file, struct kb_err *err) {
    return kb_lexicon_read(lexicon, name, bytes, file, err);
}

static enum kb_status read_names(void *lexicon, const char *name, struct kb_str bytes,
                                 unsigned file, struct kb_err *err) {
    (void)file;
    return kb_names_read(kb_lexicon_names(lexicon), name, bytes, err);
}

enum kb_status kb_lexicon_new(const char *dir, struct kb_lexicon **out,
                              struct kb_err *err) {
    *out = NULL;
    if (!dir) {
        *out = (struct kb_lexicon *)&kb_lexicon_built_in;
        return KB_OK;
    }
    struct kb_lexicon *x = kb_lexicon_empty();
    if (!x)
        return kb_err_set(err, KB_ENOMEM, "no memory for the language data");
    size_t files = 0;
    enum kb_status status =
        kb_lexicon_dir(dir, "lang", ".lang", read_one, x, &files, err);
    if (status == KB_OK && !files)
        status = kb_err_set(err, KB_EIO, "%s: no *.lang files in it", dir);
    files = 0;
    if (status == KB_OK)
        status = kb_lexicon_dir(dir, "names", ".names", read_names, x, &files, err);
    if (status != KB_OK) {
        kb_lexicon_free(x);
        return status;
    }
    if (!files) { /* names that the folder does not have are the built-in ones */
        kb_names_free(x->names);
        x->names = kb_lexicon_built_in.names;
        for (size_t i = 0; i < KB_COUNT(x->heads.of); i++)
            x->heads.of[i] |=
                kb_lexicon_built_in.heads.of[i] & (KB_HEAD_NAME | KB_HEAD_SMALL_NAME);
    }
    *out = x;
    return KB_OK;
}
