#include "chat/answer_reader.h"

#include <chat-peg-parser.h>
#include <chat.h>

#include <algorithm>
#include <bitset>
#include <iterator>

namespace axllama {
namespace {

using Builder = common_chat_peg_builder;

constexpr std::string_view kSpace = " \t\r\n";

// What the syntax tree of a text tells about places, which the message made from it does not.
struct Places {
  size_t text_end = 0;
  bool ends_thinking = false;
  Section open = Section::kNone;  // the last text, where it can go on
  std::vector<size_t> tool_ends;
  std::vector<size_t> close_ends;
};

Places places_of(const common_peg_parse_context& context, const common_peg_parse_result& result) {
  Places places;
  context.ast.visit(result, [&](const common_peg_ast_node& node) {
    const bool thinking = node.tag == Builder::REASONING;
    if ((thinking || node.tag == Builder::CONTENT) && node.end > node.start) {
      places.text_end = node.end;
      places.ends_thinking = thinking;
      places.open = !node.is_partial ? Section::kNone
                    : thinking       ? Section::kThinking
                                     : Section::kContent;
    }
    if (node.is_partial) return;
    if (node.tag == Builder::TOOL) places.tool_ends.push_back(node.end);
    if (node.tag == Builder::TOOL_CLOSE) places.close_ends.push_back(node.end);
  });
  return places;
}

common_chat_msg message_of(common_chat_format format, const common_peg_parse_context& context,
                           const common_peg_parse_result& result) {
  common_chat_msg message;
  if (format == COMMON_CHAT_FORMAT_PEG_GEMMA4) {
    common_chat_peg_gemma4_mapper(message).from_ast(context.ast, result);
  } else if (format == COMMON_CHAT_FORMAT_PEG_MINIMAX_M3) {
    common_chat_peg_minimax_m3_mapper(message).from_ast(context.ast, result);
  } else {
    common_chat_peg_mapper(message).from_ast(context.ast, result);
  }
  return message;
}

common_peg_arena arena_of(const common_chat_params& params) {
  common_peg_arena arena;
  if (!params.parser.empty()) {
    arena.load(params.parser);
    return arena;
  }
  return build_chat_peg_parser([](Builder& p) { return p.content(p.rest()) + p.end(); });
}

}  // namespace

struct AnswerReader::Parser {
  common_peg_arena arena;
  common_chat_format format;
  std::string prompt;        // the answer's beginning that stands in the prompt
  std::bitset<256> markers;  // bytes that a marker can begin with
  std::vector<std::string> literals;
  std::vector<std::string> delimiters;  // what ends a text
  std::vector<std::string> end_tags;    // what ends thinking

  void add_marker(const std::string& marker) {
    if (!marker.empty()) markers.set(static_cast<unsigned char>(marker.front()));
  }
  bool leaves_unread(std::string_view rest) const;
  size_t behind_end_tag(std::string_view text, size_t end) const;
};

// Some parsers stop where they understand no more. They may leave white space and one stray
// delimiter behind; anything else was not read.
bool AnswerReader::Parser::leaves_unread(std::string_view rest) const {
  const size_t begin = rest.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return false;
  rest = rest.substr(begin, rest.find_last_not_of(kSpace) + 1 - begin);
  return std::ranges::none_of(
      delimiters, [&](const std::string& delimiter) { return delimiter.starts_with(rest); });
}

// Where thinking ends at `end`: behind the tag that closes it there.
size_t AnswerReader::Parser::behind_end_tag(std::string_view text, size_t end) const {
  const auto tag = std::ranges::find_if(
      end_tags, [&](const std::string& closing) { return text.substr(end).starts_with(closing); });
  return tag == end_tags.end() ? end : end + tag->size();
}

AnswerReader::AnswerReader(const common_chat_params& params) {
  auto parser = std::make_shared<Parser>(Parser{arena_of(params),
                                                params.format,
                                                params.generation_prompt,
                                                {},
                                                {},
                                                {},
                                                params.thinking_end_tags});
  if (params.parser.empty()) parser->prompt.clear();
  for (size_t id = 0; id < parser->arena.size(); ++id) {
    const auto& part = parser->arena.get(id);
    if (const auto* until = std::get_if<common_peg_until_parser>(&part))
      std::ranges::copy(until->delimiters, std::back_inserter(parser->delimiters));
    if (const auto* literal = std::get_if<common_peg_literal_parser>(&part))
      parser->literals.push_back(literal->literal);
  }
  for (const std::string& marker : parser->delimiters) parser->add_marker(marker);
  for (const std::string& marker : parser->end_tags) parser->add_marker(marker);
  for (const auto& trigger : params.grammar_triggers) parser->add_marker(trigger.value);
  parser->add_marker(params.thinking_start_tag);
  parser_ = std::move(parser);
}

Reading AnswerReader::read(std::string_view text) const {
  const size_t begin = parser_->prompt.size();
  common_peg_parse_context context(parser_->prompt + std::string(text),
                                   COMMON_PEG_PARSE_FLAG_LENIENT);
  const common_peg_parse_result result = parser_->arena.parse(context);
  Reading reading;
  const auto unread =
      std::string_view(context.input).substr(std::min(result.end, context.input.size()));
  reading.failed = result.fail() || (result.success() && parser_->leaves_unread(unread));
  if (reading.failed) return reading;
  reading.complete = result.success();
  common_chat_msg message = message_of(parser_->format, context, result);
  reading.thinking = std::move(message.reasoning_content);
  reading.content = std::move(message.content);
  for (auto& call : message.tool_calls)
    reading.calls.push_back({std::move(call.id), std::move(call.name), std::move(call.arguments)});
  Places places = places_of(context, result);
  if (places.ends_thinking)
    places.text_end = parser_->behind_end_tag(context.input, places.text_end);
  const auto from_text = [&](size_t place) { return place < begin ? 0 : place - begin; };
  reading.text_end = from_text(places.text_end);
  reading.call_ends = places.tool_ends.size() >= places.close_ends.size()
                          ? std::move(places.tool_ends)
                          : std::move(places.close_ends);
  for (size_t& end : reading.call_ends) end = from_text(end);
  if (places.text_end == context.input.size() && reading.calls.empty()) reading.open = places.open;
  return reading;
}

bool AnswerReader::is_plain(std::string_view text) const {
  return std::ranges::none_of(
      text, [&](char c) { return parser_->markers.test(static_cast<unsigned char>(c)); });
}

bool AnswerReader::begins_closing(std::string_view before, std::string_view text) const {
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return true;
  return std::ranges::any_of(parser_->literals, [&](const std::string& literal) {
    if (!literal.starts_with(text.substr(begin))) return false;
    return read(std::string(before) + std::string(text.substr(0, begin)) + literal).complete;
  });
}

}  // namespace axllama
