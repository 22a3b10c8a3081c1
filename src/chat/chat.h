// From messages to a prompt, and from the model's text back to thinking, content and tool calls:
// through a Jinja template and llama.cpp's parsers, or through a Go template as Ollama does.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/event.h"
#include "core/request.h"
#include "generate/sampler.h"

namespace axllama {

// Splits a growing answer. One thread at a time.
class AnswerParser {
 public:
  struct State;  // how the answers of one kind of template are split (chat/template_state.h)
  explicit AnswerParser(std::unique_ptr<State> state);
  AnswerParser(AnswerParser&&) noexcept;
  AnswerParser& operator=(AnswerParser&&) noexcept;
  ~AnswerParser();
  // Another parser that goes on from the same place.
  AnswerParser copy() const;

  // Takes the next piece of text and returns what it adds: Thinking, Content, and ToolCalls once a
  // call is complete. Text that can't be parsed (broken JSON in a call) comes out as Content: an
  // answer is never lost.
  std::vector<Event> push(std::string_view text);
  // The answer is over: what was held back.
  std::vector<Event> finish();

 private:
  std::unique_ptr<State> state_;
};

struct RenderedChat {
  // To be encoded with add_special and parse_special; marks stand for the images of the messages
  // (chat/image_marks.h).
  std::string prompt;
  Grammar grammar;                 // forces well-formed tool calls, or the wanted format
  std::vector<std::string> stops;  // further stop strings of this template
  std::vector<Token> preserved;    // control tokens whose text the parser needs to see
  AnswerParser parser;
};

// A compiled template. Immutable; any thread may call.
class ChatTemplate {
 public:
  // kInvalidArgument when there is no template, or with the position when it can't be parsed. The
  // vocabulary must outlive the template.
  static Result<ChatTemplate> create(const std::string& jinja, const Vocabulary& vocabulary);
  // The same of a Go template, errors in Go's words.
  static Result<ChatTemplate> create_go(std::string_view text, const Vocabulary& vocabulary);
  ChatTemplate(ChatTemplate&&) noexcept;
  ChatTemplate& operator=(ChatTemplate&&) noexcept;
  ~ChatTemplate();

  // A last message of the assistant is continued: the prompt ends with it. kInvalidArgument when
  // the template rejects the messages, with its reason, or when a schema or other JSON can't be
  // used; kInternal with Go's text when a Go template fails; kUnsupported for a suffix with Jinja.
  Result<RenderedChat> render(const ChatRequest& request) const;
  bool supports_tools() const;
  bool supports_thinking() const;

  struct State;  // one kind of template (chat/template_state.h)

 private:
  explicit ChatTemplate(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace axllama
