#include "generate/schema_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "generate/sampler.h"

namespace axllama {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Refused {
  const char* keyword;
  const char* at;
  const char* schema;
};

class SchemaRefused : public testing::TestWithParam<Refused> {};

TEST_P(SchemaRefused, says_which_keyword_and_where) {
  const auto grammar = schema_grammar(GetParam().schema);
  ASSERT_FALSE(grammar) << *grammar;
  EXPECT_EQ(grammar.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(grammar.error().message,
              HasSubstr('"' + std::string(GetParam().keyword) + "\" at " + GetParam().at + ": "))
      << GetParam().schema;
}

INSTANTIATE_TEST_SUITE_P(
    Keywords, SchemaRefused,
    testing::Values(
        Refused{"not", "#", R"({"not": {"type": "string"}})"},
        Refused{"if", "#/properties/a", R"({"properties": {"a": {"if": {}, "then": {}}}})"},
        Refused{"patternProperties", "#", R"({"type": "object", "patternProperties": {"^a": {}}})"},
        Refused{"propertyNames", "#", R"({"propertyNames": {"maxLength": 3}})"},
        Refused{"dependentRequired", "#", R"({"type": "object", "dependentRequired": {"a": []}})"},
        Refused{"dependentSchemas", "#", R"({"type": "object", "dependentSchemas": {}})"},
        Refused{"minProperties", "#", R"({"type": "object", "minProperties": 1})"},
        Refused{"maxProperties", "#", R"({"type": "object", "maxProperties": 3})"},
        Refused{"required", "#",
                R"({"type": "object", "required": ["a"], "additionalProperties": false})"},
        Refused{"uniqueItems", "#/items",
                R"({"type": "array", "items": {"type": "array", "uniqueItems": true}})"},
        Refused{"contains", "#", R"({"type": "array", "contains": {"type": "string"}})"},
        Refused{"minItems", "#", R"({"prefixItems": [{"type": "null"}], "minItems": 2})"},
        Refused{"minItems", "#", R"({"type": "array", "minItems": 3, "maxItems": 2})"},
        Refused{"multipleOf", "#", R"({"type": "integer", "multipleOf": 5})"},
        Refused{"multipleOf", "#/anyOf/1",
                R"({"anyOf": [{"type": "null"}, {"type": "number", "multipleOf": 0.5}]})"},
        Refused{"maximum", "#", R"({"type": "number", "maximum": 0.5})"},
        Refused{"minimum", "#", R"({"type": "integer", "minimum": 3, "maximum": 2})"},
        Refused{"minimum", "#", R"({"type": "number", "minimum": 3, "exclusiveMaximum": 3})"},
        Refused{"exclusiveMinimum", "#",
                R"({"type": "number", "minimum": 3, "exclusiveMinimum": true})"},
        Refused{"pattern", "#", R"({"type": "string", "pattern": "^(?=a)b$"})"},
        Refused{"pattern", "#", R"({"type": "string", "pattern": "(a"})"},
        Refused{"pattern", "#", R"({"type": "string", "pattern": "^\\bword\\b$"})"},
        Refused{"maxLength", "#", R"({"type": "string", "pattern": "^a+$", "maxLength": 3})"},
        Refused{"minLength", "#", R"({"type": "string", "format": "date", "minLength": 3})"},
        Refused{"format", "#", R"({"type": "string", "format": "regex"})"},
        Refused{"maxLength", "#", R"({"type": "string", "maxLength": -1})"},
        Refused{"properties", "#", R"({"properties": {"a": {}}, "anyOf": [{"required": ["a"]}]})"},
        Refused{"anyOf", "#", R"({"anyOf": [{"type": "null"}], "oneOf": [{"type": "null"}]})"},
        Refused{"oneOf", "#", R"({"oneOf": [{"type": "integer"}, {"type": "number"}]})"},
        Refused{"oneOf", "#/properties/a",
                R"({"properties": {"a": {"oneOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}}})"},
        Refused{"oneOf", "#", R"({"oneOf": [{"type": "number", "minimum": 0}, {"enum": [1, 2]}]})"},
        Refused{"minLength", "#", R"({"enum": ["a", "b"], "minLength": 1})"},
        Refused{"enum", "#", R"({"type": "string", "enum": [1, 2]})"},
        Refused{"const", "#", R"({"type": "string", "const": 1})"},
        Refused{"enum", "#", R"({"enum": []})"}, Refused{"type", "#", R"({"type": "text"})"},
        Refused{"type", "#", R"({"type": []})"},
        Refused{"$ref", "#", R"({"$ref": "https://example.org/schema.json"})"},
        Refused{"$ref", "#", R"({"$ref": "#/$defs/nothing", "$defs": {}})"},
        Refused{"maxLength", "#",
                R"({"$ref": "#/$defs/a", "maxLength": 3, "$defs": {"a": {"type": "string"}}})"},
        Refused{"not", "#/$defs/a", R"({"$ref": "#/$defs/a", "$defs": {"a": {"not": {}}}})"},
        Refused{"allOf", "#", R"({"allOf": [{"pattern": "a"}, {"pattern": "b"}]})"},
        Refused{"allOf", "#", R"({"allOf": [{"type": "string"}, {"type": "null"}]})"},
        Refused{"properties", "#", R"({"type": "object", "properties": "a", "required": ["b"]})"},
        Refused{"allOf", "#", R"({"allOf": [{"required": "a"}, {"required": ["b"]}]})"},
        Refused{"allOf", "#", R"({"allOf": [{"properties": 1}, {"properties": {}}]})"},
        Refused{"allOf", "#",
                R"({"allOf": [{"properties": {"a": {}}, "additionalProperties": false},
                              {"properties": {"b": {}}}]})"},
        Refused{"allOf", "#/$defs/a",
                R"({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}})"}));

// Of a schema without allOf, as it is read.
json read(const std::string& schema) {
  const auto read = read_schema(schema);
  if (!read) throw std::runtime_error(read.error().message);
  return json::parse(read->json);
}

TEST(SchemaReader, required_names_are_described) {
  EXPECT_EQ(read(R"({"type": "object", "required": ["a"]})"),
            json::parse(R"({"type": "object", "required": ["a"], "properties": {"a": {}}})"));
  EXPECT_EQ(read(R"({"type": "object", "required": ["a"],
                     "additionalProperties": {"type": "null"}})")["properties"],
            json::parse(R"({"a": {"type": "null"}})"));
}

TEST(SchemaReader, keywords_of_other_types_say_nothing) {
  EXPECT_TRUE(schema_grammar(R"({"type": "boolean", "multipleOf": 2, "uniqueItems": true})"));
  EXPECT_TRUE(
      schema_grammar(R"({"type": "string", "title": "A", "default": "b", "x": {"not": 1}})"));
}

TEST(SchemaReader, words_of_a_wrong_type_do_no_harm_where_nobody_looks) {
  for (const char* schema :
       {R"({"type": "null", "$defs": {"a": {"oneOf": [{"type": 1, "required": [2]},
                                                      {"type": "object", "required": 3}]}}})",
        R"({"type": "null", "$defs": {"a": {"oneOf": [{"$ref": "#/~2"}, {}]}}})"}) {
    const auto grammar = schema_grammar(schema);
    ASSERT_FALSE(grammar.has_value()) << schema;
    EXPECT_EQ(grammar.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(SchemaReader, a_definition_that_nobody_uses_is_not_looked_at) {
  EXPECT_TRUE(schema_grammar(R"({"type": "null", "$defs": {"a": {"not": {}}}})"));
}

TEST(SchemaReader, each_type_of_a_list_keeps_its_own_keywords) {
  EXPECT_EQ(read(R"({"type": ["string", "null"], "maxLength": 5})"),
            json::parse(R"({"anyOf": [{"type": "string", "maxLength": 5},
                                      {"type": "null", "maxLength": 5}]})"));
}

TEST(SchemaReader, values_of_other_types_are_dropped) {
  EXPECT_EQ(read(R"({"type": ["string", "null"], "enum": ["a", 1, null]})"),
            json::parse(R"({"enum": ["a", null]})"));
}

TEST(SchemaReader, a_pair_in_either_draft_is_closed) {
  const json want = json::parse(R"([{"type": "null"}, {"type": "boolean"}])");
  EXPECT_EQ(read(R"({"type": "array", "minItems": 2, "maxItems": 2, "items": false,
                     "prefixItems": [{"type": "null"}, {"type": "boolean"}]})")["prefixItems"],
            want);
  EXPECT_EQ(read(R"({"items": [{"type": "null"}, {"type": "boolean"}],
                     "additionalItems": false})")["prefixItems"],
            want);
}

TEST(SchemaReader, the_tighter_bound_of_an_integer_counts) {
  EXPECT_EQ(read(R"({"type": "integer", "minimum": 1, "exclusiveMinimum": 4, "maximum": 9.5})"),
            json::parse(R"({"type": "integer", "minimum": 5, "maximum": 9})"));
}

TEST(SchemaReader, schemas_that_hold_at_once_are_merged) {
  const auto grammar = schema_grammar(R"({
    "allOf": [{"$ref": "#/$defs/named"}, {"properties": {"age": {"type": "integer"}}}],
    "required": ["age"],
    "$defs": {"named": {"type": "object", "required": ["name"],
                        "properties": {"name": {"type": "string"}}}}})");
  ASSERT_TRUE(grammar) << grammar.error().message;
  EXPECT_THAT(*grammar, testing::AllOf(HasSubstr("name"), HasSubstr("age")));
}

TEST(SchemaReader, a_schema_that_refers_to_itself_is_fine) {
  EXPECT_TRUE(schema_grammar(R"({"$ref": "#/$defs/tree", "$defs": {"tree": {
    "type": "object", "properties": {"children": {
      "type": "array", "items": {"$ref": "#/$defs/tree"}}}}}})"));
}

TEST(SchemaReader, a_schema_may_refer_to_what_it_stands_in) {
  EXPECT_TRUE(schema_grammar(R"({"properties": {"a": {"required": ["x"], "properties": {
    "b": {"anyOf": [{"$ref": "#/properties/a"}, {"type": "null"}]}}}}})"));
  EXPECT_TRUE(schema_grammar(R"({"properties": {"b": {"$ref": "#/properties/a"},
    "a": {"type": "number", "minimum": 1}}})"));
}

TEST(SchemaReader, what_is_no_schema_is_refused) {
  for (const char* bad :
       {"", "{", "[]", "3", R"({"properties": 3})", R"({"properties": {"a": 3}})",
        R"({"items": 3})", R"({"anyOf": {}})", R"({"anyOf": [3]})", R"({"allOf": 3})",
        R"({"allOf": [3]})", R"({"required": 3})", R"({"required": [3]})", R"({"$ref": 3})",
        R"({"format": 3})", R"({"pattern": 3})", R"({"enum": 3})", R"({"prefixItems": 3})"}) {
    EXPECT_FALSE(schema_grammar(bad)) << bad;
  }
}

}  // namespace
}  // namespace axllama
