// The functions that a template may call: text/template's own, and Ollama's.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "go_template/value.h"

namespace axllama::go_template {

enum class Parameter {
  kValue,   // anything, as it is
  kAny,     // anything
  kString,  // a string only
};

struct Function {
  const char* name;
  size_t fixed;     // arguments at least; exactly, unless it is variadic
  bool variadic;    // takes any number behind them
  Parameter first;  // kind of the first argument
  Parameter rest;   // kind of the others
  // nullptr: `and` and `or`, which evaluate no more than they need, are the executor's own.
  Result<Value> (*call)(std::span<const Value> arguments);
};

// nullptr when there is none of that name.
const Function* find_function(std::string_view name);

using Arguments = std::span<const Value>;

// Errors have Go's words as their message.
Result<Value> call_index(Arguments arguments);
Result<Value> call_slice(Arguments arguments);
Result<Value> call_len(Arguments arguments);
Result<Value> call_eq(Arguments arguments);
Result<Value> call_ne(Arguments arguments);
Result<Value> call_lt(Arguments arguments);
Result<Value> call_le(Arguments arguments);
Result<Value> call_gt(Arguments arguments);
Result<Value> call_ge(Arguments arguments);
Result<Value> call_html(Arguments arguments);
Result<Value> call_js(Arguments arguments);
Result<Value> call_urlquery(Arguments arguments);
Result<Value> call_current_date(Arguments arguments);
Result<Value> call_yesterday_date(Arguments arguments);
Result<Value> call_type_script_type(Arguments arguments);

}  // namespace axllama::go_template
