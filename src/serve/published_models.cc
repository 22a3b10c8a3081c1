#include "serve/published_models.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/fd.h"
#include "base/log.h"
#include "core/device.h"
#include "serve/bundled_model.h"

namespace axllama::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongest = 16 << 20;

Json or_null(bool known, const Json& value) {
  return known ? value : Json();
}

Json json_of(const store::PublishedModel& model, const std::vector<CardMemory>& cards) {
  const uint64_t memory = store::estimated_card_bytes(model);
  Json speeds = Json::object();
  for (const auto& [machine, speed] : model.speeds) speeds[machine] = speed;
  const std::optional<bool> room = fits(model, cards);
  return {{"name", model.name.short_text()},
          {"repository", "hf.co/" + model.repository},
          {"revision", model.revision},
          {"folder", model.folder},
          {"details",
           {{"family", model.family},
            {"parameter_size", model.parameters},
            {"quantization_level", model.quantization}}},
          {"context_length", or_null(model.context > 0, model.context)},
          {"size", or_null(model.bytes > 0, model.bytes)},
          {"card_memory", or_null(memory > 0, memory)},
          {"card_memory_estimated", memory > 0 && model.card_bytes == 0},
          {"capabilities", model.capabilities},
          {"tokens_per_second", speeds},
          {"minimum_sdk", or_null(!model.minimum_sdk.empty(), model.minimum_sdk)},
          {"fits", or_null(room.has_value(), room.value_or(false))}};
}

}  // namespace

PublishedModels::PublishedModels(const std::filesystem::path& store) : file_(file_of(store)) {}

std::filesystem::path PublishedModels::file_of(const std::filesystem::path& store) {
  return store / "axllama" / "catalogue.json";
}

Result<size_t> PublishedModels::replace(const std::filesystem::path& store, std::string_view json) {
  if (json.size() > kLongest) return fail(ErrorCode::kTooLarge, "the catalogue is too large");
  AX_TRY(const auto models, store::read_published(json));
  const std::filesystem::path file = file_of(store);
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  AX_CHECK(write_file_atomically(file.string(), std::string(json)));
  return models.size();
}

std::span<const store::PublishedModel> PublishedModels::models() {
  std::error_code none;
  const auto changed = std::filesystem::last_write_time(file_, none);
  if (!models_.empty() && changed == read_at_) return models_;
  read_at_ = changed;
  read();
  return models_;
}

void PublishedModels::read() {
  const Result<std::string> text = read_file(file_.string(), kLongest);
  auto newer = text ? store::read_published(*text) : std::unexpected(text.error());
  if (newer) {
    models_ = *std::move(newer);
    source_ = file_.string();
    return;
  }
  if (newer.error().code != ErrorCode::kNotFound)
    log_warn("the catalogue " + file_.string() + " can't be used: " + newer.error().text());
  source_ = "built in";
  models_.clear();
  if (auto own = store::read_published(bundled_catalogue())) models_ = *std::move(own);
}

std::optional<bool> fits(const store::PublishedModel& model, const std::vector<CardMemory>& cards) {
  const uint64_t need = store::estimated_card_bytes(model);
  if (need == 0 || cards.empty()) return std::nullopt;
  return std::ranges::any_of(
      cards, [&](const CardMemory& card) { return need + kCardFloorBytes <= card.free; });
}

std::string catalogue_json(std::span<const store::PublishedModel> models, const std::string& source,
                           const std::vector<CardMemory>& cards) {
  Json all = {{"models", Json::array()}, {"source", source}, {"cards", Json::array()}};
  for (const store::PublishedModel& model : models) all["models"].push_back(json_of(model, cards));
  for (const CardMemory& card : cards) {
    all["cards"].push_back({{"device", card.device},
                            {"driver", card.driver},
                            {"memory", card.memory},
                            {"free", card.free}});
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace axllama::serve
