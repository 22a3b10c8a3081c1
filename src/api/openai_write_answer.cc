#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "api/openai.h"
#include "api/openai_pieces.h"
#include "api/overload.h"

namespace axllama::openai {

// What one object of an answer says.
struct Piece {
  int64_t index = 0;   // of its choice
  bool opens = false;  // the first of its choice
  std::optional<std::string_view> content = {};
  std::string_view thinking = {};
  std::span<const ToolCall> calls = {};
  std::span<const TokenLogprob> logprobs = {};
  std::span<const int64_t> offsets = {};  // of these tokens in the whole content
  const char* finish = nullptr;
};

namespace {

using json::Writer;

const std::string kEnd = "data: [DONE]\n\n";

const char* finish_of(const Done& done, bool called) {
  if (called) return "tool_calls";
  return done.reason == DoneReason::kLength ? "length" : "stop";
}

void write_message(Writer& writer, const char* name, const Piece& piece) {
  writer.object(name, [&](Writer& message) {
    if (piece.opens) message.text("role", "assistant");
    if (piece.content) message.text("content", *piece.content);
    message.text_if("reasoning", piece.thinking);
    message.array_if("tool_calls", piece.calls, append_tool_call);
  });
}

void write_finish(Writer& writer, const Piece& piece) {
  if (piece.finish == nullptr) {
    writer.null("finish_reason");
  } else {
    writer.text("finish_reason", piece.finish);
  }
}

void append_chat_choice(const char* message, const Piece& piece, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.integer("index", piece.index);
    write_message(writer, message, piece);
    write_finish(writer, piece);
    write_logprobs(writer, piece.logprobs);
  });
}

void append_chunk_choice(const Piece& piece, std::string& out) {
  append_chat_choice("delta", piece, out);
}

void append_whole_choice(const Piece& piece, std::string& out) {
  append_chat_choice("message", piece, out);
}

void append_text_choice(const Piece& piece, std::string& out) {
  json::append_object(out, [&](Writer& writer) {
    writer.text("text", piece.content.value_or(""));
    writer.integer("index", piece.index);
    write_finish(writer, piece);
    write_text_logprobs(writer, piece.logprobs, piece.offsets);
  });
}

// What the objects of one kind have in common.
struct Form {
  const char* object;
  void (*append_choice)(const Piece&, std::string&);
};

constexpr Form kChatChunk{"chat.completion.chunk", append_chunk_choice};
constexpr Form kWholeChat{"chat.completion", append_whole_choice};
constexpr Form kText{"text_completion", append_text_choice};

// `choices`: a piece each. `usage`: absent on chunks.
std::string object_text(const Form& form, const Stamp& stamp, const std::string& model,
                        std::span<const Piece> choices, const Done* usage) {
  return json::object_text([&](Writer& writer) {
    writer.text("id", stamp.id);
    writer.text("object", form.object);
    writer.integer("created", unix_seconds(stamp.created));
    writer.text("model", model);
    writer.text("system_fingerprint", "fp_ollama");
    writer.array("choices", choices, form.append_choice);
    if (usage != nullptr) {
      write_usage(writer, usage->prompt_tokens, usage->cached_tokens, usage->answer_tokens);
    }
  });
}

}  // namespace

AnswerWriter::AnswerWriter(Route route, std::string model, Stamp stamp, bool include_usage,
                           int64_t choices)
    : route_(route),
      model_(std::move(model)),
      stamp_(std::move(stamp)),
      include_usage_(include_usage),
      choices_(choices) {}

std::string AnswerWriter::chunk(Piece piece) {
  const Form& form = route_ == Route::kChat ? kChatChunk : kText;
  piece.index = choice_.index;
  piece.opens = !std::exchange(choice_.begun, true);
  if (piece.opens && !piece.content) piece.content = "";
  piece.offsets = choice_.offsets;
  std::string text = server_event({}, object_text(form, stamp_, model_, {&piece, 1}, nullptr));
  choice_.offsets.clear();
  return text;
}

void AnswerWriter::count(const Done& done) {
  if (choice_.index == 0)
    usage_ = Done{.prompt_tokens = done.prompt_tokens, .cached_tokens = done.cached_tokens};
  usage_.answer_tokens += done.answer_tokens;
}

std::string AnswerWriter::end(const Done& done) {
  std::string text = chunk({.finish = finish_of(done, choice_.called)});
  count(done);
  const bool last = is_last_choice();
  choice_ = Choice{.index = choice_.index + 1};
  if (!last) return text;
  if (include_usage_) {
    const Form& form = route_ == Route::kChat ? kChatChunk : kText;
    text += server_event({}, object_text(form, stamp_, model_, {}, &usage_));
  }
  return text + kEnd;
}

// Notes where each token stands. A token may come before its text does, or be markup without any.
void AnswerWriter::place(const Event& event) {
  const auto* content = std::get_if<Content>(&event);
  if (content == nullptr || route_ != Route::kCompletion) return;
  int64_t at = choice_.characters;
  choice_.characters += characters(content->text);
  for (const TokenLogprob& each : content->logprobs) {
    choice_.offsets.push_back(std::min(at, choice_.characters));
    at += characters(each.token);
  }
}

bool AnswerWriter::has_place(const Event& event) const {
  return route_ == Route::kChat ||
         !(std::holds_alternative<Thinking>(event) || std::holds_alternative<ToolCalls>(event));
}

std::string AnswerWriter::line(const Event& event) {
  if (!has_place(event)) return {};
  place(event);
  return std::visit(
      Overload{
          [](const Started&) { return std::string(); },
          [this](const Thinking& piece) {
            return chunk({.content = "", .thinking = piece.text, .logprobs = piece.logprobs});
          },
          [this](const Content& piece) {
            return chunk({.content = piece.text, .logprobs = piece.logprobs});
          },
          [this](const ToolCalls& piece) {
            choice_.called = true;
            return chunk({.content = "", .calls = piece.calls});
          },
          [this](const Done& done) { return end(done); },
          [](const Failed& failed) { return server_event({}, error_body(failed.error)) + kEnd; },
      },
      event);
}

void AnswerWriter::gather(const Event& event) {
  if (!has_place(event)) return;
  place(event);
  choice_.answer.add(event);
  const auto* done = std::get_if<Done>(&event);
  if (done == nullptr) return;
  count(*done);
  const int64_t next = choice_.index + 1;
  gathered_.push_back(std::exchange(choice_, Choice{.index = next}));
}

std::string AnswerWriter::whole() const {
  std::vector<Piece> pieces;
  for (const Choice& choice : gathered_) {
    const WholeAnswer& answer = choice.answer;
    pieces.push_back({.index = choice.index,
                      .opens = true,
                      .content = answer.content,
                      .thinking = answer.thinking,
                      .calls = answer.calls,
                      .logprobs = answer.logprobs,
                      .offsets = choice.offsets,
                      .finish = finish_of(answer.done.value_or(Done{}), !answer.calls.empty())});
  }
  const Form& form = route_ == Route::kChat ? kWholeChat : kText;
  return object_text(form, stamp_, model_, pieces, &usage_);
}

}  // namespace axllama::openai
