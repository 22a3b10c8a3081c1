// Walks a template's tree over its data and writes what comes of it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "go_template/functions.h"
#include "go_template/template.h"
#include "go_template/value.h"

namespace axllama::go_template {

// One execution. Borrows the template.
class Executor {
 public:
  Executor(const Template& pattern, const Limits& limits)
      : template_(pattern), limits_(limits), end_(Clock::now() + limits.time) {}
  Result<std::string> run(const Value& data);

 private:
  using Clock = std::chrono::steady_clock;
  enum class Flow { kNext, kBreak, kContinue };
  struct Variable {
    std::string name;
    Value value;
  };
  struct Depth;  // counts one level down and up again

  // Statements (executor.cc).
  Result<Flow> walk(const Value& dot, const Node& node);
  Result<Flow> walk_list(const Value& dot, const Node& list);
  Result<Flow> walk_branch(const Value& dot, const Node& node);
  Result<Flow> walk_range(const Value& dot, const Node& node);
  Result<Flow> walk_items(const Value& items, const Node& node, bool& any);
  Result<Flow> walk_once(const Node& node, const Value& index, const Value& item);
  Result<Flow> walk_template(const Value& dot, const Node& node);
  Result<void> write(std::string_view text);
  Result<void> print(const Value& value);

  // Expressions (evaluate.cc). `final`: what the pipeline so far gave, for the last argument;
  // nullptr when this is its beginning.
  Result<Value> pipeline(const Value& dot, const Node& pipe);
  Result<Value> command(const Value& dot, const Node& command, const Value* final);
  Result<Value> first_word(const Value& dot, const Node& command, const Value* final);
  Result<Value> chain(const Value& dot, const Node& node, size_t arguments, const Value* final);
  Result<Value> variable(const Node& node, size_t arguments, const Value* final);
  Result<Value> path(const Value& start, std::span<const std::string> names, bool has_arguments);
  Result<Value> field(const Value& holder, const std::string& name, bool has_arguments);
  Result<Value> call(const Value& dot, const Node& name, std::span<const NodePtr> arguments,
                     const Value* final, const Node& whole);
  Result<Value> call_and_or(const Value& dot, const Function& function,
                            std::span<const NodePtr> arguments, const Value* final);
  Result<void> check_count(const Function& function, size_t arguments, bool has_final);
  Result<Value> argument(const Value& dot, const Node& node, Parameter parameter);
  Result<Value> operand(const Value& dot, const Node& node);
  Result<Value> checked(Value value, Parameter parameter);
  Result<Value> constant(const Node& node);
  Result<void> not_a_function(const Node& command, const Value* final);
  Result<void> set_variable(const std::string& name, const Value& value);

  std::unexpected<Error> error(const std::string& message) const;
  Result<void> step();
  Result<void> check_size(const Value& value);

  const Template& template_;
  const Limits& limits_;
  Clock::time_point end_;
  std::string name_;            // of the template being executed
  const Node* node_ = nullptr;  // where errors are
  std::vector<Variable> variables_;
  size_t frame_ = 0;  // first variable of this template; others can't be seen
  std::string out_;
  size_t steps_ = 0;
  int depth_ = 0;
};

}  // namespace axllama::go_template
