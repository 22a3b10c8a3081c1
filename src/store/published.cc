#include "store/published.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

namespace axllama::store {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kMebibyte = 1ULL << 20;

std::unexpected<Error> wrong(const std::string& entry, const std::string& why) {
  return fail(ErrorCode::kCorrupt, "the catalogue's entry " + entry + ": " + why);
}

class EntryReader {
 public:
  EntryReader(const Json& entry, std::string label) : entry_(entry), label_(std::move(label)) {}

  Result<PublishedModel> run() {
    PublishedModel model;
    AX_TRY(const std::string name, text("name", true));
    AX_TRY(model.repository, text("repository", true));
    AX_TRY(model.revision, text("revision", true));
    AX_TRY(model.folder, text("folder"));
    AX_TRY(model.family, text("family"));
    AX_TRY(model.parameters, text("parameters"));
    AX_TRY(model.quantization, text("quantization"));
    AX_TRY(model.minimum_sdk, text("minimum_sdk"));
    AX_TRY(const uint64_t context, number("context"));
    AX_TRY(model.bytes, number("bytes"));
    AX_TRY(const uint64_t card_mib, number("card_mib", 1ULL << 30));
    model.context = static_cast<int64_t>(context);
    model.card_bytes = card_mib * kMebibyte;
    AX_CHECK(lists(model));
    const Result<Name> parsed = Name::parse(name);
    if (!parsed) return wrong(label_, "\"name\" is no model's name");
    model.name = *parsed;
    if (std::ranges::count(model.repository, '/') != 1 ||
        !Name::parse("hf.co/" + model.repository)) {
      return wrong(label_, "\"repository\" is no repository");
    }
    if (model.revision.size() != 40 ||
        model.revision.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return wrong(label_, "\"revision\" is no commit");
    }
    return model;
  }

 private:
  Result<std::string> text(const char* key, bool required = false) const {
    const auto found = entry_.find(key);
    if (found == entry_.end() && !required) return std::string();
    if (found == entry_.end() || !found->is_string() || (required && *found == ""))
      return wrong(label_, "\"" + std::string(key) + "\" must be a text");
    return found->get<std::string>();
  }

  Result<uint64_t> number(const char* key, uint64_t most = 1ULL << 50) const {
    const auto found = entry_.find(key);
    if (found == entry_.end()) return uint64_t{0};
    if (!found->is_number_unsigned() || found->get<uint64_t>() > most)
      return wrong(label_, "\"" + std::string(key) + "\" must be a whole number");
    return found->get<uint64_t>();
  }

  Result<void> lists(PublishedModel& model) const {
    const Json capabilities = entry_.value("capabilities", Json::array());
    const Json speeds = entry_.value("tokens_per_second", Json::object());
    if (!capabilities.is_array()) return wrong(label_, "\"capabilities\" must be a list");
    for (const Json& one : capabilities) {
      if (!one.is_string()) return wrong(label_, "\"capabilities\" must be texts");
      model.capabilities.push_back(one);
    }
    if (!speeds.is_object()) return wrong(label_, "\"tokens_per_second\" must be an object");
    for (const auto& [machine, speed] : speeds.items()) {
      if (!speed.is_number() || speed.get<double>() <= 0)
        return wrong(label_, "\"tokens_per_second\" must be positive numbers");
      model.speeds.emplace_back(machine, speed.get<double>());
    }
    return {};
  }

  const Json& entry_;
  const std::string label_;
};

// Letters to change, add or leave out.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t other = a[i - 1] == b[j - 1] ? diagonal : diagonal + 1;
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, other}));
    }
  }
  return row.back();
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

}  // namespace

uint64_t estimated_card_bytes(const PublishedModel& model) {
  return model.card_bytes > 0 ? model.card_bytes : model.bytes + model.bytes * 3 / 10;
}

Result<std::vector<PublishedModel>> read_published(std::string_view json) {
  const Json all = Json::parse(json, nullptr, false);
  if (!all.is_array()) return fail(ErrorCode::kCorrupt, "the catalogue is no JSON list");
  std::vector<PublishedModel> models;
  for (const Json& entry : all) {
    std::string label = "number " + std::to_string(models.size() + 1);
    if (!entry.is_object()) return wrong(label, "it must be an object");
    if (const auto name = entry.find("name"); name != entry.end() && name->is_string())
      label = name->get<std::string>();
    AX_TRY(PublishedModel model, EntryReader(entry, label).run());
    if (find_published(models, model.name) != nullptr) return wrong(label, "it is there twice");
    models.push_back(std::move(model));
  }
  if (models.empty()) return fail(ErrorCode::kCorrupt, "the catalogue is empty");
  return models;
}

const PublishedModel* find_published(std::span<const PublishedModel> models, const Name& name) {
  const auto found = std::ranges::find(models, name, &PublishedModel::name);
  return found == models.end() ? nullptr : &*found;
}

std::vector<std::string> nearest_names(std::string_view wanted,
                                       const std::vector<std::string>& known, size_t most) {
  const std::string own = lower(wanted);
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& name : known) {
    // Whoever named no tag means any.
    const std::string other = lower(own.contains(':') ? name : name.substr(0, name.rfind(':')));
    // Whoever left out the end meant it.
    const size_t far = own.size() >= 3 && other.starts_with(own) ? 1 : distance(own, other);
    if (far <= std::max<size_t>(2, own.size() / 3)) near.emplace_back(far, name);
  }
  std::ranges::stable_sort(near, {}, &std::pair<size_t, std::string>::first);
  std::vector<std::string> names;
  for (const auto& [far, name] : near) {
    if (names.size() == most) break;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace axllama::store
