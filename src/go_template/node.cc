#include "go_template/node.h"

#include <utility>

#include "go_template/quote.h"

namespace axllama::go_template {
namespace {

void append_joined(std::string& out, const std::vector<std::string>& names, bool leading_dot) {
  for (const std::string& name : names) {
    if (leading_dot) out += '.';
    out += name;
    leading_dot = true;
  }
}

void append_pipe(std::string& out, const Node& pipe) {
  for (size_t i = 0; i < pipe.declared.size(); ++i) {
    out += (i > 0 ? ", " : "") + pipe.declared[i]->shown();
  }
  if (!pipe.declared.empty()) out += pipe.assigns ? " = " : " := ";
  for (size_t i = 0; i < pipe.nodes.size(); ++i) {
    out += (i > 0 ? " | " : "") + pipe.nodes[i]->shown();
  }
}

std::string operand(const Node& node) {
  return node.kind == NodeKind::kPipe ? "(" + node.shown() + ")" : node.shown();
}

std::string branch(const Node& node, const char* keyword) {
  std::string out = std::string("{{") + keyword + " " + node.pipe->shown() + "}}";
  out += node.list->shown();
  if (node.otherwise) out += "{{else}}" + node.otherwise->shown();
  return out + "{{end}}";
}

}  // namespace

std::string Node::shown() const {
  std::string out;
  switch (kind) {
    case NodeKind::kText:
    case NodeKind::kIdentifier:
    case NodeKind::kNumber:
    case NodeKind::kString:
      return text;
    case NodeKind::kAction:
      return "{{" + pipe->shown() + "}}";
    case NodeKind::kBreak:
      return "{{break}}";
    case NodeKind::kContinue:
      return "{{continue}}";
    case NodeKind::kIf:
      return branch(*this, "if");
    case NodeKind::kRange:
      return branch(*this, "range");
    case NodeKind::kWith:
      return branch(*this, "with");
    case NodeKind::kList:
      for (const NodePtr& node : nodes) out += node->shown();
      return out;
    case NodeKind::kTemplate:
      return "{{template " + quote(text) + (pipe ? " " + pipe->shown() : "") + "}}";
    case NodeKind::kPipe:
      append_pipe(out, *this);
      return out;
    case NodeKind::kCommand:
      for (const NodePtr& node : nodes) out += (out.empty() ? "" : " ") + operand(*node);
      return out;
    case NodeKind::kVariable:
      append_joined(out, path, false);
      return out;
    case NodeKind::kField:
      append_joined(out, path, true);
      return out;
    case NodeKind::kChain:
      out = operand(*nodes.front());
      append_joined(out, path, true);
      return out;
    case NodeKind::kDot:
      return ".";
    case NodeKind::kNil:
      return "nil";
    case NodeKind::kBool:
      return truth ? "true" : "false";
    case NodeKind::kEnd:
      return "{{end}}";
    case NodeKind::kElse:
      return "{{else}}";
  }
  return out;
}

NodePtr make_node(Node node) {
  return std::make_shared<const Node>(std::move(node));
}

void visit_nodes(const NodePtr& node, const std::function<void(const Node&)>& visit) {
  if (!node) return;
  visit(*node);
  visit_nodes(node->pipe, visit);
  for (const NodePtr& variable : node->declared) visit_nodes(variable, visit);
  for (const NodePtr& inner : node->nodes) visit_nodes(inner, visit);
  visit_nodes(node->list, visit);
  visit_nodes(node->otherwise, visit);
}

}  // namespace axllama::go_template
