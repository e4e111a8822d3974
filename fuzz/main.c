/* Files and folders enter, each file goes through a fuzz target once: for compilers
 * without libFuzzer, and for old crashes, which the tests run again. */
#include "fuzz.h"

#include "pages.h"

#include <stdio.h>
#include <sys/stat.h>

int main(int argc, char **argv) {
    struct kb_page_files files = {0};
    struct stat info;
    for (int i = 1; i < argc; i++)
        if (stat(argv[i], &info) == 0)
            kb_page_files_add(&files, argv[i], "");
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (size_t i = 0; i < files.n; i++) {
        struct kb_str bytes = files.at[i].bytes;
        fprintf(stderr, "%s\n", files.at[i].path);
        LLVMFuzzerTestOneInput((const uint8_t *)bytes.p, bytes.n);
    }
    printf("%zu files\n", files.n);
    kb_page_files_free(&files);
    return 0;
}
