// What a tokenizer is, as llama.cpp's vocabulary wants it: what AXERA's text files and Hugging Face
// folders are read into, and what a vocabulary file is written from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace axllama {

enum class TokenizerModel {
  kByteBpe,       // byte-level BPE; texts in GPT-2's byte alphabet ("\u0120" for a blank)
  kSpaceBpe,      // BPE over characters, "\u2581" for a blank, pieces "<0xHH>" for bytes (Gemma 4)
  kSentencePiece  // the pair whose text has the highest score is joined; else like kSpaceBpe
};

// Numbers as in GGUF files.
enum class TokenType {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,      // only matched where special tokens are parsed; not shown
  kUserDefined = 4,  // matched everywhere before anything else; shown
  kUnused = 5,       // never made of a text; shows nothing
  kByte = 6          // "<0xHH>"
};

struct SourceToken {
  std::string text;  // control and user-defined tokens: as it stands in a text
  TokenType type = TokenType::kNormal;
  float score = 0;  // kSentencePiece only
};

struct TokenizerSource {
  TokenizerModel model = TokenizerModel::kByteBpe;
  std::string pre;                  // llama.cpp's name of the pre-tokenizer; kByteBpe only
  std::vector<SourceToken> tokens;  // by id
  std::vector<std::string> merges;  // "LEFT RIGHT" in the tokens' spelling, first rank first; BPE
  int bos = -1;                     // ids; -1: none
  int eos = -1;
  int pad = -1;
  std::vector<int> stops;         // ids that end an answer, besides eos
  bool add_bos = false;           // in front of every text
  bool add_eos = false;           // behind it
  bool add_space_prefix = false;  // kSentencePiece: a blank in front of every text
  std::string chat_template;      // Jinja; may be empty
};

// Bounds on what a tokenizer file may claim.
constexpr size_t kMostTokens = 1'000'000;
constexpr size_t kLongestToken = 1024;  // bytes

}  // namespace axllama
