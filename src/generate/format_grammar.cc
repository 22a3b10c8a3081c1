#include <json-schema-to-grammar.h>

#include <exception>
#include <string>
#include <vector>

#include "generate/sampler.h"
#include "generate/schema_apart.h"
#include "generate/schema_grammar.h"
#include "generate/schema_merge.h"
#include "generate/schema_reader.h"

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

// The JSON library throws where a keyword that nobody looks at closely is of another type than it
// should be.
template <typename Function>
auto guarded(Function make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInvalidArgument,
                std::string("the JSON schema can't be used: ") + error.what());
  }
}

Result<BoundSchema> bound(std::string_view json_schema) {
  AX_TRY(const std::string merged, without_all_of(json_schema));
  AX_TRY(BoundSchema bound, read_schema(merged));
  AX_CHECK(check_one_of(bound.json));
  return bound;
}

}  // namespace

std::string with_numbers(std::string grammar, const BoundSchema& schema) {
  for (size_t i = 0; i < schema.numbers.size(); ++i) {
    const std::string name = "bounded-number-" + std::to_string(i);
    const std::string place = number_place(i);
    for (size_t at = grammar.find(place); at != std::string::npos; at = grammar.find(place, at))
      grammar.replace(at, place.size(), name);
    grammar += "\n" + name + " ::= " + schema.numbers[i] + "\n";
  }
  return grammar;
}

Result<BoundSchema> bound_schema(std::string_view json_schema) {
  if (too_deep(json_schema))
    return fail(ErrorCode::kInvalidArgument, "the JSON schema is nested too deeply");
  return guarded([&] { return bound(json_schema); });
}

Result<std::string> json_grammar() {
  return kJson;
}

Result<std::string> schema_grammar(std::string_view json_schema) {
  AX_TRY(const BoundSchema schema, bound_schema(json_schema));
  return grammar_of(schema);
}

Result<std::string> grammar_of(const BoundSchema& schema) {
  return guarded([&]() -> Result<std::string> {
    return with_numbers(json_schema_to_grammar(common_json::parse(schema.json)), schema);
  });
}

}  // namespace axllama
