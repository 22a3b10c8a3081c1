#include "standin/pack/tokenizer_text.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "standin/pack/byte_alphabet.h"

namespace axllama::pack {
namespace {

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

// GGUF fills a vocabulary up to the embedding's rows with unused tokens; the tokenizer has no such.
size_t used_tokens(const Tokenizer& tokenizer) {
  size_t count = tokenizer.tokens.size();
  while (count > 0 && tokenizer.types[count - 1] == TokenType::kUnused) --count;
  return count;
}

std::string id_lines(const Tokenizer& tokenizer, size_t count, bool prefixed) {
  std::string ids;
  size_t special = 0;
  for (size_t id = 0; id < count; ++id) {
    if (!tokenizer.added(id)) continue;
    ids += fmt::format("{} ", id);
    ++special;
  }
  for (const int id : tokenizer.stops) ids += fmt::format("{} ", id);
  const bool prefix = prefixed && tokenizer.add_bos && tokenizer.bos >= 0;
  if (prefix) ids += fmt::format("{} ", tokenizer.bos);
  return fmt::format("{} {} {}\n{}\n", special, tokenizer.stops.size(), prefix ? 1 : 0, ids);
}

std::string with_blanks(std::string_view piece) {
  constexpr std::string_view kMark = "▁";
  std::string text;
  while (!piece.empty()) {
    const bool mark = piece.starts_with(kMark);
    text += mark ? ' ' : piece.front();
    piece.remove_prefix(mark ? kMark.size() : 1);
  }
  return text;
}

// The writer knows no user-defined type (spec/models.md 5.3): such pieces are normal ones.
int written_type(TokenType type) {
  return static_cast<int>(type == TokenType::kUserDefined ? TokenType::kNormal : type);
}

std::string sentence_piece_line(const Tokenizer& tokenizer, size_t id) {
  return fmt::format("{} {} {}\n", base64(with_blanks(tokenizer.tokens[id])), tokenizer.scores[id],
                     written_type(tokenizer.types[id]));
}

bool needs_base64(std::string_view token) {
  return token.empty() || token.find_first_of("\r\n") != std::string_view::npos ||
         token.starts_with("b64:");
}

std::string bpe_line(const std::string& token) {
  return (needs_base64(token) ? "b64:" + base64(token) : token) + "\n";
}

bool merge_needs_base64(std::string_view side) {
  return needs_base64(side) || side.find_first_of(" \t") != std::string_view::npos;
}

std::string merge_line(std::string_view merge) {
  const size_t blank = std::min(merge.find(' ', 1), merge.size() - 1);
  const std::string_view left = merge.substr(0, blank);
  const std::string_view right = merge.substr(blank + 1);
  if (!merge_needs_base64(left) && !merge_needs_base64(right)) return std::string(merge) + "\n";
  return fmt::format("b64:{} b64:{}\n", base64(left), base64(right));
}

std::string write_bpe(const Tokenizer& tokenizer, size_t count) {
  const PreTokenizer* pre = find_pre_tokenizer(tokenizer.pre);
  std::string text = fmt::format("{} {}", count, tokenizer.merges.size());
  text += pre != nullptr ? fmt::format(" {}\n", pre->family) : "\n";
  for (size_t id = 0; id < count; ++id) text += bpe_line(tokenizer.tokens[id]);
  for (const std::string& merge : tokenizer.merges) text += merge_line(merge);
  return text;
}

std::string write_lines(const Tokenizer& tokenizer, size_t count, TextKind kind) {
  if (kind == TextKind::kHuggingFaceBpe) return write_bpe(tokenizer, count);
  std::string text = fmt::format("{}\n", count);
  for (size_t id = 0; id < count; ++id) {
    text += kind == TextKind::kSentencePiece ? sentence_piece_line(tokenizer, id)
                                             : base64(bytes_of_token(tokenizer.tokens[id])) + "\n";
  }
  return text;
}

TextKind automatic_kind(const Tokenizer& tokenizer) {
  if (tokenizer.kind == Tokenizer::Kind::kSentencePiece) return TextKind::kSentencePiece;
  return ids_give_merge_order(tokenizer) ? TextKind::kTiktoken : TextKind::kHuggingFaceBpe;
}

}  // namespace

bool ids_give_merge_order(const Tokenizer& tokenizer) {
  std::unordered_map<std::string_view, size_t> ids;
  for (size_t id = 0; id < tokenizer.tokens.size(); ++id) ids.emplace(tokenizer.tokens[id], id);
  size_t last = 0;
  for (const std::string& merge : tokenizer.merges) {
    std::string joined = merge;
    joined.erase(std::min(joined.find(' ', 1), joined.size() - 1), 1);
    const auto found = ids.find(joined);
    if (found == ids.end() || found->second < last) return false;
    last = found->second;
  }
  return !tokenizer.merges.empty();
}

Result<std::string> tokenizer_text(const Tokenizer& tokenizer, TextKind kind) {
  if (tokenizer.kind == Tokenizer::Kind::kNone) {
    return fail(ErrorCode::kUnsupported, "the model has no tokenizer",
                "give --tokenizer none, or put its tokenizer.json beside it");
  }
  if (kind == TextKind::kAutomatic) kind = automatic_kind(tokenizer);
  const bool pieces = tokenizer.kind == Tokenizer::Kind::kSentencePiece;
  if (pieces != (kind == TextKind::kSentencePiece)) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("a {} tokenizer can't be written as kind {}",
                            pieces ? "SentencePiece" : "BPE", static_cast<int>(kind)));
  }
  const size_t count = used_tokens(tokenizer);
  return fmt::format("430 {}\n", static_cast<int>(kind)) + id_lines(tokenizer, count, pieces) +
         write_lines(tokenizer, count, kind);
}

}  // namespace axllama::pack
