// How models travel to and from other hosts: limits and patience, and what the environment says.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

namespace axllama::store {

// A blob is divided by `count` within these bounds, in bytes.
struct PartSizes {
  uint64_t count, smallest, largest;
};

// The numbers are Ollama's (spec/ollama.md 5.4), but for the parts of a pull: its digest is made
// while it comes, from the beginning on, and parts that are all under way at once until the end
// would leave that for afterwards.
struct TransferSettings {
  PartSizes pull{.count = 64, .smallest = 16'000'000, .largest = 64'000'000};
  PartSizes push{.count = 16, .smallest = 100'000'000, .largest = 1'000'000'000};
  size_t parts_at_once = 16;                  // of one blob
  int tries = 6;                              // without a byte of progress between them
  std::chrono::milliseconds stall{30'000};    // without a byte: the part is asked for again
  std::chrono::milliseconds back_off{1'000};  // before the second try; then twice as long
  std::chrono::milliseconds connect_time{30'000};
  std::string user_agent = "ollama/0.0.0";
  std::string proxy_http = {}, proxy_https = {}, no_proxy = {};  // as the environment writes them
  std::string ca_file = {}, ca_folder = {};                      // empty: the system's
  std::string hugging_face = "https://huggingface.co";           // without a slash at the end
  std::string hugging_face_token = {};

  // How many bytes of a part may come before it is written down how far it is: what a kill can
  // cost for each part under way.
  uint64_t note_every() const { return std::min<uint64_t>(1 << 20, pull.smallest); }
};

// `user_agent`: registries read the version of Ollama out of it. A value that can't be read is
// logged and its default holds.
TransferSettings transfer_settings_from_env(std::string user_agent);

// What registries want to see: "ollama/0.33.0 (arm64 linux) axllama/0.1.0".
std::string user_agent(const std::string& api_version, const std::string& own_version);

}  // namespace axllama::store
