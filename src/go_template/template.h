// A template in the language of Go's text/template, as Ollama uses it: option missingkey=zero, and
// Ollama's functions beside the built-in ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "go_template/node.h"
#include "go_template/value.h"

namespace axllama::go_template {

// What one execution may take. A template comes from a stranger, who may have written it to hurt.
struct Limits {
  int depth = 1000;                  // templates, blocks and parentheses within one another
  size_t output = size_t{64} << 20;  // bytes; also of any text that is made on the way
  size_t steps = 20'000'000;         // nodes executed
  std::chrono::milliseconds time{5000};
};

// Immutable; any thread may call.
class Template {
 public:
  // kInvalidArgument in Go's words: `template: :LINE: what is wrong`.
  static Result<Template> parse(std::string_view text);

  // kInvalidArgument in Go's words: `template: :LINE:COLUMN: executing "" at <.X>: what is wrong`,
  // and when a limit is met.
  Result<std::string> execute(const Value& data, const Limits& limits = {}) const;

  const std::string& text() const { return text_; }
  const NodePtr& root() const { return trees_.at(""); }
  // Those that it defines, and itself as "".
  const std::map<std::string, NodePtr>& trees() const { return trees_; }
  // The same with another tree in the place of the main one.
  Template with_root(NodePtr root) const;

 private:
  Template(std::string text, std::map<std::string, NodePtr> trees)
      : text_(std::move(text)), trees_(std::move(trees)) {}

  std::string text_;
  std::map<std::string, NodePtr> trees_;
};

}  // namespace axllama::go_template
