#include "go_template/inspect.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "base/trim.h"

namespace axllama::go_template {
namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool has_name(const Node& node, std::string_view name) {
  return std::ranges::find(node.path, name) != node.path.end();
}

bool mentions(const NodePtr& node, std::string_view name) {
  bool found = false;
  visit_nodes(node, [&](const Node& inner) { found = found || has_name(inner, name); });
  return found;
}

// Text at the edge of a list, where a tag stands.
std::string edge_text(const Node& node) {
  return node.kind == NodeKind::kText ? std::string(trim(node.text, kSpace)) : std::string();
}

// Looks for .Thinking with the nearest list around it and the nearest loop. The last find of an
// edge wins: it is the most deeply nested.
class TagFinder {
 public:
  void visit(const NodePtr& node, const Node* list, const Node* loop) {
    if (!node) return;
    if (node->kind == NodeKind::kList) list = node.get();
    if (node->kind == NodeKind::kRange) loop = node.get();
    if (node->kind == NodeKind::kField && node->path.front() == "Thinking") found(list, loop);
    visit(node->pipe, list, loop);
    for (const NodePtr& inner : node->nodes) visit(inner, list, loop);
    visit(node->list, list, loop);
    visit(node->otherwise, list, loop);
  }
  Tags tags;

 private:
  void found(const Node* list, const Node* loop) {
    if (list == nullptr || loop == nullptr || !mentions(loop->pipe, "Messages")) return;
    const std::string opening = edge_text(*list->nodes.front());
    const std::string closing = edge_text(*list->nodes.back());
    if (list->nodes.front()->kind == NodeKind::kText) tags.opening = opening;
    if (list->nodes.back()->kind == NodeKind::kText) tags.closing = closing;
  }
};

bool asks_for_calls(const Node& node) {
  if (node.kind != NodeKind::kIf) return false;
  for (const NodePtr& command : node.pipe->nodes) {
    for (const NodePtr& word : command->nodes) {
      if (word->kind == NodeKind::kField && has_name(*word, "ToolCalls")) return true;
    }
  }
  return false;
}

// The branch for messages with calls.
const Node* calls_branch(const NodePtr& node) {
  if (!node) return nullptr;
  if (asks_for_calls(*node)) return node->list.get();
  for (const NodePtr& inner : node->nodes) {
    if (const Node* found = calls_branch(inner)) return found;
  }
  const Node* found = calls_branch(node->list);
  return found != nullptr ? found : calls_branch(node->otherwise);
}

// The first text, unless something else is written before it.
const Node* first_text(const Node& list, bool& stopped) {
  for (const NodePtr& node : list.nodes) {
    if (node->kind == NodeKind::kText && !trim(node->text, kSpace).empty()) return node.get();
    if (node->kind == NodeKind::kAction && node->pipe->declared.empty()) stopped = true;
    for (const NodePtr& inner : {node->list, node->otherwise}) {
      if (stopped || !inner) continue;
      if (const Node* found = first_text(*inner, stopped)) return found;
    }
    if (stopped) return nullptr;
  }
  return nullptr;
}

// Copies a tree up to the first .Response that is printed.
class Cutter {
 public:
  NodePtr cut(const NodePtr& node) {
    if (!node || done_) return nullptr;
    Node copy = *node;
    switch (node->kind) {
      case NodeKind::kList:
        return cut_list(std::move(copy));
      case NodeKind::kIf:
      case NodeKind::kWith:
      case NodeKind::kRange:
        copy.list = cut(node->list);
        copy.otherwise = cut(node->otherwise);
        return make_node(std::move(copy));
      case NodeKind::kAction:
        done_ = mentions(node->pipe, "Response");
        return node;
      default:
        return node;
    }
  }

 private:
  NodePtr cut_list(Node list) {
    for (NodePtr& node : std::exchange(list.nodes, {})) {
      if (NodePtr kept = cut(node)) list.nodes.push_back(std::move(kept));
    }
    return make_node(std::move(list));
  }

  bool done_ = false;
};

}  // namespace

std::set<std::string> field_names(const Template& pattern) {
  std::set<std::string> names;
  for (const auto& [name, tree] : pattern.trees()) {
    visit_nodes(tree, [&](const Node& node) {
      for (const std::string& part : node.path) names.insert(lower(part));
    });
  }
  return names;
}

std::optional<Tags> thinking_tags(const Template& pattern) {
  TagFinder finder;
  finder.visit(pattern.root(), nullptr, nullptr);
  if (finder.tags.opening.empty() || finder.tags.closing.empty()) return std::nullopt;
  return finder.tags;
}

std::string tool_call_tag(const Template& pattern) {
  const Node* branch = calls_branch(pattern.root());
  bool stopped = false;
  const Node* text = branch == nullptr ? nullptr : first_text(*branch, stopped);
  if (text == nullptr) return "{";
  const std::string_view whole = text->text;
  const std::string tag(trim(whole.substr(0, whole.find('{')), kSpace));
  return tag.empty() ? "{" : tag;
}

bool has_tool_round_trip(const Template& pattern) {
  const std::set<std::string> names = field_names(pattern);
  if (!names.contains("tools") || !names.contains("toolcalls")) return false;
  for (const char* mark : {"eq .Role \"tool\"", "tool_response", "TOOL_RESULTS"}) {
    if (pattern.text().find(mark) != std::string::npos) return true;
  }
  return false;
}

Template with_response(Template pattern) {
  const std::set<std::string> names = field_names(pattern);
  if (names.contains("messages") || names.contains("response")) return pattern;
  const size_t end = pattern.text().size();
  Node field{.kind = NodeKind::kField, .position = end, .path = {"Response"}};
  Node command{.kind = NodeKind::kCommand, .position = end};
  command.nodes = {make_node(std::move(field))};
  Node whole{.kind = NodeKind::kPipe, .position = end};
  whole.nodes = {make_node(std::move(command))};
  const NodePtr pipe = make_node(std::move(whole));
  Node root = *pattern.root();
  root.nodes.push_back(make_node({.kind = NodeKind::kAction, .position = end, .pipe = pipe}));
  return pattern.with_root(make_node(std::move(root)));
}

Template cut_behind_response(const Template& pattern) {
  return pattern.with_root(Cutter().cut(pattern.root()));
}

}  // namespace axllama::go_template
