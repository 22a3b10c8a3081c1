// What the server answers, read from its JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "core/message.h"

namespace axllama::cli {

using Time = std::chrono::system_clock::time_point;

// Times and counts of one answer.
struct Metrics {
  Nanoseconds total{0}, load{0}, prompt_time{0}, answer_time{0};
  int64_t prompt_tokens = 0, answer_tokens = 0;
};

// One line of a streamed answer of /api/generate or /api/chat.
struct Chunk {
  std::string thinking = {};
  std::string content = {};
  bool done = false;
  Metrics metrics = {};  // with done
};

struct ListedModel {
  std::string name;
  std::string digest;  // hexadecimal
  uint64_t size = 0;
  Time modified;
};

struct LoadedModel {
  std::string name;
  std::string digest;
  uint64_t size = 0, size_vram = 0;
  std::string format = {};  // of its files: "gguf"
  int64_t context = 0;
  std::optional<Time> until;  // nothing: for ever
};

struct LoadingModel {
  std::string name;
  double share = 0;  // loaded so far, 0..1
};

struct ShownModel {
  std::string license, modelfile, parameters, go_template, system;
  std::string family, parameter_size, quantization;
  // Of model_info; empty or 0 when it doesn't say.
  std::string architecture;
  uint64_t parameter_count = 0;
  int64_t context_length = 0, embedding_length = 0;
  std::string requires_version;
  std::vector<Message> messages;  // its own
  struct Projector {
    std::string architecture = {};
    uint64_t parameter_count = 0;
    int64_t embedding_length = 0, dimensions = 0;  // 0: not told
  };
  std::optional<Projector> projector;
  std::vector<std::string> capabilities;
  std::vector<std::pair<std::string, std::string>> metadata;  // model_info's scalars, as text
  struct Tensor {
    std::string name = {}, type = {}, shape = {};
  };
  std::vector<Tensor> tensors;

  bool can(std::string_view capability) const;
};

// One line of a streamed /api/create and the like.
struct ProgressLine {
  std::string status;
  std::string digest;
  uint64_t total = 0, completed = 0;
};

// A line or body {"error":...} is that error (kInternal); what is no JSON object is kCorrupt.
Result<Chunk> read_chunk(std::string_view json);
Result<std::vector<ListedModel>> read_list(std::string_view json);
Result<std::vector<LoadedModel>> read_loaded(std::string_view json);
// The model that /api/ps says is being loaded; nothing when there is none, or the server doesn't
// tell, as Ollama's.
std::optional<LoadingModel> read_loading(std::string_view json);
Result<ShownModel> read_shown(std::string_view json);
Result<ProgressLine> read_progress(std::string_view json);
Result<std::string> read_version(std::string_view json);
// The first embedding of an answer of /api/embed, as a compact JSON array.
Result<std::string> read_embedding(std::string_view json);

// The error of an answer with an error status, whatever its body is.
Error read_error(int status, std::string_view body);

// RFC 3339 with any offset; nothing when it isn't.
std::optional<Time> parse_time(const std::string& text);

}  // namespace axllama::cli
