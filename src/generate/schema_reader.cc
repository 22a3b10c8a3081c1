#include "generate/schema_reader.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "generate/schema_numbers.h"
#include "generate/schema_pattern.h"

namespace axllama {
namespace {

using Json = nlohmann::ordered_json;
using Words = std::initializer_list<const char*>;

constexpr double kLargestBound = 1e15;

// Assertions about any value.
constexpr Words kNever = {"not", "if", "$dynamicRef", "$recursiveRef"};
constexpr Words kBranches = {"then", "else"};  // without an "if" they say nothing
// Assertions about values of one type; elsewhere they say nothing.
constexpr Words kOfObjects = {
    "properties",       "required",      "additionalProperties", "patternProperties",
    "propertyNames",    "minProperties", "maxProperties",        "dependentRequired",
    "dependentSchemas", "dependencies",  "unevaluatedProperties"};
constexpr Words kOfArrays = {"items",       "prefixItems", "minItems",         "maxItems",
                             "uniqueItems", "contains",    "unevaluatedItems", "additionalItems",
                             "minContains", "maxContains"};
constexpr Words kOfStrings = {"pattern", "format", "minLength", "maxLength"};
constexpr Words kOfNumbers = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
                              "multipleOf"};
constexpr Words kTypes = {"object", "array", "string", "number", "integer", "boolean", "null"};
constexpr Words kUnions = {"anyOf", "oneOf"};
// Formats that are defined, and that no grammar here promises.
constexpr Words kHardFormats = {"idn-email",    "idn-hostname",          "uri-reference",
                                "iri",          "iri-reference",         "uri-template",
                                "json-pointer", "relative-json-pointer", "regex"};

bool is_among(const std::string& word, Words words) {
  return std::ranges::find(words, word) != words.end();
}

// "type" may be missing, a name or a list of names.
bool has_type(const Json& value, const Json& type) {
  if (type.is_array())
    return std::ranges::any_of(type, [&](const Json& one) { return has_type(value, one); });
  if (!type.is_string()) return true;
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == (value.is_null() ? "null" : value.type_name());
}

bool is_count(const Json& value) {
  return value.is_number_integer() && value >= 0;
}

// In the schema it stands for a number of a rule.
std::string number_name(size_t index) {
  return "axllama bounded number " + std::to_string(index);
}

class Reader {
 public:
  explicit Reader(Json root) : root_(std::move(root)) {}

  Result<BoundSchema> run() {
    AX_CHECK(read(root_, "#"));
    return BoundSchema{root_.dump(), std::move(numbers_)};
  }

 private:
  static std::unexpected<Error> refuse(const std::string& at, const std::string& keyword,
                                       const std::string& why) {
    return fail(ErrorCode::kInvalidArgument,
                "the JSON schema can't be promised: \"" + keyword + "\" at " + at + ": " + why);
  }
  static std::unexpected<Error> unsupported(const std::string& at, const std::string& keyword) {
    return refuse(at, keyword, "this keyword is not supported");
  }

  Result<void> refuse_any(const Json& node, const std::string& at, Words words,
                          const std::string& why) const {
    for (const char* word : words) {
      if (node.contains(word)) return refuse(at, word, why);
    }
    return {};
  }
  Result<void> refuse_all_but(const Json& node, const std::string& at, Words allowed,
                              const std::string& why) const {
    for (const Words words : {kBranches, kOfObjects, kOfArrays, kOfStrings, kOfNumbers, kUnions,
                              Words{"$ref", "allOf", "enum", "const", "type"}}) {
      for (const char* word : words) {
        if (node.contains(word) && !is_among(word, allowed)) return refuse(at, word, why);
      }
    }
    return {};
  }

  // Once each, however many ways lead there: what is read must not change under who reads it.
  Result<void> read(Json& node, const std::string& at) {
    if (!seen_.insert(at).second) return {};
    if (node.is_boolean() && node.get<bool>()) node = Json::object();
    if (!node.is_object())
      return fail(ErrorCode::kInvalidArgument, "the JSON schema at " + at + " is no object");
    for (const char* word : kNever) {
      if (node.contains(word)) return unsupported(at, word);
    }
    if (node.contains("$ref")) return reference(node, at);
    if (node.contains("anyOf") || node.contains("oneOf")) return alternatives(node, at);
    if (node.contains("const") || node.contains("enum")) return values(node, at);
    return typed(node, at);
  }

  Result<void> reference(Json& node, const std::string& at) {
    AX_CHECK(refuse_all_but(node, at, {"$ref"}, "beside a $ref it would not hold"));
    if (!node["$ref"].is_string()) return refuse(at, "$ref", "it must be a string");
    const std::string name = node["$ref"];
    if (!name.starts_with("#/") || name.find_first_of("~%") != std::string::npos)
      return refuse(at, "$ref", name + ": only names in the same document, as #/$defs/name, are");
    const Json::json_pointer pointer(name.substr(1));
    if (!root_.contains(pointer)) return refuse(at, "$ref", "there is no " + name);
    return read(root_[pointer], name);
  }

  Result<void> alternatives(Json& node, const std::string& at) {
    const std::string key = node.contains("oneOf") ? "oneOf" : "anyOf";
    AX_CHECK(refuse_all_but(node, at, {key.c_str()}, "beside " + key + " it would not hold"));
    Json& all = node[key];
    if (!all.is_array() || all.empty()) return refuse(at, key, "it must be a list of schemas");
    for (size_t i = 0; i < all.size(); ++i)
      AX_CHECK(read(all[i], at + "/" + key + "/" + std::to_string(i)));
    return {};
  }

  Result<void> values(Json& node, const std::string& at) {
    const bool one = node.contains("const");
    AX_CHECK(
        refuse_all_but(node, at, {"const", "enum", "type"},
                       std::string("beside ") + (one ? "const" : "enum") + " it is not checked"));
    Json allowed = one ? Json::array({node["const"]}) : node["enum"];
    if (!allowed.is_array() || allowed.empty()) return refuse(at, "enum", "it must be a list");
    Json kept = Json::array();
    for (const Json& value : allowed) {
      const bool listed = !one || !node.contains("enum") ||
                          std::ranges::find(node["enum"], value) != node["enum"].end();
      if (listed && has_type(value, node.value("type", Json()))) kept.push_back(value);
    }
    if (kept.empty()) return refuse(at, one ? "const" : "enum", "no value of it is of the type");
    node.erase("const");
    node.erase("type");
    node["enum"] = kept;
    return {};
  }

  Result<void> typed(Json& node, const std::string& at) {
    AX_TRY(const std::vector<std::string> types, types_of(node, at));
    if (types.empty()) return untyped(node, at);
    if (types.size() == 1) {
      node["type"] = types.front();
      return of_type(node, types.front(), at);
    }
    Json all = Json::array();
    for (const std::string& type : types) {
      Json one = node;
      one["type"] = type;
      AX_CHECK(of_type(one, type, at));
      for (const char* keyword : {"$defs", "definitions"}) one.erase(keyword);
      all.push_back(std::move(one));
    }
    for (const Words words : {kOfObjects, kOfArrays, kOfStrings, kOfNumbers, Words{"type"}}) {
      for (const char* word : words) node.erase(word);
    }
    node["anyOf"] = std::move(all);
    return {};
  }

  Result<std::vector<std::string>> types_of(const Json& node, const std::string& at) const {
    std::vector<std::string> types;
    if (!node.contains("type")) return types;
    const Json& told = node["type"];
    for (const Json& one : told.is_array() ? told : Json::array({told})) {
      if (!one.is_string() || !is_among(one, kTypes)) {
        return refuse(at, "type", one.dump() + " is no type");
      }
      types.push_back(one);
    }
    if (types.empty()) return refuse(at, "type", "it names none");
    return types;
  }

  // A schema without a type says something of values of some types only; an answer may be of one
  // of those.
  Result<void> untyped(Json& node, const std::string& at) {
    const std::pair<const char*, Words> kinds[] = {{"object", kOfObjects},
                                                   {"array", kOfArrays},
                                                   {"string", kOfStrings},
                                                   {"number", kOfNumbers}};
    for (const auto& [type, words] : kinds) {
      if (std::ranges::none_of(words, [&](const char* word) { return node.contains(word); }))
        continue;
      node["type"] = type;
      return of_type(node, type, at);
    }
    return {};
  }

  Result<void> of_type(Json& node, const std::string& type, const std::string& at) {
    if (type == "object") return object(node, at);
    if (type == "array") return array(node, at);
    if (type == "string") return string(node, at);
    if (type == "integer") return integer(node, at);
    if (type == "number") return number(node, at);
    return {};
  }

  Result<void> object(Json& node, const std::string& at) {
    for (const char* word : {"patternProperties", "propertyNames", "dependentRequired",
                             "dependentSchemas", "dependencies"}) {
      if (node.contains(word)) return unsupported(at, word);
    }
    if (node.contains("unevaluatedProperties") && node["unevaluatedProperties"] != false)
      return unsupported(at, "unevaluatedProperties");
    if (node.contains("properties") && !node["properties"].is_object())
      return refuse(at, "properties", "it must be an object");
    AX_CHECK(require(node, at));
    if (node.contains("properties")) {
      for (auto& [name, property] : node["properties"].items())
        AX_CHECK(read(property, at + "/properties/" + name));
    }
    if (node.contains("additionalProperties") && node["additionalProperties"].is_object())
      AX_CHECK(read(node["additionalProperties"], at + "/additionalProperties"));
    return count_properties(node, at);
  }

  // Names that are required and not described are described.
  Result<void> require(Json& node, const std::string& at) {
    if (!node.contains("required")) return {};
    const Json names = node["required"];
    if (!names.is_array()) return refuse(at, "required", "it must be a list of names");
    const Json more = node.value("additionalProperties", Json(true));
    for (const Json& name : names) {
      if (!name.is_string()) return refuse(at, "required", "it must be a list of names");
      if (node.contains("properties") && node["properties"].contains(name.get<std::string>()))
        continue;
      if (more == false)
        return refuse(at, "required", name.dump() + " is required and may not be there");
      node["properties"][name.get<std::string>()] = more == true ? Json::object() : more;
    }
    return {};
  }

  // Of objects whose properties are all described the number is known.
  Result<void> count_properties(const Json& node, const std::string& at) const {
    const size_t least = node.contains("required") ? node["required"].size() : 0;
    const bool open = node.contains("additionalProperties") ? node["additionalProperties"] != false
                                                            : !node.contains("properties");
    const size_t most = node.contains("properties") ? node["properties"].size() : 0;
    if (node.contains("minProperties") &&
        !(is_count(node["minProperties"]) && node["minProperties"] <= least))
      return refuse(at, "minProperties", "only required properties are sure to be there");
    if (node.contains("maxProperties") &&
        (open || !(is_count(node["maxProperties"]) && node["maxProperties"] >= most)))
      return refuse(at, "maxProperties", "properties are not counted");
    return {};
  }

  Result<void> array(Json& node, const std::string& at) {
    for (const char* word : {"contains", "minContains", "maxContains"}) {
      if (node.contains(word)) return unsupported(at, word);
    }
    if (node.contains("uniqueItems") && node["uniqueItems"] != false)
      return unsupported(at, "uniqueItems");
    const bool old_tuple = node.contains("items") && node["items"].is_array();
    if (old_tuple || node.contains("prefixItems")) return tuple(node, at, old_tuple);
    if (node.contains("items")) {
      if (node["items"] == false) {
        node["items"] = Json::object();
        node["maxItems"] = 0;
      }
      AX_CHECK(read(node["items"], at + "/items"));
    }
    return counts(node, at, "minItems", "maxItems");
  }

  // Exactly as many items as are described: more would be allowed, but not required.
  Result<void> tuple(Json& node, const std::string& at, bool old_form) {
    const std::string key = old_form ? "items" : "prefixItems";
    Json items = node[key];
    if (!items.is_array()) return refuse(at, key, "it must be a list of schemas");
    AX_CHECK(counts(node, at, "minItems", "maxItems"));
    const size_t count = items.size();
    if (node.contains("minItems") && node["minItems"] > count)
      return refuse(at, "minItems", "more items than " + key + " describes are not supported");
    if (node.contains("maxItems") && node["maxItems"] < count)
      return refuse(at, "maxItems", "fewer items than " + key + " describes are not supported");
    for (size_t i = 0; i < count; ++i)
      AX_CHECK(read(items[i], at + "/" + key + "/" + std::to_string(i)));
    for (const char* word : kOfArrays) node.erase(word);
    node["prefixItems"] = std::move(items);
    return {};
  }

  Result<void> counts(const Json& node, const std::string& at, const char* least,
                      const char* most) const {
    for (const char* word : {least, most}) {
      if (node.contains(word) && !is_count(node[word]))
        return refuse(at, word, "it must be a whole number");
    }
    if (node.contains(least) && node.contains(most) && node[least] > node[most])
      return refuse(at, least, "it is more than " + std::string(most));
    return {};
  }

  Result<void> string(Json& node, const std::string& at) {
    AX_CHECK(counts(node, at, "minLength", "maxLength"));
    if (node.contains("format")) AX_CHECK(format(node, at));
    if (!node.contains("pattern")) return {};
    if (!node["pattern"].is_string()) return refuse(at, "pattern", "it must be a string");
    if (node["pattern"] == "") {
      node.erase("pattern");
      return {};
    }
    AX_CHECK(
        refuse_any(node, at, {"minLength", "maxLength"}, "beside a pattern it would not hold"));
    auto translated = grammar_pattern(node["pattern"].get<std::string>());
    if (!translated) return refuse(at, "pattern", translated.error().message);
    node["pattern"] = *translated;
    return {};
  }

  Result<void> format(Json& node, const std::string& at) {
    if (!node["format"].is_string()) return refuse(at, "format", "it must be a string");
    const std::string name = node["format"];
    const std::string_view pattern = format_pattern(name);
    if (is_among(name, kHardFormats)) return refuse(at, "format", name + " is not supported");
    if (pattern.empty() && !name.starts_with("uuid")) return {};  // nobody's: an annotation
    AX_CHECK(refuse_any(node, at, {"pattern", "minLength", "maxLength"},
                        "beside format " + name + " it would not hold"));
    if (pattern.empty()) return {};  // the converter knows it
    node["pattern"] = pattern;
    node.erase("format");
    return {};
  }

  Result<void> integer(Json& node, const std::string& at) {
    AX_CHECK(multiples(node, at, true));
    AX_TRY(const NumberBounds bounds, bounds_of(node, at, true));
    for (const char* word : kOfNumbers) node.erase(word);
    if (bounds.minimum) node["minimum"] = *bounds.minimum + (bounds.above_minimum ? 1 : 0);
    if (bounds.maximum) node["maximum"] = *bounds.maximum - (bounds.below_maximum ? 1 : 0);
    if (bounds.minimum && bounds.maximum && node["minimum"] > node["maximum"])
      return refuse(at, "minimum", "no integer lies between the bounds");
    return {};
  }

  Result<void> number(Json& node, const std::string& at) {
    AX_CHECK(multiples(node, at, false));
    AX_TRY(const NumberBounds bounds, bounds_of(node, at, false));
    if (!bounds.minimum && !bounds.maximum) return {};
    const std::string rule = number_rule(bounds);
    if (rule.empty()) return refuse(at, "minimum", "no number lies between the bounds");
    numbers_.push_back(rule);
    for (const char* word : kOfNumbers) node.erase(word);
    node["const"] = number_name(numbers_.size() - 1);
    return {};
  }

  Result<void> multiples(const Json& node, const std::string& at, bool whole) const {
    if (!node.contains("multipleOf") || (whole && node["multipleOf"] == 1)) return {};
    return unsupported(at, "multipleOf");
  }

  // The tighter one of each pair. Fractional bounds of integers are rounded inwards.
  Result<NumberBounds> bounds_of(const Json& node, const std::string& at, bool whole) const {
    NumberBounds bounds;
    for (const char* word : {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}) {
      if (!node.contains(word)) continue;
      const bool low = std::string_view(word).ends_with("inimum");
      if (!node[word].is_number()) return refuse(at, word, "it must be a number");
      double value = node[word].get<double>();
      bool open = word[0] == 'e';
      if (std::abs(value) > kLargestBound) return refuse(at, word, "it is too large");
      if (std::floor(value) != value) {
        if (!whole) return refuse(at, word, "of a number it must be whole");
        value = low ? std::ceil(value) : std::floor(value);
        open = false;
      }
      const auto bound = static_cast<int64_t>(value);
      std::optional<int64_t>& limit = low ? bounds.minimum : bounds.maximum;
      bool& excluded = low ? bounds.above_minimum : bounds.below_maximum;
      if (limit == bound) {
        excluded = excluded || open;
      } else if (!limit || (low ? bound > *limit : bound < *limit)) {
        limit = bound;
        excluded = open;
      }
    }
    return bounds;
  }

  Json root_;
  std::vector<std::string> numbers_;
  std::set<std::string> seen_;  // pointers
};

}  // namespace

std::string number_place(size_t index) {
  return R"("\")" + number_name(index) + R"(\"")";
}

Result<BoundSchema> read_schema(std::string_view json) {
  Json root = Json::parse(json, nullptr, false);
  if (root.is_discarded())
    return fail(ErrorCode::kInvalidArgument, "the JSON schema is not valid JSON");
  return Reader(std::move(root)).run();
}

}  // namespace axllama
