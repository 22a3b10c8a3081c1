#include <json-schema-to-grammar.h>

#include <exception>
#include <string>

#include "generate/sampler.h"

namespace axllama {
namespace {

// A JSON object. White space is bounded: a model that may write it without end will.
constexpr const char* kJson = R"(root ::= object
object ::= "{" ws ( pair ( ws "," ws pair )* ws )? "}"
array ::= "[" ws ( value ( ws "," ws value )* ws )? "]"
pair ::= string ws ":" ws value
value ::= object | array | string | number | "true" | "false" | "null"
string ::= "\"" ( [^"\\\x00-\x1F\x7F] | "\\" ( ["\\/bfnrt] | "u" hex hex hex hex ) )* "\""
hex ::= [0-9a-fA-F]
number ::= "-"? ( "0" | [1-9] [0-9]{0,15} ) ( "." [0-9]{1,16} )? ( [eE] [-+]? [0-9]{1,2} )?
ws ::= | " " | "\n" [ \t]{0,20}
)";

// The converter and libraries under it recurse; no honest schema is deeper.
constexpr int kDeepest = 128;

bool too_deep(std::string_view json) {
  int depth = 0;
  for (const char c : json) {
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (depth > kDeepest) return true;
  }
  return false;
}

}  // namespace

Result<std::string> json_grammar() {
  return kJson;
}

Result<std::string> schema_grammar(std::string_view json_schema) {
  if (too_deep(json_schema))
    return fail(ErrorCode::kInvalidArgument, "the JSON schema is nested too deeply");
  try {
    return json_schema_to_grammar(common_json::parse(std::string(json_schema)));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument,
                std::string("the JSON schema can't be used: ") + error.what());
  }
}

}  // namespace axllama
