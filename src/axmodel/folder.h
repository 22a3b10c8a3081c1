// What is in a model folder: the layer files, the head, the embedding table, the tokenizer, and all
// that can be known of them without a device.
//
// The containers are what counts. config.json only says which files belong together; it may be
// missing, empty, or wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace axllama::axmodel {

// A shape group of the layer files that evaluates one token.
struct DecodeGroup {
  int group = 0;  // index in the container
  int cache = 0;  // rows of K/V cache it reads: the most tokens that may come before
  bool operator==(const DecodeGroup&) const = default;
};

// A shape group that evaluates a chunk of tokens.
struct ChunkGroup {
  int group = 0;
  int history = 0;  // rows of K/V cache it reads; 0: the first chunk, without history
  bool operator==(const ChunkGroup&) const = default;
};

// Sampling defaults of post_config.json; absent where the file or its enable flag says so.
struct SamplingDefaults {
  std::optional<double> temperature;
  std::optional<double> repeat_penalty;
  std::optional<int> repeat_last_n;
  std::optional<int> top_k;
  std::optional<double> top_p;
  bool operator==(const SamplingDefaults&) const = default;
};

// What a file takes.
struct FileBytes {
  uint64_t weights = 0;  // as loaded on the card
  uint64_t file = 0;
  bool operator==(const FileBytes&) const = default;
};

enum class TokenizerKind {
  kNone,
  kText,     // AXERA's text file
  kHfFolder  // a folder with tokenizer.json, or with vocab.json and merges.txt
};

// How an embedding model makes one vector of the rows of a text.
enum class EmbeddingPooling { kLast, kMean };

struct ModelFolder {
  std::string path;                 // that all files stand in, or below
  std::vector<std::string> layers;  // paths of the layer files, first layer first
  std::string head;                 // path of the post file
  std::string embeddings;           // path of the table: [embedding_rows, hidden] bf16, no header
  TokenizerKind tokenizer_kind = TokenizerKind::kNone;
  std::string tokenizer;  // path of the text file or of the folder
  std::string
      tokenizer_type;  // as config.json spells it ("Qwen3"), or guessed from file names; may be ""

  int hidden = 0;      // H
  int kv_size = 0;     // S: kv heads x head size; one row of K or V
  int chunk = 0;       // P: rows of a chunk group; 0: the model has only decode groups
  int vocabulary = 0;  // logits that the head gives (with top_k: embedding_rows); 0: it gives none
  int head_top_k = 0;  // 0: the head gives all logits; else this many values with their ids
  std::string head_hidden;  // the head's output that is its row after the final norm; may be empty
  int embedding_rows = 0;
  std::vector<DecodeGroup> decode;  // by growing cache; at least one
  std::vector<ChunkGroup> chunks;   // by growing history

  uint64_t weight_bytes = 0;           // of layers and head, as loaded on the card
  uint64_t largest_file = 0;           // bytes; a load needs the file once more while it lasts
  std::vector<FileBytes> layer_bytes;  // of each layer file; weight_bytes is the sum of all
  FileBytes head_bytes;
  std::string compiler_version;

  std::string system_prompt;
  std::vector<int> end_tokens;  // "eos" of config.json
  bool is_embedding = false;  // config.json says so, or the head gives no logits
  EmbeddingPooling pooling = EmbeddingPooling::kLast;  // of an embedding model
  std::string closing_token;  // that an embedding model wants behind every text; may be empty
  SamplingDefaults sampling;
  std::vector<std::string> remarks;  // what was odd and could be put right, one sentence each

  // The most tokens a conversation can have: the largest decode group's cache.
  int context() const { return decode.empty() ? 0 : decode.back().cache; }
};

// Finds config.json (at `path` or up to three folders below, the one with the key axmodel_num) or,
// without a usable one, the layer files themselves, reads every container's headers and derives the
// rest. Errors name the file and what is wrong with it, all of them that can be found in one go:
// kNotFound (no such folder, no layer files, a file that config.json names), kCorrupt (LFS stub,
// truncated file, layers that differ in shape, an embedding table whose size fits no hidden size),
// kUnsupported (another chip, linear-attention layers, M-RoPE indices, attention that looks both
// ways, several builds in one folder without a config that chooses).
Result<ModelFolder> describe_folder(const std::string& path);

}  // namespace axllama::axmodel
