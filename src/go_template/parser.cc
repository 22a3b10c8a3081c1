#include "go_template/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "go_template/functions.h"
#include "go_template/quote.h"
#include "go_template/token_stream.h"

namespace axllama::go_template {
namespace {

using Trees = std::map<std::string, NodePtr>;

NodePtr made(Node node) {
  return std::make_shared<const Node>(std::move(node));
}

// Nothing but white space: such a template may be defined again.
bool is_empty(const Node& node) {
  if (node.kind == NodeKind::kText) {
    return node.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
  }
  return node.kind == NodeKind::kList &&
         std::ranges::all_of(node.nodes, [](const NodePtr& inner) { return is_empty(*inner); });
}

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

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(text) {}
  Result<Trees> parse();

 private:
  // What one template knows while it is parsed; a definition within it begins anew.
  struct Scope {
    std::vector<std::string> variables = {"$"};
    int ranges = 0;
    size_t action_line = 0;
  };
  // A list and what ended it.
  struct Body {
    NodePtr list;
    NodePtr end;
  };

  Result<NodePtr> template_list();
  Result<void> definition();
  Result<Body> list();
  Result<NodePtr> text_or_action();
  Result<NodePtr> action();
  Result<NodePtr> loop_exit(const Token& keyword, NodeKind kind);
  Result<NodePtr> control(NodeKind kind, const char* context);
  Result<NodePtr> else_list(NodeKind kind, const char* context, const Node& word);
  Result<NodePtr> else_word();
  Result<NodePtr> end_word();
  Result<NodePtr> block();
  Result<NodePtr> invocation();
  Result<std::string> template_name(const Token& token, const char* context);
  Result<NodePtr> pipeline(const char* context, TokenKind end);
  Result<bool> declaration(const char* context, Node& pipe);
  Result<void> check_pipeline(const char* context, const Node& pipe) const;
  Result<NodePtr> command();
  Result<NodePtr> operand();
  Result<NodePtr> term();
  Result<NodePtr> literal(const Token& token);
  Result<NodePtr> variable(const Token& token);
  Result<void> add(const std::string& name, NodePtr tree);

  std::unexpected<Error> error(const std::string& message) const {
    return error_at(tokens_.line(), message);
  }
  static std::unexpected<Error> error_at(size_t line, const std::string& message) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("template: :{}: {}", line, message));
  }
  std::unexpected<Error> unexpected(const Token& token, const std::string& context) const;
  Result<Token> expect(TokenKind kind, const char* context);

  TokenStream tokens_;
  Scope scope_;
  Trees trees_;
  int depth_ = 0;
};

std::unexpected<Error> Parser::unexpected(const Token& token, const std::string& context) const {
  if (token.kind != TokenKind::kError) {
    return error(fmt::format("unexpected {} in {}", token.shown(), context));
  }
  if (scope_.action_line == 0 || scope_.action_line == token.line) return error(token.text);
  const char* in_action = token.text.ends_with(" action") ? "" : " in action";
  return error(
      fmt::format("{}{} started at :{}", token.text, in_action, scope_.action_line));
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
  return made(std::move(root));
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
      return Body{made(std::move(list)), std::move(node)};
    }
    list.nodes.push_back(std::move(node));
  }
  return error("unexpected EOF");
}

Result<NodePtr> Parser::text_or_action() {
  Token token = tokens_.next_word();
  if (token.kind == TokenKind::kText) {
    return made({.kind = NodeKind::kText, .position = token.position, .text = token.text});
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
    return made({.kind = NodeKind::kAction, .position = position, .pipe = std::move(pipe)});
  }();
  --depth_;
  return node;
}

Result<NodePtr> Parser::loop_exit(const Token& keyword, NodeKind kind) {
  const std::string shown = "{{" + keyword.text + "}}";
  const Token token = tokens_.next_word();
  if (token.kind != TokenKind::kRightDelimiter) return unexpected(token, shown);
  if (scope_.ranges == 0) return error(shown + " outside {{range}}");
  return made({.kind = kind, .position = keyword.position});
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
  return made({.kind = kind,
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
    return made({.kind = NodeKind::kList, .position = word.position, .nodes = {std::move(inner)}});
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
    return made({.kind = NodeKind::kElse, .position = next.position});
  }
  AX_TRY(const Token token, expect(TokenKind::kRightDelimiter, "else"));
  return made({.kind = NodeKind::kElse, .position = token.position});
}

Result<NodePtr> Parser::end_word() {
  AX_TRY(const Token token, expect(TokenKind::kRightDelimiter, "end"));
  return made({.kind = NodeKind::kEnd, .position = token.position});
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
  return made({.kind = NodeKind::kTemplate,
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
  return made({.kind = NodeKind::kTemplate,
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
  return made(std::move(pipe));
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
  pipe.declared.push_back(made({.kind = NodeKind::kVariable,
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
  return made(std::move(command));
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
      return made(std::move(chain));
    case NodeKind::kBool:
    case NodeKind::kString:
    case NodeKind::kNumber:
    case NodeKind::kNil:
    case NodeKind::kDot:
      return error("unexpected . after term " + quote(node->shown()));
    default:
      chain.nodes = {std::move(node)};
      return made(std::move(chain));
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
      return made({.kind = NodeKind::kIdentifier, .position = position, .text = token.text});
    case TokenKind::kDot:
      return made({.kind = NodeKind::kDot, .position = position});
    case TokenKind::kNil:
      return made({.kind = NodeKind::kNil, .position = position});
    case TokenKind::kVariable:
      return variable(token);
    case TokenKind::kField:
      return made(
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
  return made(std::move(node));
}

Result<NodePtr> Parser::variable(const Token& token) {
  if (std::ranges::find(scope_.variables, token.text) == scope_.variables.end()) {
    return error("undefined variable " + quote(token.text));
  }
  return made({.kind = NodeKind::kVariable, .position = token.position, .path = {token.text}});
}

}  // namespace

Result<Trees> parse_trees(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace axllama::go_template
