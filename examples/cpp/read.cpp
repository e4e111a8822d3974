// Reads many pages on all cores and prints a line for each, in the order of the call:
// language, confidence, words, title.
//
//     c++ -std=c++17 -pthread read.cpp $(pkg-config --cflags --libs kabar) -o read
//     ./read pages/*.html
//
// The rule for threads is short: a reader serves one thread at a time, so each thread
// makes its own; articles are free to go from thread to thread.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <kabar.h>

namespace {

// The library's handles, owned.
struct Free {
    void operator()(kabar_reader *reader) const {
        kabar_reader_free(reader);
    }
    void operator()(kabar_article *article) const {
        kabar_article_free(article);
    }
};
using Reader = std::unique_ptr<kabar_reader, Free>;
using Article = std::unique_ptr<kabar_article, Free>;

// An article's texts live as long as the article, so a view is enough.
std::string_view get(const Article &article, kabar_field field) {
    const kabar_text text = kabar_get(article.get(), field);
    return {text.data, text.size};
}

struct Result {
    Article article;
    std::string error;
};

Result read_page(kabar_reader *reader, const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return {nullptr, "cannot be opened"};
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};

    kabar_article *article = nullptr;
    kabar_error error{};
    if (kabar_read(reader, bytes.data(), bytes.size(), nullptr, &article, &error) !=
        KABAR_OK)
        return {nullptr, error.message};
    return {Article(article), {}};
}

// Takes pages, one after the other, until none is left.
void work(const std::vector<std::string> &paths, std::atomic<std::size_t> &next,
          std::vector<Result> &results) {
    kabar_reader *made = nullptr;
    kabar_error error{};
    const bool ready = kabar_reader_new(nullptr, &made, &error) == KABAR_OK;
    const Reader reader(made);
    for (std::size_t i = next++; i < paths.size(); i = next++) {
        if (ready)
            results[i] = read_page(reader.get(), paths[i]);
        else
            results[i].error = error.message;
    }
}

std::size_t count_words(std::string_view text) {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t';
        words += !space && !inside;
        inside = !space;
    }
    return words;
}

} // namespace

int main(int argc, char **argv) {
    const std::vector<std::string> paths(argv + 1, argv + argc);
    if (paths.empty()) {
        std::fprintf(stderr, "usage: read FILE...\n");
        return 2;
    }

    std::vector<Result> results(paths.size());
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    const unsigned cores = std::max(2u, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < cores; i++)
        threads.emplace_back([&] { work(paths, next, results); });
    for (std::thread &thread : threads)
        thread.join();

    bool good = true;
    for (std::size_t i = 0; i < paths.size(); i++) {
        const Result &result = results[i];
        if (!result.article) {
            std::fprintf(stderr, "%s: %s\n", paths[i].c_str(), result.error.c_str());
            good = false;
            continue;
        }
        const std::string language(get(result.article, KABAR_LANGUAGE));
        const std::string title(get(result.article, KABAR_TITLE));
        std::printf("%-8s %.2f %6zu  %s\n", language.c_str(),
                    kabar_confidence(result.article.get()),
                    count_words(get(result.article, KABAR_TEXT)), title.c_str());
    }
    return good ? 0 : 1;
}
