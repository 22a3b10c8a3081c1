#include "go_template/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "go_template/depth.h"
#include "go_template/format.h"
#include "go_template/quote.h"

namespace axllama::go_template {
Result<std::string> Executor::run(const Value& data) {
  variables_ = {{"$", data}};
  node_ = template_.root().get();
  AX_CHECK(walk(data, *template_.root()));
  return std::move(out_);
}

std::unexpected<Error> Executor::error(const std::string& message) const {
  const std::string_view before = std::string_view(template_.text()).substr(0, node_->position);
  const size_t line_end = before.rfind('\n');
  const size_t column =
      line_end == std::string_view::npos ? before.size() : before.size() - line_end - 1;
  const auto line = 1 + std::ranges::count(before, '\n');
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("template: :{}:{}: executing {} at <{}>: {}", line, column, quote(name_),
                          node_->shown(), message));
}

// Called for every node; looks at the clock now and then.
Result<void> Executor::step() {
  if (++steps_ > limits_.steps) return error("the template takes too many steps");
  if (steps_ % 256 == 0 && Clock::now() > end_) return error("the template takes too long");
  return {};
}

Result<void> Executor::check_size(const Value& value) {
  const std::string* text = value.text();
  if (text == nullptr || text->size() <= 65536) return {};
  if (text->size() > limits_.output) return error("the template makes too long a text");
  if (Clock::now() > end_) return error("the template takes too long");
  return {};
}

Result<void> Executor::write(std::string_view text) {
  if (text.size() > limits_.output - out_.size()) {
    return error("the template makes too long a text");
  }
  out_ += text;
  return {};
}

Result<void> Executor::print(const Value& value) {
  if (value.is_nil()) return write("<no value>");
  if (const std::string* text = value.text()) return write(*text);
  return write(show(behind_pointer(value)));
}

Result<Executor::Flow> Executor::walk(const Value& dot, const Node& node) {
  node_ = &node;
  AX_CHECK(step());
  const Depth level(depth_);
  if (depth_ > limits_.depth) return error("exceeded maximum template depth");
  switch (node.kind) {
    case NodeKind::kText:
      AX_CHECK(write(node.text));
      return Flow::kNext;
    case NodeKind::kAction: {
      AX_TRY(const Value value, pipeline(dot, *node.pipe));
      node_ = &node;
      if (node.pipe->declared.empty()) AX_CHECK(print(value));
      return Flow::kNext;
    }
    case NodeKind::kBreak:
      return Flow::kBreak;
    case NodeKind::kContinue:
      return Flow::kContinue;
    case NodeKind::kIf:
    case NodeKind::kWith:
      return walk_branch(dot, node);
    case NodeKind::kRange:
      return walk_range(dot, node);
    case NodeKind::kTemplate:
      return walk_template(dot, node);
    default:
      return walk_list(dot, node);
  }
}

Result<Executor::Flow> Executor::walk_list(const Value& dot, const Node& list) {
  for (const NodePtr& node : list.nodes) {
    AX_TRY(const Flow flow, walk(dot, *node));
    if (flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Result<Executor::Flow> Executor::walk_branch(const Value& dot, const Node& node) {
  const size_t mark = variables_.size();
  AX_TRY(const Value value, pipeline(dot, *node.pipe));
  Result<Flow> flow = Flow::kNext;
  if (value.truth()) {
    flow = walk(node.kind == NodeKind::kWith ? value : dot, *node.list);
  } else if (node.otherwise) {
    flow = walk(dot, *node.otherwise);
  }
  variables_.resize(mark);
  return flow;
}

Result<Executor::Flow> Executor::walk_range(const Value& dot, const Node& node) {
  const size_t mark = variables_.size();
  AX_TRY(const Value items, pipeline(dot, *node.pipe));
  bool any = false;
  AX_TRY(const Flow left, walk_items(items, node, any));
  Flow flow = left == Flow::kBreak ? Flow::kNext : left;
  if (!any && node.otherwise) {
    AX_TRY(flow, walk(dot, *node.otherwise));
    // Go ends the loop that it has not begun, not the one around it.
    if (flow == Flow::kBreak) flow = Flow::kNext;
  }
  variables_.resize(mark);
  return flow;
}

Result<Executor::Flow> Executor::walk_items(const Value& items, const Node& node, bool& any) {
  const auto once = [&](const Value& index, const Value& item) -> Result<Flow> {
    any = true;
    AX_TRY(const Flow flow, walk_once(node, index, item));
    return flow == Flow::kBreak ? flow : Flow::kNext;
  };
  if (const List* list = items.list()) {
    for (size_t i = 0; i < list->items.size(); ++i) {
      AX_TRY(const Flow flow, once(static_cast<int64_t>(i), list->items[i].in_box(list->boxes)));
      if (flow == Flow::kBreak) return flow;
    }
  } else if (const Map* map = items.map()) {
    for (const auto& [key, value] : map->entries) {
      AX_TRY(const Flow flow, once(key, value.in_box(map->boxes)));
      if (flow == Flow::kBreak) return flow;
    }
  } else if (items.integer() != nullptr || items.byte() != nullptr) {
    const int64_t count = items.integer() != nullptr ? *items.integer() : *items.byte();
    if (node.pipe->declared.size() > 1) {
      return error(fmt::format("can't use {} to iterate over more than one variable", count));
    }
    for (int64_t i = 0; i < count; ++i) {
      AX_TRY(const Flow flow, once({}, i));
      if (flow == Flow::kBreak) return flow;
    }
  } else if (!items.is_nil()) {
    return error("range can't iterate over " + show(behind_pointer(items)));
  }
  return Flow::kNext;
}

Result<Executor::Flow> Executor::walk_once(const Node& node, const Value& index,
                                           const Value& item) {
  const auto& declared = node.pipe->declared;
  const size_t mark = variables_.size();
  if (node.pipe->assigns && !declared.empty()) {
    const bool both = declared.size() > 1;
    AX_CHECK(set_variable(declared[0]->path[0], both ? index : item));
    if (both) AX_CHECK(set_variable(declared[1]->path[0], item));
  } else if (!declared.empty()) {
    variables_[mark - 1].value = item;
    if (declared.size() > 1) variables_[mark - 2].value = index;
  }
  Result<Flow> flow = walk(item, *node.list);
  variables_.resize(mark);
  return flow;
}

Result<Executor::Flow> Executor::walk_template(const Value& dot, const Node& node) {
  const auto tree = template_.trees().find(node.text);
  if (tree == template_.trees().end()) {
    return error("template " + quote(node.text) + " not defined");
  }
  Value data;
  if (node.pipe) {
    AX_TRY(data, pipeline(dot, *node.pipe));
  }
  // A template sees none of its caller's variables.
  const size_t frame = std::exchange(frame_, variables_.size());
  std::string name = std::exchange(name_, node.text);
  variables_.push_back({"$", data});
  AX_CHECK(walk(data, *tree->second));
  variables_.resize(frame_);
  frame_ = frame;
  name_ = std::move(name);
  return Flow::kNext;
}

}  // namespace axllama::go_template
