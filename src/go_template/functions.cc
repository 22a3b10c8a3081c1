#include "go_template/functions.h"

#include <algorithm>
#include <array>

#include "go_template/format.h"
#include "go_template/json.h"

namespace axllama::go_template {
namespace {

std::unexpected<Error> problem(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

// There is nothing in a template's data that can be called.
Result<Value> call_call(Arguments arguments) {
  if (arguments[0].is_nil()) return problem("call of nil");
  return problem("non-function of type " + arguments[0].type());
}

Result<Value> call_not(Arguments arguments) {
  return Value(!arguments[0].truth());
}

Result<Value> call_print(Arguments arguments) {
  return Value(print(arguments));
}

Result<Value> call_println(Arguments arguments) {
  return Value(println(arguments));
}

Result<Value> call_printf(Arguments arguments) {
  return Value(printf(*arguments[0].text(), arguments.subspan(1)));
}

Result<Value> call_json(Arguments arguments) {
  return Value(to_json(arguments[0]));
}

constexpr std::array kFunctions = {
    Function{"and", 1, true, Parameter::kValue, Parameter::kValue, nullptr},
    Function{"call", 1, true, Parameter::kValue, Parameter::kValue, call_call},
    Function{"html", 0, true, Parameter::kAny, Parameter::kAny, call_html},
    Function{"index", 1, true, Parameter::kValue, Parameter::kValue, call_index},
    Function{"slice", 1, true, Parameter::kValue, Parameter::kValue, call_slice},
    Function{"js", 0, true, Parameter::kAny, Parameter::kAny, call_js},
    Function{"len", 1, false, Parameter::kValue, Parameter::kValue, call_len},
    Function{"not", 1, false, Parameter::kValue, Parameter::kValue, call_not},
    Function{"or", 1, true, Parameter::kValue, Parameter::kValue, nullptr},
    Function{"print", 0, true, Parameter::kAny, Parameter::kAny, call_print},
    Function{"printf", 1, true, Parameter::kString, Parameter::kAny, call_printf},
    Function{"println", 0, true, Parameter::kAny, Parameter::kAny, call_println},
    Function{"urlquery", 0, true, Parameter::kAny, Parameter::kAny, call_urlquery},
    Function{"eq", 1, true, Parameter::kValue, Parameter::kValue, call_eq},
    Function{"ge", 2, false, Parameter::kValue, Parameter::kValue, call_ge},
    Function{"gt", 2, false, Parameter::kValue, Parameter::kValue, call_gt},
    Function{"le", 2, false, Parameter::kValue, Parameter::kValue, call_le},
    Function{"lt", 2, false, Parameter::kValue, Parameter::kValue, call_lt},
    Function{"ne", 2, false, Parameter::kValue, Parameter::kValue, call_ne},
    // Ollama's (spec/ollama.md 6.1).
    Function{"json", 1, false, Parameter::kAny, Parameter::kAny, call_json},
    Function{"currentDate", 0, true, Parameter::kString, Parameter::kString, call_current_date},
    Function{"yesterdayDate", 0, true, Parameter::kString, Parameter::kString, call_yesterday_date},
    Function{"toTypeScriptType", 1, false, Parameter::kAny, Parameter::kAny, call_type_script_type},
};

}  // namespace

const Function* find_function(std::string_view name) {
  const auto* row = std::ranges::find(
      kFunctions, name, [](const Function& function) { return std::string_view(function.name); });
  return row == kFunctions.end() ? nullptr : row;
}

}  // namespace axllama::go_template
