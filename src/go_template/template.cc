#include "go_template/template.h"

#include <utility>

#include "go_template/executor.h"
#include "go_template/parser.h"

namespace axllama::go_template {

Result<Template> Template::parse(std::string_view text) {
  AX_TRY(Trees trees, Parser(text).parse());
  return Template(std::string(text), std::move(trees));
}

Result<std::string> Template::execute(const Value& data, const Limits& limits) const {
  return Executor(*this, limits).run(data);
}

Template Template::with_root(NodePtr root) const {
  Template copy = *this;
  copy.trees_[""] = std::move(root);
  return copy;
}

}  // namespace axllama::go_template
