// Tokens to syntax trees.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "go_template/node.h"

namespace axllama::go_template {

// Nesting of blocks and parentheses that a template may have. Go's own limit is for its growing
// stacks.
inline constexpr int kDeepestNesting = 200;

// The trees by their names, "" being the template itself. Errors are in Go's words: `template: :LINE:
// what is wrong`; kInvalidArgument.
Result<std::map<std::string, NodePtr>> parse_trees(std::string_view text);

}  // namespace axllama::go_template
