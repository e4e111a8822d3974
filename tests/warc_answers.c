/* Answers out of recipes: see warc_answers.h. */
#include "warc_answers.h"

#include <stdlib.h>

enum { ANSWERS_MAX = 16, HOPS_MAX = 8, TEXT_MAX = 1 << 20 };

static struct kb_str take_word(struct kb_str *line) {
    size_t n = kb_str_find_byte(*line, ' ');
    struct kb_str word = kb_str_slice(*line, 0, n);
    *line = kb_str_slice(*line, word.n + 1, line->n);
    return word;
}

static long long number(struct kb_str word) {
    return word.n ? strtoll(word.p, NULL, 10) : 0;
}

static enum kb_fault fault_of(struct kb_str name) {
    for (int i = 0; i <= KB_FAULT_OTHER; i++) {
        if (kb_str_equal(name, kb_str_z(kb_fault_name((enum kb_fault)i))))
            return (enum kb_fault)i;
    }
    return KB_FAULT_NONE;
}

struct reading {
    struct kb_test_answers *answers;
    struct kb_answer *answer;
    struct kb_hop *hop;
    struct kb_buf text;
    struct kb_str *to;
};

/* Ends the text that is being gathered. */
static void end_text(struct reading *reading) {
    if (!reading->to)
        return;
    if (reading->to != &reading->hop->body)
        kb_buf_z(&reading->text, "\r\n");
    *reading->to = kb_arena_dup(&reading->answers->arena, kb_buf_view(&reading->text));
    reading->to = NULL;
    kb_buf_clear(&reading->text);
}

static void begin_hop(struct reading *reading, struct kb_str line) {
    struct kb_answer *answer = reading->answer;
    reading->hop = (struct kb_hop *)(uintptr_t)&answer->hops[answer->hop_count++];
    reading->hop->status = (int)number(take_word(&line));
    reading->hop->started = number(take_word(&line));
    reading->hop->address = take_word(&line);
    reading->hop->url = line;
}

static void command(struct reading *reading, struct kb_str line) {
    struct kb_str name = take_word(&line);
    if (kb_str_equal(name, KB_STR("repeat"))) {
        for (long long n = number(take_word(&line)); n > 0; n--)
            kb_buf_str(&reading->text, line);
        return;
    }
    end_text(reading);
    if (kb_str_equal(name, KB_STR("answer"))) {
        reading->answer = &reading->answers->at[reading->answers->n++];
        reading->answer->fault = fault_of(line);
        reading->answer->hops = kb_arena_zalloc(&reading->answers->arena, HOPS_MAX,
                                                sizeof *reading->answer->hops);
    } else if (kb_str_equal(name, KB_STR("hop"))) {
        begin_hop(reading, line);
    } else if (kb_str_equal(name, KB_STR("request"))) {
        reading->to = &reading->hop->request_head;
    } else if (kb_str_equal(name, KB_STR("response"))) {
        reading->to = &reading->hop->response_head;
    } else if (kb_str_equal(name, KB_STR("body"))) {
        reading->to = &reading->hop->body;
    } else {
        abort();
    }
}

/* The last hop's body is the answer's. */
static void move_bodies(struct kb_test_answers *answers) {
    for (size_t i = 0; i < answers->n; i++) {
        struct kb_answer *answer = &answers->at[i];
        struct kb_hop *last =
            (struct kb_hop *)(uintptr_t)&answer->hops[answer->hop_count - 1];
        answer->body = last->body;
        last->body = KB_STR_NONE;
    }
}

void kb_test_answers_read(struct kb_str recipe, struct kb_test_answers *answers) {
    struct reading reading = {.answers = answers};
    *answers = (struct kb_test_answers){0};
    kb_arena_init(&answers->arena, (size_t)64 << 20);
    answers->at = kb_arena_zalloc(&answers->arena, ANSWERS_MAX, sizeof *answers->at);
    kb_buf_init(&reading.text, TEXT_MAX);
    while (recipe.n) {
        struct kb_str line = kb_str_slice(recipe, 0, kb_str_find_byte(recipe, '\n'));
        recipe = kb_str_slice(recipe, line.n + 1, recipe.n);
        if (line.n && line.p[0] == '@') {
            command(&reading, kb_str_slice(line, 1, line.n));
            continue;
        }
        kb_buf_str(&reading.text, line);
        if (reading.to)
            kb_buf_z(&reading.text, reading.to == &reading.hop->body ? "\n" : "\r\n");
    }
    end_text(&reading);
    move_bodies(answers);
    kb_buf_free(&reading.text);
}

void kb_test_answers_free(struct kb_test_answers *answers) {
    kb_arena_free(&answers->arena);
}

static bool put(void *context, const char *bytes, size_t n) {
    struct kb_test_warc *warc = context;
    kb_buf_add(&warc->bytes, bytes, n);
    return warc->bytes.status == KB_OK;
}

static bool count_up(void *context, unsigned char *to, size_t n) {
    struct kb_test_warc *warc = context;
    memset(to, 0, n);
    to[n - 1] = ++warc->next_id;
    return true;
}

enum kb_status kb_test_warc_write(const struct kb_test_answers *answers,
                                  enum kb_warc_packing packing,
                                  enum kb_warc_digest digest, struct kb_test_warc *warc,
                                  struct kb_err *err) {
    const struct kb_warc_output output = {put, count_up, warc, packing, digest};
    struct kb_warc_writer *writer = kb_warc_writer_new(&output, err);
    enum kb_status status = writer ? KB_OK : KB_ENOMEM;
    kb_buf_clear(&warc->bytes);
    warc->next_id = 0;
    if (status == KB_OK)
        status = kb_warc_write_info(writer, KB_STR("crawl.warc"), KB_STR("kabar"),
                                    KB_STR("operator: desk@kurier.example\r\n"
                                           "robots: obey\r\n"),
                                    1772352900123, err);
    for (size_t i = 0; i < answers->n && status == KB_OK; i++)
        status = kb_warc_write_answer(writer, &answers->at[i], err);
    kb_warc_writer_free(writer);
    return status;
}
