// The parser's expressions.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "go_template/functions.h"
#include "go_template/parser.h"
#include "go_template/quote.h"

namespace axllama::go_template {
namespace {

bool is_operand(TokenKind kind) {
  switch (kind) {
    case TokenKind::kBool:
    case TokenKind::kCharacter:
    case TokenKind::kComplex:
    case TokenKind::kDot:
    case TokenKind::kField:
    case TokenKind::kIdentifier:
    case TokenKind::kNumber:
    case TokenKind::kNil:
    case TokenKind::kRawString:
    case TokenKind::kString:
    case TokenKind::kVariable:
    case TokenKind::kLeftParen:
      return true;
    default:
      return false;
  }
}

std::vector<std::string> split_path(std::string_view text) {
  std::vector<std::string> names(1);
  for (const char c : text) {
    c == '.' ? static_cast<void>(names.emplace_back()) : names.back().push_back(c);
  }
  return names;
}

}  // namespace

Result<NodePtr> Parser::pipeline(const char* context, TokenKind end) {
  Node pipe{.kind = NodeKind::kPipe, .position = tokens_.peek_word().position};
  for (bool more = true; more;) {
    AX_TRY(more, declaration(context, pipe));
  }
  for (;;) {
    const Token token = tokens_.next_word();
    if (token.kind == end) break;
    if (!is_operand(token.kind)) return unexpected(token, context);
    tokens_.back();
    AX_TRY(NodePtr command, command());
    pipe.nodes.push_back(std::move(command));
  }
  AX_CHECK(check_pipeline(context, pipe));
  return make_node(std::move(pipe));
}

// Takes one variable before := or = or a comma; true when another may follow.
Result<bool> Parser::declaration(const char* context, Node& pipe) {
  const Token variable = tokens_.peek_word();
  if (variable.kind != TokenKind::kVariable) return false;
  tokens_.next();
  // In "$x foo" only what comes behind foo tells that $x is no declaration.
  const Token after = tokens_.peek();
  const Token next = tokens_.peek_word();
  const bool declares = next.kind == TokenKind::kAssign || next.kind == TokenKind::kDeclare;
  const bool comma = next.kind == TokenKind::kOther && next.text == ",";
  if (!declares && !comma) {
    after.kind == TokenKind::kSpace ? tokens_.back(variable, after) : tokens_.back(variable);
    return false;
  }
  tokens_.next_word();
  if (declares) pipe.assigns = next.kind == TokenKind::kAssign;
  pipe.declared.push_back(make_node({.kind = NodeKind::kVariable,
                                     .position = variable.position,
                                     .path = split_path(variable.text)}));
  scope_.variables.push_back(variable.text);
  if (declares) return false;
  if (std::string_view(context) != "range" || pipe.declared.size() >= 2) {
    return error(fmt::format("too many declarations in {}", context));
  }
  const TokenKind following = tokens_.peek_word().kind;
  if (following == TokenKind::kVariable || following == TokenKind::kRightDelimiter ||
      following == TokenKind::kRightParen) {
    return true;
  }
  return error("range can only initialize variables");
}

Result<void> Parser::check_pipeline(const char* context, const Node& pipe) const {
  if (pipe.nodes.empty()) return error(fmt::format("missing value for {}", context));
  for (size_t i = 1; i < pipe.nodes.size(); ++i) {
    switch (pipe.nodes[i]->nodes.front()->kind) {
      case NodeKind::kBool:
      case NodeKind::kDot:
      case NodeKind::kNil:
      case NodeKind::kNumber:
      case NodeKind::kString:
        return error(fmt::format("non executable command in pipeline stage {}", i + 1));
      default:
        break;
    }
  }
  return {};
}

Result<NodePtr> Parser::command() {
  Node command{.kind = NodeKind::kCommand, .position = tokens_.peek_word().position};
  for (;;) {
    tokens_.peek_word();  // skips space
    AX_TRY(NodePtr operand, operand());
    if (operand) command.nodes.push_back(std::move(operand));
    const Token token = tokens_.next();
    if (token.kind == TokenKind::kSpace) continue;
    if (token.kind == TokenKind::kRightDelimiter || token.kind == TokenKind::kRightParen) {
      tokens_.back();
    } else if (token.kind != TokenKind::kPipe) {
      return unexpected(token, "operand");
    }
    break;
  }
  if (command.nodes.empty()) return error("empty command");
  return make_node(std::move(command));
}

// A term and the fields behind it; null when what comes is none.
Result<NodePtr> Parser::operand() {
  AX_TRY(NodePtr node, term());
  if (!node || tokens_.peek().kind != TokenKind::kField) return node;
  Node chain{.kind = NodeKind::kChain, .position = tokens_.peek().position};
  while (tokens_.peek().kind == TokenKind::kField) {
    chain.path.push_back(tokens_.next().text.substr(1));
  }
  switch (node->kind) {
    case NodeKind::kField:
    case NodeKind::kVariable:
      chain.kind = node->kind;
      chain.path.insert(chain.path.begin(), node->path.begin(), node->path.end());
      return make_node(std::move(chain));
    case NodeKind::kBool:
    case NodeKind::kString:
    case NodeKind::kNumber:
    case NodeKind::kNil:
    case NodeKind::kDot:
      return error("unexpected . after term " + quote(node->shown()));
    default:
      chain.nodes = {std::move(node)};
      return make_node(std::move(chain));
  }
}

Result<NodePtr> Parser::term() {
  const Token token = tokens_.next_word();
  const size_t position = token.position;
  switch (token.kind) {
    case TokenKind::kIdentifier:
      if (find_function(token.text) == nullptr) {
        return error(fmt::format("function {} not defined", quote(token.text)));
      }
      return make_node({.kind = NodeKind::kIdentifier, .position = position, .text = token.text});
    case TokenKind::kDot:
      return make_node({.kind = NodeKind::kDot, .position = position});
    case TokenKind::kNil:
      return make_node({.kind = NodeKind::kNil, .position = position});
    case TokenKind::kVariable:
      return variable(token);
    case TokenKind::kField:
      return make_node(
          {.kind = NodeKind::kField, .position = position, .path = {token.text.substr(1)}});
    case TokenKind::kLeftParen: {
      if (depth_ >= kDeepestNesting) return error("max expression depth exceeded");
      ++depth_;
      Result<NodePtr> pipe = pipeline("parenthesized pipeline", TokenKind::kRightParen);
      --depth_;
      return pipe;
    }
    case TokenKind::kBool:
    case TokenKind::kCharacter:
    case TokenKind::kComplex:
    case TokenKind::kNumber:
    case TokenKind::kString:
    case TokenKind::kRawString:
      return literal(token);
    default:
      tokens_.back();
      return NodePtr();
  }
}

Result<NodePtr> Parser::literal(const Token& token) {
  Node node{.position = token.position, .text = token.text};
  if (token.kind == TokenKind::kBool) {
    node.kind = NodeKind::kBool;
    node.truth = token.text == "true";
  } else if (token.kind == TokenKind::kString || token.kind == TokenKind::kRawString) {
    const auto value = unquote(token.text);
    if (!value) return error("invalid syntax");
    node.kind = NodeKind::kString;
    node.value = *value;
  } else {
    const Result<Constant> constant = read_constant(token);
    if (!constant) return error(constant.error().message);
    node.kind = NodeKind::kNumber;
    node.constant = *constant;
  }
  return make_node(std::move(node));
}

Result<NodePtr> Parser::variable(const Token& token) {
  if (std::ranges::find(scope_.variables, token.text) == scope_.variables.end()) {
    return error("undefined variable " + quote(token.text));
  }
  return make_node({.kind = NodeKind::kVariable, .position = token.position, .path = {token.text}});
}

}  // namespace axllama::go_template
