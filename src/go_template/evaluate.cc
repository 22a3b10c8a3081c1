// The executor's expressions.
#include <fmt/format.h>

#include <utility>

#include "go_template/depth.h"
#include "go_template/executor.h"
#include "go_template/quote.h"

namespace axllama::go_template {

Result<Value> Executor::pipeline(const Value& dot, const Node& pipe) {
  node_ = &pipe;
  AX_CHECK(step());
  const Depth level(depth_);
  if (depth_ > limits_.depth) return error("exceeded maximum template depth");
  Value value;
  bool first = true;
  for (const NodePtr& part : pipe.nodes) {
    AX_TRY(Value next, command(dot, *part, first ? nullptr : &value));
    value = next.in_box(false);
    first = false;
  }
  for (const NodePtr& variable : pipe.declared) {
    if (pipe.assigns) {
      AX_CHECK(set_variable(variable->path[0], value));
    } else {
      variables_.push_back({variable->path[0], value});
    }
  }
  return value;
}

Result<void> Executor::set_variable(const std::string& name, const Value& value) {
  for (size_t i = variables_.size(); i > frame_; --i) {
    if (variables_[i - 1].name != name) continue;
    variables_[i - 1].value = value;
    return {};
  }
  return error("undefined variable: " + name);
}

Result<void> Executor::not_a_function(const Node& command, const Value* final) {
  if (command.nodes.size() <= 1 && final == nullptr) return {};
  return error("can't give argument to non-function " + command.nodes.front()->shown());
}

Result<Value> Executor::command(const Value& dot, const Node& command, const Value* final) {
  const Node& word = *command.nodes.front();
  const size_t arguments = command.nodes.size() - 1;
  switch (word.kind) {
    case NodeKind::kField:
      node_ = &word;
      return path(dot, word.path, arguments > 0 || final != nullptr);
    case NodeKind::kChain:
      return chain(dot, word, arguments, final);
    case NodeKind::kIdentifier:
      return call(dot, word, std::span(command.nodes).subspan(1), final, command);
    case NodeKind::kPipe:
      AX_CHECK(not_a_function(command, final));
      return pipeline(dot, word);
    case NodeKind::kVariable:
      if (word.path.size() == 1) {
        node_ = &word;
        AX_CHECK(not_a_function(command, final));
      }
      return variable(word, arguments, final);
    default:
      return first_word(dot, command, final);
  }
}

Result<Value> Executor::first_word(const Value& dot, const Node& command, const Value* final) {
  const Node& word = *command.nodes.front();
  node_ = &word;
  AX_CHECK(not_a_function(command, final));
  if (word.kind == NodeKind::kNil) return error("nil is not a command");
  if (word.kind == NodeKind::kDot) return dot;
  return operand(dot, word);
}

Result<Value> Executor::chain(const Value& dot, const Node& node, size_t arguments,
                              const Value* final) {
  node_ = &node;
  AX_TRY(const Value start, argument(dot, *node.nodes.front(), Parameter::kValue));
  return path(start, node.path, arguments > 0 || final != nullptr);
}

Result<Value> Executor::variable(const Node& node, size_t arguments, const Value* final) {
  node_ = &node;
  for (size_t i = variables_.size(); i > frame_; --i) {
    const Variable& found = variables_[i - 1];
    if (found.name != node.path[0]) continue;
    const Value value = found.value;
    if (node.path.size() == 1) return value;
    return path(value, std::span(node.path).subspan(1), arguments > 0 || final != nullptr);
  }
  return error("undefined variable: " + node.path[0]);
}

Result<Value> Executor::path(const Value& start, std::span<const std::string> names,
                             bool has_arguments) {
  Value value = start;
  for (size_t i = 0; i < names.size(); ++i) {
    AX_TRY(value, field(value, names[i], has_arguments && i + 1 == names.size()));
  }
  return value;
}

Result<Value> Executor::field(const Value& holder, const std::string& name, bool has_arguments) {
  if (holder.is_nil()) {
    if (holder.boxed()) return error("nil pointer evaluating interface {}." + name);
    return Value();
  }
  if (const Struct* structure = holder.structure()) {
    if (const Field* found = structure->find(name)) {
      if (has_arguments) return error(name + " has arguments but cannot be invoked as function");
      return found->value.in_box(found->boxes);
    }
  } else if (const Map* map = holder.map()) {
    if (has_arguments) return error(name + " is not a method but has arguments");
    const auto entry = map->entries.find(name);
    return (entry == map->entries.end() ? map->missing : entry->second).in_box(map->boxes);
  }
  return error(fmt::format("can't evaluate field {} in type {}", name,
                           holder.boxed() ? "interface {}" : holder.type()));
}

Result<void> Executor::check_count(const Function& function, size_t arguments, bool has_final) {
  const size_t count = arguments + (has_final ? 1 : 0);
  if (function.variadic && count < function.fixed) {
    return error(fmt::format("wrong number of args for {}: want at least {} got {}", function.name,
                             function.fixed, arguments));
  }
  if (!function.variadic && count != function.fixed) {
    return error(fmt::format("wrong number of args for {}: want {} got {}", function.name,
                             function.fixed, count));
  }
  return {};
}

// `whole`: the command, or the name where it stands alone as an argument.
Result<Value> Executor::call(const Value& dot, const Node& name, std::span<const NodePtr> arguments,
                             const Value* final, const Node& whole) {
  node_ = &name;
  const Function& function = *find_function(name.text);
  AX_CHECK(check_count(function, arguments.size(), final != nullptr));
  if (function.call == nullptr) return call_and_or(dot, function, arguments, final);
  std::vector<Value> values;
  const auto parameter = [&] { return values.empty() ? function.first : function.rest; };
  for (const NodePtr& node : arguments) {
    AX_TRY(Value value, argument(dot, *node, parameter()));
    values.push_back(std::move(value));
  }
  if (final != nullptr) {
    AX_TRY(Value value, checked(*final, parameter()));
    values.push_back(std::move(value));
  }
  Result<Value> result = function.call(values);
  if (!result) {
    node_ = &whole;
    return error(fmt::format("error calling {}: {}", function.name, result.error().message));
  }
  AX_CHECK(check_size(*result));
  return result;
}

// They evaluate no more arguments than they need.
Result<Value> Executor::call_and_or(const Value& dot, const Function& function,
                                    std::span<const NodePtr> arguments, const Value* final) {
  const bool ends_it = std::string_view(function.name) == "or";
  Value value;
  for (const NodePtr& node : arguments) {
    AX_TRY(value, argument(dot, *node, Parameter::kValue));
    if (value.truth() == ends_it) return value;
  }
  return final != nullptr ? *final : value;
}

Result<Value> Executor::checked(Value value, Parameter parameter) {
  if (parameter != Parameter::kString || value.text() != nullptr) return value;
  if (value.is_nil() && !value.boxed()) return error("invalid value; expected string");
  return error("wrong type for value; expected string; got " +
               (value.is_nil() ? "interface {}" : value.type()));
}

Result<Value> Executor::argument(const Value& dot, const Node& node, Parameter parameter) {
  node_ = &node;
  switch (node.kind) {
    case NodeKind::kNil:
      if (parameter == Parameter::kString) return error("cannot assign nil to string");
      return Value();
    case NodeKind::kBool:
    case NodeKind::kNumber:
      if (parameter == Parameter::kString) return error("expected string; found " + node.shown());
      return operand(dot, node);
    case NodeKind::kString:
      return operand(dot, node);
    default: {
      AX_TRY(Value value, operand(dot, node));
      return checked(std::move(value), parameter);
    }
  }
}

Result<Value> Executor::operand(const Value& dot, const Node& node) {
  switch (node.kind) {
    case NodeKind::kDot:
      return dot;
    case NodeKind::kField:
      node_ = &node;
      return path(dot, node.path, false);
    case NodeKind::kVariable:
      return variable(node, 0, nullptr);
    case NodeKind::kPipe:
      return pipeline(dot, node);
    case NodeKind::kIdentifier:
      return call(dot, node, {}, nullptr, node);
    case NodeKind::kChain:
      return chain(dot, node, 0, nullptr);
    case NodeKind::kBool:
      return Value(node.truth);
    case NodeKind::kString:
      return Value(node.value);
    default:
      return constant(node);
  }
}

// A number whose type nothing but its form tells.
Result<Value> Executor::constant(const Node& node) {
  node_ = &node;
  const Constant& number = node.constant;
  const bool hexadecimal = node.text.starts_with("0x") || node.text.starts_with("0X");
  const char* marks = hexadecimal ? "pP" : ".eEpP";
  const bool real = !node.text.starts_with('\'') && number.is_real &&
                    node.text.find_first_of(marks) != std::string::npos;
  if (real) return Value(number.real);
  if (number.is_integer) return Value(number.integer);
  return error(node.text + " overflows int");
}

}  // namespace axllama::go_template
