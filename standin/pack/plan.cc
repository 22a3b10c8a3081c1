#include "standin/pack/plan.h"

#include <fmt/format.h>

#include <charconv>

namespace axllama::pack {
namespace {

using axmodel::ElementType;
using axmodel::Group;

constexpr int kMostCache = 1 << 17;  // 128K: twice the longest that was ever published
constexpr int kMostChunk = 4096;
constexpr size_t kMostPrefillGroups = 9;

// The tensors of one group: `rows` tokens go in, `cached` rows are kept, `mask` columns are seen.
struct Shape {
  int64_t rows;
  int64_t cached;
  int64_t cache_width;
  int64_t mask;
};

Group group(const Hyperparameters& sizes, const Shape& shape) {
  const int64_t hidden = sizes.hidden;
  const int64_t width = sizes.kv_size();
  constexpr auto kBf16 = ElementType::kBfloat16;
  return {.inputs = {{"K_cache", kBf16, {1, shape.cached, shape.cache_width}},
                     {"V_cache", kBf16, {1, shape.cached, shape.cache_width}},
                     {"indices", ElementType::kUint32, {1, shape.rows}},
                     {"input", kBf16, {1, shape.rows, hidden}},
                     {"mask", kBf16, {1, shape.rows, shape.mask}}},
          .outputs = {{"K_cache_out", kBf16, {1, shape.rows, width}},
                      {"V_cache_out", kBf16, {1, shape.rows, width}},
                      {"output", kBf16, {1, shape.rows, hidden}}}};
}

Group decode_group(const Hyperparameters& sizes, int cache) {
  return group(sizes, {1, cache, sizes.kv_size(), int64_t{cache} + 1});
}

// A group without history still has cache inputs, of one row. In the Qwen2 family's files that row
// is as wide as the hidden state.
Group first_chunk_group(const Hyperparameters& sizes, const Contexts& contexts) {
  const bool wide = sizes.family == Family::kQwen2 || contexts.wide_dummy_cache;
  return group(sizes, {contexts.chunk, 1, wide ? sizes.hidden : sizes.kv_size(), contexts.chunk});
}

Group chunk_group(const Hyperparameters& sizes, int chunk, int history) {
  return group(sizes, {chunk, history, sizes.kv_size(), int64_t{history} + chunk});
}

Result<void> check_ladder(const Contexts& contexts) {
  const std::vector<int>& history = contexts.history;
  if (history.empty() || history.front() != 0) {
    return fail(ErrorCode::kInvalidArgument, "the history ladder must begin with 0",
                "the first chunk of a prompt has nothing before it");
  }
  for (size_t i = 1; i < history.size(); ++i) {
    if (history[i] > history[i - 1]) continue;
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the history ladder must grow, but {} follows {}", history[i], history[i - 1]));
  }
  if (history.back() > contexts.cache) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a history of {} is more than the cache of {} holds", history.back(),
                            contexts.cache));
  }
  return {};
}

}  // namespace

std::vector<int> history_ladder(int cache, int chunk) {
  int64_t step = chunk;
  while (static_cast<size_t>((cache - chunk) / step) >= kMostPrefillGroups) step *= 2;
  std::vector<int> ladder = {0};
  for (int64_t history = step; history + chunk <= cache; history += step) {
    ladder.push_back(static_cast<int>(history));
  }
  return ladder;
}

Result<void> check_contexts(const Contexts& contexts) {
  if (contexts.chunk < 1 || contexts.chunk > kMostChunk) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a chunk of {} is not within 1 and {}", contexts.chunk, kMostChunk));
  }
  if (contexts.cache < contexts.chunk || contexts.cache > kMostCache) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a context of {} is not within the chunk of {} and {}", contexts.cache,
                            contexts.chunk, kMostCache));
  }
  AX_CHECK(check_ladder(contexts));
  for (const int decode : contexts.decode_contexts) {
    if (decode > 0 && decode < contexts.cache) continue;
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a further decode context of {} is not within 1 and {}", decode,
                            contexts.cache - 1));
  }
  return {};
}

std::vector<Group> layer_groups(const Hyperparameters& sizes, const Contexts& contexts) {
  std::vector<Group> groups = {decode_group(sizes, contexts.cache)};
  for (const int history : contexts.history) {
    groups.push_back(history == 0 ? first_chunk_group(sizes, contexts)
                                  : chunk_group(sizes, contexts.chunk, history));
  }
  for (const int cache : contexts.decode_contexts) groups.push_back(decode_group(sizes, cache));
  return groups;
}

std::vector<Group> head_groups(const Hyperparameters& sizes, HeadForm form, int top_k) {
  const int64_t logits = top_k > 0 ? top_k : sizes.vocabulary;
  Group head = {.inputs = {{"input", ElementType::kBfloat16, {1, 1, sizes.hidden}}}, .outputs = {}};
  if (gives_logits(form)) head.outputs = {{"output", ElementType::kBfloat16, {1, 1, logits}}};
  if (form != HeadForm::kLogits) {
    const char* name = form == HeadForm::kHidden ? "output" : "output_norm";
    head.outputs.push_back({name, ElementType::kBfloat16, {1, 1, sizes.hidden}});
  }
  if (top_k > 0) head.outputs.push_back({"indices", ElementType::kUint32, {1, 1, logits}});
  return {head};
}

Result<std::vector<int>> parse_numbers(std::string_view option, std::string_view text) {
  std::vector<int> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    int number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || (next != end && *next != ',')) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{}: \"{}\" is no list of numbers", option, text), "e.g. 0,128,256");
    }
    numbers.push_back(number);
    if (next == end) return numbers;
    at = next + 1;
  }
}

}  // namespace axllama::pack
