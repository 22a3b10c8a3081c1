#include "token/special_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>

namespace axllama {
namespace {

// Names between "<" or "</" and ">" that are part of an answer.
constexpr std::array<std::string_view, 42> kShown = {"think",      "tool_call", "tool_response",
                                                     "tools",      "answer",    "function",
                                                     "parameter",  "param",     "arg_key",
                                                     "arg_value",  "table",     "caption",
                                                     "thead",      "tbody",     "tfoot",
                                                     "tr",         "th",        "td",
                                                     "h1",         "h2",        "h3",
                                                     "h4",         "h5",        "h6",
                                                     "blockquote", "sup",       "sub",
                                                     "b",          "i",         "u",
                                                     "strong",     "em",        "code",
                                                     "pre",        "ul",        "ol",
                                                     "li",         "p",         "br",
                                                     "a",          "span",      "div"};

// Ends of a turn first, then ends of a text. llama.cpp ends an answer at each of them by its name.
constexpr std::array<std::string_view, 12> kEnds = {"<|im_end|>",
                                                    "<end_of_turn>",
                                                    "<turn|>",
                                                    "<|eot_id|>",
                                                    "<end_of_utterance>",
                                                    "<|end|>",
                                                    "<|endoftext|>",
                                                    "<|end_of_text|>",
                                                    "</s>",
                                                    "<eos>",
                                                    "<\uff5cend\u2581of\u2581sentence\uff5c>",
                                                    "<|return|>"};

// What begins a text, where the file names no such token; templates may write it.
constexpr std::array<std::string_view, 7> kBegins = {"<bos>",
                                                     "<s>",
                                                     "<|begin_of_text|>",
                                                     "<|begin_of_sentence|>",
                                                     "<\uff5cbegin\u2581of\u2581sentence\uff5c>",
                                                     "<\uff5chy_begin\u2581of\u2581sentence\uff5c>",
                                                     "<|endoftext|>"};

// Places for the ids of stops that llama.cpp doesn't know by name: eos, eot and eom.
constexpr size_t kPlaces = 3;

bool has_brackets(std::string_view text) {
  return text.size() > 2 && ((text.front() == '<' && text.back() == '>') ||
                             (text.front() == '[' && text.back() == ']'));
}

bool is_known_end(std::string_view text) {
  return std::ranges::find(kEnds, text) != kEnds.end();
}

void drop_unusable_tokens(TokenizerSource& source) {
  std::unordered_map<std::string_view, size_t> seen;
  std::vector<size_t> unusable;
  for (size_t id = 0; id < source.tokens.size(); ++id) {
    const std::string& text = source.tokens[id].text;
    const bool usable = !text.empty() && text.find('\0') == std::string::npos;
    if (!usable || !seen.emplace(text, id).second) unusable.push_back(id);
  }
  std::vector<std::string> names;
  for (const size_t id : unusable) {
    std::string name = fmt::format("[PAD{}]", id);
    while (seen.contains(name)) name += '_';
    names.push_back(std::move(name));
  }
  for (size_t i = 0; i < unusable.size(); ++i) {
    source.tokens[unusable[i]] = {std::move(names[i]), TokenType::kUnused, 0};
  }
}

Result<void> check_ids(const TokenizerSource& source) {
  std::vector<int> ids = source.stops;
  for (const int id : {source.bos, source.eos, source.pad}) {
    if (id != -1) ids.push_back(id);
  }
  for (const int id : ids) {
    if (id >= 0 && static_cast<size_t>(id) < source.tokens.size()) continue;
    return fail(ErrorCode::kCorrupt,
                fmt::format("special token {} is outside the {} tokens", id, source.tokens.size()));
  }
  return {};
}

const SourceToken& token(const TokenizerSource& source, int id) {
  return source.tokens[static_cast<size_t>(id)];
}

int best_stop(const TokenizerSource& source) {
  for (const std::string_view name : kEnds) {
    for (const int id : source.stops) {
      if (token(source, id).text == name) return id;
    }
  }
  return source.stops.empty() ? -1 : source.stops.front();
}

// Id of the first of `names` that is a token; -1 when none is.
int find_name(const TokenizerSource& source, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = std::ranges::find(source.tokens, name, &SourceToken::text);
    if (found != source.tokens.end()) return static_cast<int>(found - source.tokens.begin());
  }
  return -1;
}

// Leaves in `stops` only what llama.cpp must be told, and makes all of them control tokens.
Result<void> settle_stops(TokenizerSource& source) {
  std::vector<int> told;
  for (const int id : source.stops) {
    SourceToken& stop = source.tokens[static_cast<size_t>(id)];
    if (stop.type == TokenType::kUnused) continue;
    stop.type = TokenType::kControl;
    const bool repeated = std::ranges::find(told, id) != told.end();
    if (id != source.eos && !repeated && !is_known_end(stop.text)) told.push_back(id);
  }
  if (told.size() + 1 > kPlaces) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the tokenizer names {} stop tokens; {} with names of their own can be "
                            "had",
                            source.stops.size(), kPlaces));
  }
  source.stops = std::move(told);
  return {};
}

}  // namespace

TokenType type_of_added_token(std::string_view text) {
  if (!has_brackets(text)) return TokenType::kUserDefined;
  std::string_view name = text.substr(1, text.size() - 2);
  if (name.starts_with('/')) name.remove_prefix(1);
  const bool shown = std::ranges::find(kShown, name) != kShown.end();
  return shown ? TokenType::kUserDefined : TokenType::kControl;
}

Result<void> finish_tokenizer(TokenizerSource& source) {
  drop_unusable_tokens(source);
  AX_CHECK(check_ids(source));
  if (source.eos == -1) source.eos = best_stop(source);
  if (source.eos == -1) source.eos = find_name(source, kEnds);
  if (source.eos == -1) {
    return fail(ErrorCode::kUnsupported, "the tokenizer names no token that ends an answer");
  }
  if (source.bos == -1) source.bos = find_name(source, kBegins);
  source.stops.push_back(source.eos);
  return settle_stops(source);
}

}  // namespace axllama
