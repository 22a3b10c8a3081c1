// Executes a template in a test.
#pragma once

#include <string>
#include <string_view>

#include "go_template/json.h"
#include "go_template/template.h"

namespace axllama::go_template {

// The output, or "error: " and the message.
inline std::string run(std::string_view text, const Value& data, const Limits& limits = {}) {
  const Result<Template> parsed = Template::parse(text);
  if (!parsed) return "error: " + parsed.error().message;
  const Result<std::string> output = parsed->execute(data, limits);
  return output ? *output : "error: " + output.error().message;
}

// On data given as JSON.
inline std::string run_json(std::string_view text, std::string_view json = "{}") {
  return run(text, from_json(json).value());
}

}  // namespace axllama::go_template
