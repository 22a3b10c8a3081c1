#include "generate/candidates.h"

#include <llama.h>

#include <algorithm>
#include <cmath>

#include "generate/best_places.h"

namespace axllama {
namespace {

void add(const Logits& logits, int vocabulary_size, size_t place, std::vector<Candidate>& out) {
  const auto token = static_cast<Token>(logits.ids.empty() ? place : logits.ids[place]);
  const float logit = logit_at(logits, place);
  if (token < 0 || token >= vocabulary_size || std::isnan(logit)) return;
  out.push_back({token, logit, 0.0F});
}

}  // namespace

size_t logit_count(const Logits& logits, int vocabulary_size) {
  const auto most = static_cast<size_t>(vocabulary_size);
  if (!logits.ids.empty()) return std::min(logits.ids.size(), logits.bf16.size());
  return std::min(most, logits.f32.empty() ? logits.bf16.size() : logits.f32.size());
}

void take_all(const Logits& logits, int vocabulary_size, std::vector<Candidate>& out) {
  const size_t count = logit_count(logits, vocabulary_size);
  if (!logits.ids.empty()) {
    out.clear();
    for (size_t i = 0; i < count; ++i) add(logits, vocabulary_size, i, out);
    std::ranges::sort(out, {}, &Candidate::id);
    return;
  }
  // Written without a branch, for it is done to whole vocabularies.
  out.resize(count);
  size_t kept = 0;
  for (size_t i = 0; i < count; ++i) {
    const float logit = logit_at(logits, i);
    out[kept] = {static_cast<Token>(i), logit, 0.0F};
    kept += !std::isnan(logit);
  }
  out.resize(kept);
}

void take_best(const Logits& logits, int vocabulary_size, size_t count, std::span<const Token> also,
               std::vector<Candidate>& out) {
  if (!logits.ids.empty()) return take_all(logits, vocabulary_size, out);
  static thread_local std::vector<uint32_t> places;
  const size_t all = logit_count(logits, vocabulary_size);
  logits.f32.empty() ? best_places(logits.bf16.first(all), count, places)
                     : best_places(logits.f32.first(all), count, places);
  for (const Token token : also) {
    if (static_cast<size_t>(token) < all) places.push_back(static_cast<uint32_t>(token));
  }
  if (!also.empty()) {
    std::ranges::sort(places);
    places.erase(std::ranges::unique(places).begin(), places.end());
  }
  out.clear();
  for (const uint32_t place : places) add(logits, vocabulary_size, place, out);
}

Candidate* find_candidate(std::span<Candidate> candidates, Token token) {
  const auto place = std::ranges::lower_bound(candidates, token, {}, &Candidate::id);
  return place == candidates.end() || place->id != token ? nullptr : &*place;
}

}  // namespace axllama
