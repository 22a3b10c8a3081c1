// Tokens to syntax trees.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "go_template/node.h"
#include "go_template/token_stream.h"

namespace axllama::go_template {

// Nesting of blocks and parentheses that a template may have. Go's own limit is for its growing
// stacks.
inline constexpr int kDeepestNesting = 200;

// Templates by their names, "" being the text itself.
using Trees = std::map<std::string, NodePtr>;

// Parses one text, once. Borrows it.
class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(text) {}
  // kInvalidArgument in Go's words: `template: :LINE: what is wrong`.
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

  // Statements (parser.cc).
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

  // Expressions (parse_pipeline.cc). An operand is null where none comes.
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
  static std::unexpected<Error> error_at(size_t line, const std::string& message);
  std::unexpected<Error> unexpected(const Token& token, const std::string& context) const;
  Result<Token> expect(TokenKind kind, const char* context);

  TokenStream tokens_;
  Scope scope_;
  Trees trees_;
  int depth_ = 0;
};

}  // namespace axllama::go_template
