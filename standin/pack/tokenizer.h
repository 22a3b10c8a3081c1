// A model's tokenizer as data: what GGUF and tokenizer.json both say, before it is written again.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace axllama::pack {

// GGUF's numbers, which AXERA's text file shares.
enum class TokenType {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

struct Tokenizer {
  enum class Kind { kNone, kBpe, kSentencePiece };
  Kind kind = Kind::kNone;
  // By id. BPE: normal tokens in GPT-2's byte alphabet, added ones verbatim. SentencePiece: pieces
  // with U+2581 for a blank.
  std::vector<std::string> tokens = {};
  std::vector<TokenType> types = {};     // as many as tokens
  std::vector<float> scores = {};        // SentencePiece: as many as tokens
  std::vector<std::string> merges = {};  // BPE: "LEFT RIGHT", by rank
  std::string pre = {};         // BPE: a name of kPreTokenizers, or another; "" when unknown
  std::vector<int> stops = {};  // ids that end an answer, ascending, no duplicates
  int bos = -1;
  bool add_bos = false;
  bool normalize_nfc = false;
  std::string chat_template = {};  // Jinja; may be empty
  std::filesystem::path folder =
      {};  // of a Hugging Face source, whose files can be copied; or empty

  // An "added token": matched in text before anything else.
  bool added(size_t id) const {
    return types[id] == TokenType::kControl || types[id] == TokenType::kUserDefined;
  }
};

// How a byte-level BPE splits text first.
struct PreTokenizer {
  std::string_view name;   // GGUF's tokenizer.ggml.pre
  std::string_view regex;  // of tokenizer.json's Split
  int family;              // F of AXERA's text file (spec/models.md 5.4)
};
// nullptr for what the table doesn't have.
const PreTokenizer* find_pre_tokenizer(std::string_view name);
const PreTokenizer* find_pre_tokenizer_by_regex(std::string_view regex);

// The ids of the tokens among `names` that there are, put into `stops`.
void add_stops_by_name(Tokenizer& tokenizer);

}  // namespace axllama::pack
