// What every kind of chat template can do.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "chat/chat.h"

namespace axllama {

struct AnswerParser::State {
  virtual ~State() = default;
  virtual std::vector<Event> push(std::string_view text) = 0;
  virtual std::vector<Event> finish() = 0;
  virtual std::unique_ptr<State> copy() const = 0;
};

struct ChatTemplate::State {
  virtual ~State() = default;
  virtual Result<RenderedChat> render(const ChatRequest& request) const = 0;
  virtual bool supports_tools() const = 0;
  virtual bool supports_thinking() const = 0;
};

// kInvalidArgument in Go's words when the text is no Go template. Borrows the vocabulary.
Result<std::unique_ptr<ChatTemplate::State>> make_go_template(std::string_view text,
                                                              const Vocabulary& vocabulary);

}  // namespace axllama
