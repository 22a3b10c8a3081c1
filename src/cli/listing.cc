#include "cli/listing.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/duration.h"
#include "base/format.h"
#include "cli/table.h"
#include "store/store.h"

namespace axllama::cli {
namespace {

bool has_prefix(std::string_view name, std::string_view prefix) {
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return name.size() >= prefix.size() &&
         std::ranges::equal(name.substr(0, prefix.size()), prefix, same);
}

std::string until_text(const std::optional<Time>& until, Time now) {
  constexpr auto kYears = std::chrono::years(20);  // further off is Ollama's way to say never
  if (!until || *until - now > kYears) return "Forever";
  if (*until <= now) return "Stopping...";
  return human_duration(*until - now) + " from now";
}

std::string processor_of(const LoadedModel& model) {
  if (model.format == store::kFolderFormat) return "100% NPU";
  return processor_text(model.size, model.size_vram);
}

std::string short_digest(std::string_view digest) {
  return std::string(digest.substr(0, 12));
}

}  // namespace

std::string processor_text(uint64_t size, uint64_t size_vram) {
  if (size_vram == 0) return "100% CPU";
  if (size_vram == size) return "100% GPU";
  if (size_vram > size) return "Unknown";
  const double share = static_cast<double>(size - size_vram) / static_cast<double>(size);
  const long cpu = std::lround(share * 100);
  return std::to_string(cpu) + "%/" + std::to_string(100 - cpu) + "% CPU/GPU";
}

std::string list_text(const std::vector<ListedModel>& models, std::string_view prefix, Time now) {
  std::vector<Row> rows;
  for (const ListedModel& model : models) {
    if (!has_prefix(model.name, prefix)) continue;
    rows.push_back({model.name, short_digest(model.digest), format_bytes(model.size),
                    human_duration(now - model.modified) + " ago"});
  }
  return table_text({"NAME", "ID", "SIZE", "MODIFIED"}, rows);
}

std::string loaded_text(const std::vector<LoadedModel>& models, std::string_view prefix, Time now) {
  std::vector<Row> rows;
  for (const LoadedModel& model : models) {
    if (!has_prefix(model.name, prefix)) continue;
    rows.push_back({model.name, short_digest(model.digest), format_bytes(model.size),
                    processor_of(model), std::to_string(model.context),
                    until_text(model.until, now)});
  }
  return table_text({"NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"}, rows);
}

}  // namespace axllama::cli
