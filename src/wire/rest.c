/* Memory goes back to the system: rest.h tells which. */
#ifdef __linux__
#define _GNU_SOURCE /* dl_iterate_phdr, madvise */
#endif
#include "wire/rest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#ifdef __GLIBC__ /* which the headers above define */
#include <malloc.h>
#endif

#ifdef __linux__
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

/* Code that the dynamic linker itself has changed is no longer what the file has. */
static bool is_changed(const struct dl_phdr_info *object) {
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        if (object->dlpi_phdr[i].p_type != PT_DYNAMIC)
            continue;
        const ElfW(Dyn) *d =
            (const void *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
        for (; d->d_tag != DT_NULL; d++)
            if (d->d_tag == DT_TEXTREL ||
                (d->d_tag == DT_FLAGS && (d->d_un.d_val & DF_TEXTREL)))
                return true;
    }
    return false;
}

/* The parts of the program, or of one of its libraries, that are read and never written:
 * what is let go of comes from the file again when it is looked at. */
static int let_go(struct dl_phdr_info *object, size_t n, void *context) {
    const size_t page = *(const size_t *)context;
    (void)n;
    for (size_t i = 0; !is_changed(object) && i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W)
            continue;
        size_t from = (object->dlpi_addr + part->p_vaddr) / page * page;
        size_t to = object->dlpi_addr + part->p_vaddr + part->p_filesz;
        (void)madvise((void *)from, (to - from + page - 1) / page * page, MADV_DONTNEED);
    }
    return 0;
}

static void let_files_go(void) {
    long page = sysconf(_SC_PAGESIZE);
    size_t bytes = (size_t)page;
    if (page > 0)
        (void)dl_iterate_phdr(let_go, &bytes);
}
#else
static void let_files_go(void) {
}
#endif

void kb_rest(void) {
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
    let_files_go();
}
