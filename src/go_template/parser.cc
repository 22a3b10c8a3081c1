#include "go_template/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "go_template/quote.h"

namespace axllama::go_template {
namespace {

// Nothing but white space: such a template may be defined again.
bool is_empty(const Node& node) {
  if (node.kind == NodeKind::kText) {
    return node.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
  }
  return node.kind == NodeKind::kList &&
         std::ranges::all_of(node.nodes, [](const NodePtr& inner) { return is_empty(*inner); });
}

}  // namespace

std::unexpected<Error> Parser::error_at(size_t line, const std::string& message) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("template: :{}: {}", line, message));
}

std::unexpected<Error> Parser::unexpected(const Token& token, const std::string& context) const {
  if (token.kind != TokenKind::kError) {
    return error(fmt::format("unexpected {} in {}", token.shown(), context));
  }
  if (scope_.action_line == 0 || scope_.action_line == token.line) return error(token.text);
  const char* in_action = token.text.ends_with(" action") ? "" : " in action";
  return error(fmt::format("{}{} started at :{}", token.text, in_action, scope_.action_line));
}

Result<Token> Parser::expect(TokenKind kind, const char* context) {
  Token token = tokens_.next_word();
  if (token.kind != kind) return unexpected(token, context);
  return token;
}

Result<Trees> Parser::parse() {
  AX_TRY(NodePtr root, template_list());
  AX_CHECK(add("", std::move(root)));
  return std::move(trees_);
}

Result<void> Parser::add(const std::string& name, NodePtr tree) {
  NodePtr& there = trees_[name];
  if (!there || is_empty(*there)) {
    there = std::move(tree);
  } else if (!is_empty(*tree)) {
    return error("template: multiple definition of template " + quote(name));
  }
  return {};
}

// The outermost list, which alone may hold definitions.
Result<NodePtr> Parser::template_list() {
  Node root{.kind = NodeKind::kList, .position = tokens_.peek().position};
  while (tokens_.peek().kind != TokenKind::kEnd) {
    if (tokens_.peek().kind == TokenKind::kLeftDelimiter) {
      Token delimiter = tokens_.next();
      if (tokens_.next_word().kind == TokenKind::kDefine) {
        AX_CHECK(definition());
        continue;
      }
      tokens_.back(std::move(delimiter));
    }
    AX_TRY(NodePtr node, text_or_action());
    if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) {
      return error("unexpected " + node->shown());
    }
    root.nodes.push_back(std::move(node));
  }
  return make_node(std::move(root));
}

Result<void> Parser::definition() {
  constexpr const char* kContext = "define clause";
  Scope outer = std::exchange(scope_, Scope{});
  const Token token = tokens_.next_word();
  AX_TRY(const std::string name, template_name(token, kContext));
  AX_CHECK(expect(TokenKind::kRightDelimiter, kContext));
  AX_TRY(Body body, list());
  if (body.end->kind != NodeKind::kEnd) {
    return error(fmt::format("unexpected {} in {}", body.end->shown(), kContext));
  }
  AX_CHECK(add(name, std::move(body.list)));
  scope_ = std::move(outer);
  return {};
}

Result<Parser::Body> Parser::list() {
  Node list{.kind = NodeKind::kList, .position = tokens_.peek_word().position};
  while (tokens_.peek_word().kind != TokenKind::kEnd) {
    AX_TRY(NodePtr node, text_or_action());
    if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) {
      return Body{make_node(std::move(list)), std::move(node)};
    }
    list.nodes.push_back(std::move(node));
  }
  return error("unexpected EOF");
}

Result<NodePtr> Parser::text_or_action() {
  Token token = tokens_.next_word();
  if (token.kind == TokenKind::kText) {
    return make_node({.kind = NodeKind::kText, .position = token.position, .text = token.text});
  }
  if (token.kind != TokenKind::kLeftDelimiter) return unexpected(token, "input");
  scope_.action_line = token.line;
  Result<NodePtr> node = action();
  scope_.action_line = 0;
  return node;
}

Result<NodePtr> Parser::action() {
  if (depth_ >= kDeepestNesting) return error("max nesting depth exceeded");
  ++depth_;
  const Token token = tokens_.next_word();
  Result<NodePtr> node = [&]() -> Result<NodePtr> {
    switch (token.kind) {
      case TokenKind::kBlock:
        return block();
      case TokenKind::kBreak:
        return loop_exit(token, NodeKind::kBreak);
      case TokenKind::kContinue:
        return loop_exit(token, NodeKind::kContinue);
      case TokenKind::kElse:
        return else_word();
      case TokenKind::kEndKeyword:
        return end_word();
      case TokenKind::kIf:
        return control(NodeKind::kIf, "if");
      case TokenKind::kRange:
        return control(NodeKind::kRange, "range");
      case TokenKind::kTemplate:
        return invocation();
      case TokenKind::kWith:
        return control(NodeKind::kWith, "with");
      default:
        break;
    }
    tokens_.back();
    const size_t position = tokens_.peek().position;
    AX_TRY(NodePtr pipe, pipeline("command", TokenKind::kRightDelimiter));
    return make_node({.kind = NodeKind::kAction, .position = position, .pipe = std::move(pipe)});
  }();
  --depth_;
  return node;
}

Result<NodePtr> Parser::loop_exit(const Token& keyword, NodeKind kind) {
  const std::string shown = "{{" + keyword.text + "}}";
  const Token token = tokens_.next_word();
  if (token.kind != TokenKind::kRightDelimiter) return unexpected(token, shown);
  if (scope_.ranges == 0) return error(shown + " outside {{range}}");
  return make_node({.kind = kind, .position = keyword.position});
}

Result<NodePtr> Parser::control(NodeKind kind, const char* context) {
  const size_t variables = scope_.variables.size();
  AX_TRY(NodePtr pipe, pipeline(context, TokenKind::kRightDelimiter));
  scope_.ranges += kind == NodeKind::kRange ? 1 : 0;
  AX_TRY(Body body, list());
  scope_.ranges -= kind == NodeKind::kRange ? 1 : 0;
  NodePtr otherwise;
  if (body.end->kind == NodeKind::kElse) {
    AX_TRY(otherwise, else_list(kind, context, *body.end));
  }
  scope_.variables.resize(variables);
  const size_t position = pipe->position;
  return make_node({.kind = kind,
                    .position = position,
                    .pipe = std::move(pipe),
                    .list = std::move(body.list),
                    .otherwise = std::move(otherwise)});
}

// "{{else if x}}" is "{{else}}{{if x}}" whose end closes both.
Result<NodePtr> Parser::else_list(NodeKind kind, const char* context, const Node& word) {
  const TokenKind next = tokens_.peek().kind;
  const bool chained = (kind == NodeKind::kIf && next == TokenKind::kIf) ||
                       (kind == NodeKind::kWith && next == TokenKind::kWith);
  if (chained) {
    if (depth_ >= kDeepestNesting) return error("max nesting depth exceeded");
    tokens_.next();
    ++depth_;
    AX_TRY(NodePtr inner, control(kind, context));
    --depth_;
    Node list{.kind = NodeKind::kList, .position = word.position};
    list.nodes.push_back(std::move(inner));
    return make_node(std::move(list));
  }
  AX_TRY(Body body, list());
  if (body.end->kind != NodeKind::kEnd) {
    return error("expected end; found " + body.end->shown());
  }
  return std::move(body.list);
}

Result<NodePtr> Parser::else_word() {
  const Token next = tokens_.peek_word();
  if (next.kind == TokenKind::kIf || next.kind == TokenKind::kWith) {
    return make_node({.kind = NodeKind::kElse, .position = next.position});
  }
  AX_TRY(const Token token, expect(TokenKind::kRightDelimiter, "else"));
  return make_node({.kind = NodeKind::kElse, .position = token.position});
}

Result<NodePtr> Parser::end_word() {
  AX_TRY(const Token token, expect(TokenKind::kRightDelimiter, "end"));
  return make_node({.kind = NodeKind::kEnd, .position = token.position});
}

Result<NodePtr> Parser::block() {
  constexpr const char* kContext = "block clause";
  const Token token = tokens_.next_word();
  AX_TRY(std::string name, template_name(token, kContext));
  AX_TRY(NodePtr pipe, pipeline(kContext, TokenKind::kRightDelimiter));
  Scope outer = std::exchange(scope_, Scope{});
  const size_t line = tokens_.line();
  AX_TRY(Body body, list());
  if (body.end->kind != NodeKind::kEnd) {
    return error_at(line, fmt::format("unexpected {} in {}", body.end->shown(), kContext));
  }
  AX_CHECK(add(name, std::move(body.list)));
  scope_ = std::move(outer);
  return make_node({.kind = NodeKind::kTemplate,
                    .position = token.position,
                    .text = std::move(name),
                    .pipe = std::move(pipe)});
}

Result<NodePtr> Parser::invocation() {
  constexpr const char* kContext = "template clause";
  const Token token = tokens_.next_word();
  AX_TRY(std::string name, template_name(token, kContext));
  NodePtr pipe;
  if (tokens_.next_word().kind != TokenKind::kRightDelimiter) {
    tokens_.back();
    AX_TRY(pipe, pipeline(kContext, TokenKind::kRightDelimiter));
  }
  return make_node({.kind = NodeKind::kTemplate,
                    .position = token.position,
                    .text = std::move(name),
                    .pipe = std::move(pipe)});
}

Result<std::string> Parser::template_name(const Token& token, const char* context) {
  if (token.kind != TokenKind::kString && token.kind != TokenKind::kRawString) {
    return unexpected(token, context);
  }
  std::optional<std::string> name = unquote(token.text);
  if (!name) return error("invalid syntax");
  return *std::move(name);
}

}  // namespace axllama::go_template
