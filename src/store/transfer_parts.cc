#include "store/transfer_parts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace axllama::store {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kNoteLength = 160;
// Far more than any file has, so that sums can't overflow.
constexpr uint64_t kMost = uint64_t{1} << 62;

bool read_number(const Json& json, const char* key, uint64_t& into) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_unsigned()) return false;
  into = found->get<uint64_t>();
  return into < kMost;
}

}  // namespace

std::vector<Part> plan_parts(uint64_t size, const PartSizes& sizes) {
  const uint64_t each = std::clamp(size / sizes.count, sizes.smallest, sizes.largest);
  std::vector<Part> parts;
  for (uint64_t offset = 0; offset < size; offset += each) {
    parts.push_back({parts.size(), offset, std::min(each, size - offset), 0});
  }
  return parts;
}

std::optional<Part> parse_part(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  Part part;
  if (!json.is_object() || !read_number(json, "N", part.number) ||
      !read_number(json, "Offset", part.offset) || !read_number(json, "Size", part.size) ||
      !read_number(json, "Completed", part.completed) || part.completed > part.size) {
    return std::nullopt;
  }
  return part;
}

std::string part_text(const Part& part) {
  const Json json = {{"N", part.number},
                     {"Offset", part.offset},
                     {"Size", part.size},
                     {"Completed", part.completed}};
  std::string text = json.dump();
  text.resize(kNoteLength - 1, ' ');
  return text + '\n';
}

bool parts_cover(const std::vector<Part>& parts, uint64_t size) {
  uint64_t next = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].number != i || parts[i].offset != next || parts[i].size == 0) return false;
    next += parts[i].size;
  }
  return next == size;
}

}  // namespace axllama::store
