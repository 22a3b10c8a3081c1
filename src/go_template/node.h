// The syntax tree of a template.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "go_template/token.h"

namespace axllama::go_template {

enum class NodeKind {
  kText,
  kAction,
  kBreak,
  kContinue,
  kIf,
  kRange,
  kWith,
  kList,
  kTemplate,
  kPipe,
  kCommand,
  kIdentifier,
  kVariable,
  kDot,
  kNil,
  kField,
  kChain,
  kBool,
  kNumber,
  kString,
  kEnd,   // only while parsing
  kElse,  // only while parsing
};

struct Node;
// Shared: a template that is cut behind its answer keeps most of the nodes of the whole one.
using NodePtr = std::shared_ptr<const Node>;

// A number is every type that can hold it, as Go's untyped constants are.
struct Constant {
  bool is_integer = false;
  bool is_unsigned = false;
  bool is_real = false;
  int64_t integer = 0;
  double real = 0.0;
};

struct Node {
  NodeKind kind = NodeKind::kList;
  size_t position = 0;  // byte in the template

  // kText: the text; kIdentifier: the name; kTemplate: which; kNumber, kString: as it was written.
  std::string text = {};
  std::string value = {};              // kString: what it says
  std::vector<std::string> path = {};  // kField: names; kVariable: "$x" and names; kChain: names
  bool truth = false;                  // kBool
  Constant constant = {};              // kNumber

  // kList: in order; kPipe: commands; kCommand: its words; kChain: one, before the names.
  std::vector<NodePtr> nodes = {};
  std::vector<NodePtr> declared = {};  // kPipe: variables
  bool assigns = false;                // kPipe: to variables that are there already

  NodePtr pipe = {};       // kAction, kIf, kRange, kWith; kTemplate: perhaps none
  NodePtr list = {};       // kIf, kRange, kWith
  NodePtr otherwise = {};  // the same: behind else; perhaps none

  // As a template would have it, and as errors show it.
  std::string shown() const;
};

NodePtr make_node(Node node);

// Calls `visit` with every node under `node` and itself, outer before inner, in the order of the
// text.
void visit_nodes(const NodePtr& node, const std::function<void(const Node&)>& visit);

// A number or character literal; an error has only a message.
Result<Constant> read_constant(const Token& token);

}  // namespace axllama::go_template
