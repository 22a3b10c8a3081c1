#include "serve/recommended_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/model.h"
#include "serve/published_models.h"

namespace axllama::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::pair<std::string_view, std::string_view> kMachines[] = {
    {"raspberry_pi_5", "on a Raspberry Pi 5"},
    {"rock_5b_plus", "on a ROCK 5B+"},
    {"rk3576", "on an RK3576"},
    {"axera_published", "by its publisher"}};

// "10.2 tokens/s on a Raspberry Pi 5", of the first machine that we know; else empty.
std::string speed_of(const store::PublishedModel& model) {
  for (const auto& [machine, words] : kMachines) {
    const auto speed =
        std::ranges::find(model.speeds, machine, &std::pair<std::string, double>::first);
    if (speed != model.speeds.end()) {
      return fmt::format("{:.1f} tokens/s {}", speed->second, words);
    }
  }
  return {};
}

// "qwen3 0.6B W8A16 for the AX650 NPU, 10.2 tokens/s on a Raspberry Pi 5".
std::string description_of(const store::PublishedModel& model) {
  std::string text;
  for (const std::string& word : {model.family, model.parameters, model.quantization}) {
    if (!word.empty()) text += word + ' ';
  }
  return text + "for the AX650 NPU, " + speed_of(model);
}

bool is_recommended(const store::PublishedModel& model, const std::vector<CardMemory>& cards) {
  const bool talks =
      std::ranges::find(model.capabilities, capability::kCompletion) != model.capabilities.end();
  return talks && !speed_of(model).empty() && fits(model, cards).value_or(cards.empty());
}

}  // namespace

std::string recommendations_json(std::span<const store::PublishedModel> models,
                                 const std::vector<CardMemory>& cards) {
  Json all = {{"recommendations", Json::array()}};
  for (const store::PublishedModel& model : models) {
    if (!is_recommended(model, cards)) continue;
    Json one = {{"model", model.name.short_text()}, {"description", description_of(model)}};
    if (model.context > 0) one["context_length"] = model.context;
    if (const uint64_t bytes = store::estimated_card_bytes(model)) one["vram_bytes"] = bytes;
    all["recommendations"].push_back(std::move(one));
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace axllama::serve
