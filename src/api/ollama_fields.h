// Readers of the fields that several of Ollama's requests have.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/json_decoder.h"
#include "api/ollama.h"

namespace axllama::ollama {

// kInvalidArgument "missing request body" for white space, else Go's JSON texts.
Result<json::Document> parse_body(std::string_view body);

bool read_keep_alive(json::Decoder& decoder, json::Value value, std::optional<KeepAlive>& out);
bool read_think(json::Decoder& decoder, json::Value value, std::optional<Think>& out);
bool read_device(json::Decoder& decoder, json::Value value, std::optional<DeviceWish>& out);
bool read_images(json::Decoder& decoder, json::Value value, std::vector<std::string>& out);
bool read_messages(json::Decoder& decoder, json::Value value, std::vector<Message>& out);
bool read_tools(json::Decoder& decoder, json::Value value, std::vector<Tool>& out);

// Ollama takes an empty text for an absent one.
inline std::optional<std::string> if_given(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

// `raw`: the field as it was given; empty when it was absent. kInternal for any other than null,
// "", "json" and an object.
Result<Format> read_format(std::string_view raw);

// The members of `options`, of which the last of each name counts. They are judged after the whole
// body is read, for Ollama answers a wrong one with another status than a wrong field.
class OptionFields {
 public:
  bool read(json::Decoder& decoder, json::Value value);
  // The options in the order given, null ones left out; kInternal `option "x" must be of type y`.
  // `ignored` is told the names that are no options.
  Result<OptionList> list(std::vector<std::string>& ignored) const;

 private:
  std::vector<std::pair<std::string, json::Value>> given_;
  std::unordered_map<std::string, size_t> place_;  // of each name in given_
};

}  // namespace axllama::ollama
