#include "api/whole_answer.h"

#include "api/overload.h"

namespace axllama {
namespace {

template <class T>
void append(std::vector<T>& list, const std::vector<T>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

}  // namespace

void WholeAnswer::add(const Event& event) {
  std::visit(Overload{
                 [](const Started&) {},
                 [this](const Thinking& piece) {
                   thinking += piece.text;
                   append(logprobs, piece.logprobs);
                 },
                 [this](const Content& piece) {
                   content += piece.text;
                   append(logprobs, piece.logprobs);
                 },
                 [this](const ToolCalls& more) { append(calls, more.calls); },
                 [this](const Done& end) { done = end; },
                 [](const Failed&) {},
             },
             event);
}

}  // namespace axllama
