#include "generate/schema_apart.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace axllama {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 8;  // properties of properties; beyond, they count as alike

std::string type_of(const Json& value) {
  if (value.is_number_integer()) return "integer";
  if (value.is_number()) return "number";
  return value.is_null() ? "null" : value.type_name();
}

bool same_type(const std::string& a, const std::string& b) {
  return a == b || (a == "integer" && b == "number") || (a == "number" && b == "integer");
}

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  Result<void> walk(const Json& node, const std::string& at) const {
    if (node.is_array()) {
      for (size_t i = 0; i < node.size(); ++i)
        AX_CHECK(walk(node[i], at + "/" + std::to_string(i)));
    }
    if (!node.is_object()) return {};
    for (const auto& [key, child] : node.items()) {
      if (key == "enum" || key == "const" || key == "default" || key == "examples") continue;
      AX_CHECK(walk(child, at + "/" + key));
    }
    if (!node.contains("oneOf") || !node["oneOf"].is_array()) return {};
    const Json& all = node["oneOf"];
    for (size_t i = 0; i < all.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (are_apart(all[j], all[i], 0)) continue;
        return fail(ErrorCode::kInvalidArgument,
                    "the JSON schema can't be promised: \"oneOf\" at " + at + ": alternatives " +
                        std::to_string(j) + " and " + std::to_string(i) +
                        " may both hold; use anyOf, or a required property that tells them apart");
      }
    }
    return {};
  }

 private:
  const Json& resolved(const Json& node) const {
    const Json* at = &node;
    for (int i = 0; i < kDeepest && at->is_object() && at->contains("$ref"); ++i) {
      const std::string text = at->at("$ref").is_string() ? at->at("$ref") : Json("");
      if (!text.starts_with("#/")) return *at;
      const Json::json_pointer pointer(text.substr(1));
      if (!root_.contains(pointer)) return *at;
      at = &root_.at(pointer);
    }
    return *at;
  }

  // Each of the value's alternatives from each of the other's.
  bool are_apart(const Json& a, const Json& b, int depth) const {
    const Json& mine = resolved(a);
    const Json& theirs = resolved(b);
    if (depth > kDeepest || !mine.is_object() || !theirs.is_object()) return false;
    for (const char* key : {"anyOf", "oneOf"}) {
      if (mine.contains(key)) {
        return std::ranges::all_of(
            mine[key], [&](const Json& one) { return are_apart(one, theirs, depth + 1); });
      }
      if (theirs.contains(key)) {
        return std::ranges::all_of(
            theirs[key], [&](const Json& one) { return are_apart(mine, one, depth + 1); });
      }
    }
    return no_common_value(mine, theirs) || no_common_type(mine, theirs) ||
           (rejects(mine, theirs, depth) && rejects(theirs, mine, depth));
  }

  // A number with bounds has a const that stands for its rule, and a type.
  static Json values_of(const Json& node) {
    if (node.contains("const") && node.contains("type")) return {};
    if (node.contains("enum")) return node["enum"];
    return node.contains("const") ? Json::array({node["const"]}) : Json();
  }
  static bool no_common_value(const Json& a, const Json& b) {
    const Json mine = values_of(a), theirs = values_of(b);
    if (!mine.is_array() || !theirs.is_array()) return false;
    return std::ranges::none_of(
        mine, [&](const Json& one) { return std::ranges::find(theirs, one) != theirs.end(); });
  }

  static std::vector<std::string> types_of(const Json& node) {
    std::vector<std::string> types;
    if (const Json values = values_of(node); values.is_array()) {
      for (const Json& value : values) types.push_back(type_of(value));
    } else if (node.contains("type") && node["type"].is_string()) {
      types.push_back(node["type"]);
    }
    return types;
  }
  static bool no_common_type(const Json& a, const Json& b) {
    const auto mine = types_of(a), theirs = types_of(b);
    if (mine.empty() || theirs.empty()) return false;
    return std::ranges::none_of(mine, [&](const std::string& one) {
      return std::ranges::any_of(theirs,
                                 [&](const std::string& other) { return same_type(one, other); });
    });
  }

  static bool is_closed(const Json& object) {
    return object.contains("properties") &&
           object.value("additionalProperties", Json(false)) == false;
  }
  // Whether no object that is made by `made` satisfies `other`.
  bool rejects(const Json& made, const Json& other, int depth) const {
    if (made.value("type", "") != "object" || other.value("type", "") != "object") return false;
    const Json own = made.value("properties", Json::object());
    const Json theirs = other.value("properties", Json::object());
    for (const Json& name : other.value("required", Json::array())) {
      if (is_closed(made) && !own.contains(name.get<std::string>())) return true;
    }
    for (const Json& required : made.value("required", Json::array())) {
      const std::string name = required;
      if (!theirs.contains(name)) {
        if (other.value("additionalProperties", Json(true)) == false) return true;
      } else if (own.contains(name) && are_apart(own[name], theirs[name], depth + 1)) {
        return true;
      }
    }
    return false;
  }

  const Json& root_;
};

}  // namespace

Result<void> check_one_of(std::string_view json) {
  const Json root = Json::parse(json, nullptr, false);
  return Checker(root).walk(root, "#");
}

}  // namespace axllama
