#include <fmt/format.h>

#include <algorithm>

#include "token/axera_kinds.h"
#include "token/base64_text.h"
#include "token/byte_alphabet.h"
#include "token/pieces.h"
#include "token/pre_tokenizer.h"
#include "token/rank_merges.h"
#include "token/special_tokens.h"
#include "token/utf8.h"

namespace axllama {
namespace {

Result<TokenizerSource> read_bytes(TextLines& lines, const AxeraHead& head) {
  TokenizerSource source;
  for (size_t id = 0; id < head.tokens; ++id) {
    AX_TRY(const std::string_view line, token_line(lines, head, id));
    auto bytes = bytes_of_base64(line);
    if (!bytes || bytes->size() > kLongestToken) return lines.wrong("no token in base64");
    source.tokens.push_back({std::move(*bytes), TokenType::kNormal, 0});
  }
  return source;
}

bool is_damaged(std::string_view text) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n';
  };
  return valid_utf8_prefix(text) != text.size() || std::ranges::any_of(text, is_control);
}

// The writer takes every token for one in the byte alphabet and undoes that, which turns texts that
// only look like it into other bytes. This does it again.
void repair(std::string& text) {
  if (is_damaged(text)) text = to_byte_alphabet(text);
}

// Pieces whose merge rules are lost: id order is rank order, so the pair that makes the lowest id
// has the highest score.
Result<void> make_pieces(const AxeraHead& head, TokenizerSource& source) {
  source.model = TokenizerModel::kSentencePiece;
  for (size_t id = 0; id < source.tokens.size(); ++id) {
    repair(source.tokens[id].text);
    source.tokens[id].score = -static_cast<float>(id);
  }
  for (const int id : head.special) {
    SourceToken& token = source.tokens[static_cast<size_t>(id)];
    if (!is_white_space_piece(token.text)) token.type = type_of_added_token(token.text);
  }
  return settle_byte_pieces(source);
}

void derive_merges(const std::vector<SourceToken>& tokens, std::vector<std::string>& merges) {
  std::vector<std::string> ranked(tokens.size());
  for (size_t id = 0; id < tokens.size(); ++id) {
    if (tokens[id].type == TokenType::kNormal) ranked[id] = tokens[id].text;
  }
  for (const auto& [left, right] : merges_of_ranks(ranked)) {
    merges.push_back(to_byte_alphabet(left) + ' ' + to_byte_alphabet(right));
  }
}

void make_byte_bpe(const AxeraHead& head, TokenizerSource& source) {
  for (const int id : head.special) {
    SourceToken& token = source.tokens[static_cast<size_t>(id)];
    repair(token.text);
    token.type = type_of_added_token(token.text);
  }
  derive_merges(source.tokens, source.merges);
  for (SourceToken& token : source.tokens) {
    if (token.type == TokenType::kNormal) token.text = to_byte_alphabet(token.text);
  }
}

}  // namespace

Result<TokenizerSource> read_tiktoken_lines(TextLines& lines, const AxeraHead& head,
                                            std::string_view tokenizer_type) {
  AX_TRY(TokenizerSource source, read_bytes(lines, head));
  if (has_marked_blanks(source.tokens, " ")) {
    AX_CHECK(make_pieces(head, source));
    return source;
  }
  make_byte_bpe(head, source);
  AX_TRY(source.pre, pre_tokenizer_of_family(tokenizer_type, 0, source.tokens));
  return source;
}

}  // namespace axllama
