// Which data a Go template asks for.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace axllama::store {

// Names of all fields in the template's actions: "Tools" and "Role" in `{{ if .Tools }}{{ $m.Role
// }}`. Comments and string constants in the actions don't count; nor does text outside.
std::set<std::string> template_fields(std::string_view go_template);

}  // namespace axllama::store
