/* A ticket lock: pen.h tells why. */
#include "store/pen.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

struct kb_pen {
    pthread_mutex_t lock;
    pthread_cond_t turn;
    uint64_t next, now; /* the next ticket; whose turn it is */
};

struct kb_pen *kb_pen_new(void) {
    struct kb_pen *pen = calloc(1, sizeof *pen);
    if (!pen)
        return NULL;
    if (pthread_mutex_init(&pen->lock, NULL) != 0) {
        free(pen);
        return NULL;
    }
    if (pthread_cond_init(&pen->turn, NULL) != 0) {
        (void)pthread_mutex_destroy(&pen->lock);
        free(pen);
        return NULL;
    }
    return pen;
}

void kb_pen_free(struct kb_pen *pen) {
    if (!pen)
        return;
    (void)pthread_cond_destroy(&pen->turn);
    (void)pthread_mutex_destroy(&pen->lock);
    free(pen);
}

void kb_pen_take(struct kb_pen *pen) {
    (void)pthread_mutex_lock(&pen->lock);
    uint64_t ticket = pen->next++;
    while (pen->now != ticket)
        (void)pthread_cond_wait(&pen->turn, &pen->lock);
    (void)pthread_mutex_unlock(&pen->lock);
}

void kb_pen_give(struct kb_pen *pen) {
    (void)pthread_mutex_lock(&pen->lock);
    pen->now++;
    (void)pthread_cond_broadcast(&pen->turn);
    (void)pthread_mutex_unlock(&pen->lock);
}

bool kb_pen_wanted(struct kb_pen *pen) {
    (void)pthread_mutex_lock(&pen->lock);
    bool wanted = pen->next - pen->now > 1;
    (void)pthread_mutex_unlock(&pen->lock);
    return wanted;
}
