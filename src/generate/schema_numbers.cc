#include "generate/schema_numbers.h"

#include <json-schema-to-grammar.h>

#include <vector>

namespace axllama {
namespace {

constexpr const char* kFraction = R"( ("." [0-9]{1,15})?)";
constexpr const char* kNoFraction = R"( ("." "0"{1,3})?)";
constexpr const char* kSomeFraction = R"( "." [0-9]{0,14} [1-9])";

std::string literal(int64_t value) {
  return "\"" + std::to_string(value) + "\"";
}

// Integers from first to last, or without end, as llama.cpp writes them.
std::string integers(int64_t first, std::optional<int64_t> last) {
  common_json schema = {{"type", "integer"}, {"minimum", first}};
  if (last) schema["maximum"] = *last;
  const std::string grammar = json_schema_to_grammar(schema);
  const std::string root = "root ::= ";
  const size_t begin = grammar.find(root) + root.size();
  return grammar.substr(begin, grammar.find('\n', begin) - begin);
}

// Absolute values: 0 <= minimum <= maximum.
std::string absolute_rule(const NumberBounds& bounds) {
  std::vector<std::string> ways;
  int64_t first = *bounds.minimum;
  if (bounds.above_minimum) {
    if (!bounds.maximum || first < *bounds.maximum) ways.push_back(literal(first) + kSomeFraction);
    ++first;
  }
  if (!bounds.maximum) {
    ways.push_back(integers(first, {}) + kFraction);
  } else {
    const int64_t last = *bounds.maximum;
    if (first < last) ways.push_back(integers(first, last - 1) + kFraction);
    if (first <= last && !bounds.below_maximum) ways.push_back(literal(last) + kNoFraction);
  }
  std::string rule;
  for (const std::string& way : ways) rule += (rule.empty() ? "" : " | ") + way;
  return rule;
}

}  // namespace

std::string number_rule(const NumberBounds& bounds) {
  NumberBounds above{
      .minimum = 0, .maximum = bounds.maximum, .below_maximum = bounds.below_maximum};
  if (bounds.minimum && *bounds.minimum >= 0) {
    above.minimum = bounds.minimum;
    above.above_minimum = bounds.above_minimum;
  }
  NumberBounds below{.minimum = 0, .maximum = {}, .below_maximum = bounds.above_minimum};
  if (bounds.minimum) below.maximum = -*bounds.minimum;
  if (bounds.maximum && *bounds.maximum <= 0) {
    below.minimum = -*bounds.maximum;
    below.above_minimum = bounds.below_maximum;
  }
  std::string rule;
  if (!above.maximum || *above.minimum <= *above.maximum) rule = absolute_rule(above);
  if (bounds.minimum && *bounds.minimum >= 0) return rule;
  const std::string negative = absolute_rule(below);
  if (negative.empty()) return rule;
  return (rule.empty() ? "" : rule + " | ") + "\"-\" (" + negative + ")";
}

}  // namespace axllama
