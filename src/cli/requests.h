// The bodies of the requests that the commands send, as JSON text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/message.h"
#include "core/options.h"
#include "core/request.h"

namespace axllama::cli {

// What all questions to one model have in common.
struct Ask {
  std::string model = {};
  Format format = {};
  std::optional<Think> think = {};  // nothing: the model's own way
  std::string keep_alive = {};      // Go duration; empty: the server's default
  OptionList options = {};
  std::string device = {};  // as parse_device takes it; empty: the server decides
};

// `images`: files, as they are.
std::string generate_body(const Ask& ask, std::string_view prompt,
                          const std::vector<std::string>& images = {});
std::string chat_body(const Ask& ask, std::span<const Message> messages);
// /api/generate without a prompt: loads the model.
std::string load_body(const Ask& ask);
// /api/generate that lets the model go.
std::string unload_body(std::string_view model);

struct EmbedAsk {
  std::string model = {};
  std::string input = {};
  bool truncate = true;
  int64_t dimensions = 0;  // 0: all
  std::string keep_alive = {};
  std::string device = {};
};
std::string embed_body(const EmbedAsk& ask);

// /api/show and /api/delete.
std::string model_body(std::string_view model);
std::string show_body(std::string_view model, bool verbose);
std::string copy_body(std::string_view source, std::string_view destination);

// What /api/create makes a model of. Empty members are not sent.
struct NewModel {
  std::string name = {};
  std::string from = {};                                           // a model on the server
  std::vector<std::pair<std::string, std::string>> files = {};     // file name, "sha256:..."
  std::vector<std::pair<std::string, std::string>> adapters = {};  // the same
  std::optional<std::string> go_template = {};
  std::optional<std::string> system = {};
  std::vector<std::string> licenses = {};
  OptionList parameters = {};
  std::vector<Message> messages = {};
  std::string quantize = {};
  std::string renderer = {};
  std::string parser = {};
  std::string required_version = {};
};
std::string create_body(const NewModel& model);

// --format: "json" or a JSON schema; kInvalidArgument for anything else.
Result<Format> parse_format(std::string_view text);
// --think: true, false or a level; kInvalidArgument for anything else.
Result<Think> parse_think(std::string_view text);

}  // namespace axllama::cli
