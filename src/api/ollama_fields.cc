#include "api/ollama_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "api/json_text.h"

namespace axllama::ollama {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

// Negative times mean for ever.
KeepAlive or_forever(Nanoseconds time) {
  return time < Nanoseconds(0) ? kForever : time;
}

KeepAlive seconds_to_keep(double seconds) {
  const double time = seconds * 1e9;
  const bool forever = seconds < 0 || time >= static_cast<double>(kForever.count());
  return forever ? kForever : KeepAlive(static_cast<int64_t>(time));
}

bool unsupported_type(Decoder& decoder, std::string_view go_type) {
  return decoder.stop("Unsupported type: '" + std::string(go_type) + "'");
}

bool keep_alive_text(Decoder& decoder, const std::string& text, std::optional<KeepAlive>& out) {
  const Result<Nanoseconds> time = parse_duration(text);
  if (!time) return decoder.stop(time.error().message);
  out = or_forever(*time);
  return true;
}

}  // namespace

Result<json::Document> parse_body(std::string_view body) {
  Result<json::Document> document = json::Document::parse(body);
  if (!document && document.error().message == "EOF") {
    return fail(ErrorCode::kInvalidArgument, "missing request body");
  }
  return document;
}

bool read_keep_alive(Decoder& decoder, Value value, std::optional<KeepAlive>& out) {
  switch (value.kind()) {
    case Kind::kNull:
      out.reset();
      return true;
    case Kind::kNumber:
      out = seconds_to_keep(value.number());
      return decoder.nested([&] { return decoder.any(value); });
    case Kind::kString:
      return keep_alive_text(decoder, value.string(), out);
    case Kind::kBool:
      return unsupported_type(decoder, "bool");
    case Kind::kArray:
      return unsupported_type(decoder, "[]interface {}");
    default:
      return unsupported_type(decoder, "map[string]interface {}");
  }
}

bool read_think(Decoder& decoder, Value value, std::optional<Think>& out) {
  if (value.is_null()) {
    out.reset();
    return true;
  }
  if (value.kind() == Kind::kBool) {
    out = Think{value.boolean()};
    return true;
  }
  if (value.kind() != Kind::kString) {
    return decoder.stop(
        R"(think must be a boolean or string ("high", "medium", "low", "max", true, or false))");
  }
  constexpr std::array<std::string_view, 4> kLevels = {"high", "medium", "low", "max"};
  const std::string level = value.string();
  if (std::ranges::find(kLevels, level) == kLevels.end()) {
    return decoder.stop("invalid think value: " + json::quote(level) +
                        R"( (must be "high", "medium", "low", "max", true, or false))");
  }
  out = Think{true, level};
  return true;
}

bool read_images(Decoder& decoder, Value value, std::vector<std::string>& out) {
  return decoder.list(value, "[]api.ImageData", out, [&](Value element, std::string& image) {
    return decoder.bytes(element, "api.ImageData", image);
  });
}

Result<Format> read_format(std::string_view raw) {
  if (raw.empty() || raw == "null" || raw == R"("")") return Format{};
  if (raw == R"("json")") return Format{Format::Kind::kJson};
  if (raw[0] != '{') {
    return fail(ErrorCode::kInternal, "invalid format: " + json::quote(raw) +
                                          R"(; expected "json" or a valid JSON Schema object)");
  }
  AX_TRY(const json::Document schema, json::Document::parse(raw));
  Format format{Format::Kind::kSchema};
  Decoder decoder;
  decoder.text(schema.root(), format.schema);
  AX_CHECK(decoder.result());
  return format;
}

bool read_device(Decoder& decoder, Value value, std::optional<DeviceWish>& out) {
  std::string text;
  if (!decoder.string(value, text)) return false;
  const Result<DeviceWish> wish = parse_device(text);
  if (!wish) return decoder.stop(wish.error().message);
  out = *wish;
  return true;
}

Result<KeepAlive> read_keep_alive(std::string_view text) {
  Result<Nanoseconds> time = parse_duration(text);
  if (time) return or_forever(*time);
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return time;
  return seconds_to_keep(static_cast<double>(seconds));
}

}  // namespace axllama::ollama
