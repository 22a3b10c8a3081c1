#include "standin/compute/layer_spec.h"

#include <charconv>
#include <span>
#include <string_view>

namespace axllama::standin {
namespace {

using Metadata = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kKindKey = "axllama.standin";
constexpr int kLargest = 1 << 24;  // of any dimension: keeps products of two within 64 bits

struct KindName {
  Kind kind;
  std::string_view name;
};
constexpr KindName kKinds[] = {
    {Kind::kLayer, "layer"}, {Kind::kHead, "head"}, {Kind::kShape, "shape"}};

template <class T>
struct Field {
  std::string_view name;
  T LayerSpec::* member;
};
constexpr Field<int> kIntegers[] = {
    {"hidden", &LayerSpec::hidden},         {"heads", &LayerSpec::heads},
    {"kv_heads", &LayerSpec::kv_heads},     {"head_dim", &LayerSpec::head_dim},
    {"vocabulary", &LayerSpec::vocabulary}, {"feed_forward", &LayerSpec::feed_forward},
    {"top_k", &LayerSpec::top_k},
};
constexpr Field<float> kFloats[] = {{"norm_epsilon", &LayerSpec::norm_epsilon},
                                    {"rope_base", &LayerSpec::rope_base}};
constexpr Field<bool> kFlags[] = {{"rope_interleaved", &LayerSpec::rope_interleaved}};

std::string key_of(std::string_view name) {
  return std::string(kKindKey) + "." + std::string(name);
}

std::unexpected<Error> bad_value(std::string_view name, std::string_view text) {
  return fail(ErrorCode::kCorrupt,
              "metadata " + key_of(name) + " is \"" + std::string(text) + "\", which it cannot be");
}

template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

template <class T>
std::string number_text(T value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

// Each number that is there; the others keep their defaults.
template <class T, class Accept>
Result<void> read_fields(std::span<const Field<T>> fields, const Metadata& metadata, Accept accept,
                         LayerSpec& spec) {
  for (const Field<T>& field : fields) {
    const auto found = metadata.find(key_of(field.name));
    if (found == metadata.end()) continue;
    T value{};
    if (!read_number(found->second, value) || !accept(value)) {
      return bad_value(field.name, found->second);
    }
    spec.*field.member = value;
  }
  return {};
}

Result<void> read_flags(const Metadata& metadata, LayerSpec& spec) {
  for (const Field<bool>& field : kFlags) {
    const auto found = metadata.find(key_of(field.name));
    if (found == metadata.end()) continue;
    if (found->second != "0" && found->second != "1") return bad_value(field.name, found->second);
    spec.*field.member = found->second == "1";
  }
  return {};
}

Result<Kind> read_kind(const Metadata& metadata) {
  const auto found = metadata.find(kKindKey);
  if (found == metadata.end()) {
    return fail(ErrorCode::kNotFound, "no metadata " + std::string(kKindKey));
  }
  for (const auto& [kind, name] : kKinds) {
    if (found->second == name) return kind;
  }
  return fail(ErrorCode::kCorrupt,
              "metadata axllama.standin is \"" + found->second + "\", not layer, head or shape");
}

}  // namespace

Result<LayerSpec> read_layer_spec(const Metadata& metadata) {
  LayerSpec spec;
  AX_TRY(spec.kind, read_kind(metadata));
  AX_CHECK(read_fields<int>(
      kIntegers, metadata, [](int value) { return value >= 0 && value <= kLargest; }, spec));
  AX_CHECK(read_fields<float>(
      kFloats, metadata, [](float value) { return value >= 0 && value < 1e30F; }, spec));
  AX_CHECK(read_flags(metadata, spec));
  return spec;
}

Metadata write_layer_spec(const LayerSpec& spec) {
  Metadata metadata;
  for (const auto& [kind, name] : kKinds) {
    if (kind == spec.kind) metadata.emplace(kKindKey, name);
  }
  for (const auto& field : kIntegers) {
    metadata.emplace(key_of(field.name), number_text(spec.*field.member));
  }
  for (const auto& field : kFloats) {
    metadata.emplace(key_of(field.name), number_text(spec.*field.member));
  }
  for (const auto& field : kFlags) {
    metadata.emplace(key_of(field.name), spec.*field.member ? "1" : "0");
  }
  return metadata;
}

}  // namespace axllama::standin
