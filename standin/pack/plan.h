// Which shapes a packed model is compiled for: its chunk, its caches, and the tensors of every
// group (spec/axcl.md 3.2). Pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "axmodel/container.h"
#include "base/result.h"
#include "standin/pack/hyperparameters.h"

namespace axllama::pack {

struct Contexts {
  int chunk = 128;                        // P, tokens of a prefill group
  int cache = 1023;                       // N, cached tokens of the first decode group
  std::vector<int> history = {};          // cached tokens of the prefill groups; the first is 0
  std::vector<int> decode_contexts = {};  // caches of further decode groups, each below N
  bool wide_dummy_cache = false;          // that of the group without history has H numbers a row

  bool operator==(const Contexts&) const = default;
};

// What the head gives; all of these are published (axmodel/folder_embedding.h).
enum class HeadForm {
  kLogits,  // "output" [1, 1, vocabulary]
  kBoth,    // that, and "output_norm" [1, 1, H]: the row after the final norm
  kNormed,  // "output_norm" alone
  kHidden,  // that row, called "output"
};
constexpr bool gives_logits(HeadForm form) {
  return form == HeadForm::kLogits || form == HeadForm::kBoth;
}

// 0 and as many even steps of whole chunks as fit below `cache` together with their chunk; at most
// nine groups, the step doubles until they suffice.
std::vector<int> history_ladder(int cache, int chunk);

// kInvalidArgument, naming the number, for contexts that no runner could use: nothing positive, a
// ladder that does not begin with 0 or does not grow, a history past the cache.
Result<void> check_contexts(const Contexts& contexts);

// Group 0 decodes; group 1 prefills a first chunk, its cache a dummy row; then a prefill group for
// each further history; then the further decode groups.
std::vector<axmodel::Group> layer_groups(const Hyperparameters& sizes, const Contexts& contexts);

// One group: `input` [1, 1, H] to what `form` says; of the logits, with `top_k` above 0, the K
// largest and their `indices`.
std::vector<axmodel::Group> head_groups(const Hyperparameters& sizes, HeadForm form, int top_k);

// "0,128,256" as numbers; kInvalidArgument, naming `option`, for anything else.
Result<std::vector<int>> parse_numbers(std::string_view option, std::string_view text);

}  // namespace axllama::pack
