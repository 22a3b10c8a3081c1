// currentDate, yesterdayDate and toTypeScriptType (spec/ollama.md 6.1).
#include <fmt/format.h>

#include <ctime>

#include "go_template/functions.h"

namespace axllama::go_template {
namespace {

// Local date, some days from now. At noon, because days at whose beginning clocks change are not 24
// hours long.
std::string local_date(int days) {
  const std::time_t now = std::time(nullptr);
  std::tm date{};
  localtime_r(&now, &date);
  date.tm_mday += days;
  date.tm_hour = 12;
  date.tm_isdst = -1;
  std::mktime(&date);
  return fmt::format("{:04}-{:02}-{:02}", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
}

std::string type_script_name(std::string_view type) {
  if (type == "string" || type == "boolean" || type == "null") return std::string(type);
  if (type == "number" || type == "integer") return "number";
  if (type == "array") return "any[]";
  return type == "object" ? "Record<string, any>" : "any";
}

const List* list_field(const Struct& structure, const char* name) {
  const Field* field = structure.find(name);
  return field == nullptr ? nullptr : field->value.list();
}

std::string type_script_type(const Value& value) {
  const Struct* property = value.structure();
  if (property == nullptr || property->type != "api.ToolProperty") return "any";
  std::string out;
  const List* any_of = list_field(*property, "AnyOf");
  if (any_of != nullptr) {
    for (const Value& one : any_of->items) {
      out += (out.empty() ? "" : " | ") + type_script_type(one);
    }
  }
  if (!out.empty()) return out;
  const List* types = list_field(*property, "Type");
  if (types != nullptr) {
    for (const Value& type : types->items) {
      if (type.text() == nullptr) continue;
      out += (out.empty() ? "" : " | ") + type_script_name(*type.text());
    }
  }
  return out.empty() ? "any" : out;
}

}  // namespace

// Whatever format is asked for, Ollama gives this one.
Result<Value> call_current_date(Arguments) {
  return Value(local_date(0));
}

Result<Value> call_yesterday_date(Arguments) {
  return Value(local_date(-1));
}

Result<Value> call_type_script_type(Arguments arguments) {
  return Value(type_script_type(arguments[0]));
}

}  // namespace axllama::go_template
