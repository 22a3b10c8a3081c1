#include "generate/schema_merge.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace axllama {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 32;  // references behind references

bool is_among(const std::string& word, std::initializer_list<const char*> words) {
  return std::ranges::find(words, word) != words.end();
}

// What both lists have.
Json common(const Json& a, const Json& b) {
  Json both = Json::array();
  for (const Json& one : a) {
    if (std::ranges::find(b, one) != b.end()) both.push_back(one);
  }
  return both;
}

Json as_list(const Json& value) {
  return value.is_array() ? value : Json::array({value});
}

// Types that both allow: an integer is a number.
Json common_types(const Json& a, const Json& b) {
  const Json mine = as_list(a), theirs = as_list(b);
  Json types = common(mine, theirs);
  for (const auto& [one, other] : {std::pair(&mine, &theirs), std::pair(&theirs, &mine)}) {
    const bool narrower = std::ranges::find(*one, "integer") != one->end() &&
                          std::ranges::find(*other, "number") != other->end();
    if (narrower && std::ranges::find(types, "integer") == types.end()) types.push_back("integer");
  }
  return types.size() == 1 ? types.front() : types;
}

class Merger {
 public:
  explicit Merger(const Json& root) : root_(root) {}

  // All schemas of a document.
  Result<void> walk(Json& node, const std::string& at) {
    if (!node.is_object()) return {};
    if (node.contains("allOf")) {
      AX_TRY(node, merged(node, at, 0));
    }
    for (const char* key : {"properties", "$defs", "definitions"}) {
      if (!node.contains(key) || !node[key].is_object()) continue;
      for (auto& [name, child] : node[key].items())
        AX_CHECK(walk(child, at + "/" + key + "/" + name));
    }
    for (const char* key : {"anyOf", "oneOf", "prefixItems", "items", "additionalProperties"}) {
      if (!node.contains(key)) continue;
      if (!node[key].is_array()) {
        AX_CHECK(walk(node[key], at + "/" + key));
        continue;
      }
      for (size_t i = 0; i < node[key].size(); ++i)
        AX_CHECK(walk(node[key][i], at + "/" + key + "/" + std::to_string(i)));
    }
    return {};
  }

 private:
  static std::unexpected<Error> refuse(const std::string& at, const std::string& why) {
    return fail(ErrorCode::kInvalidArgument,
                "the JSON schema can't be promised: \"allOf\" at " + at + ": " + why);
  }

  Result<Json> merged(Json node, const std::string& at, int depth) {
    if (depth > kDeepest) return refuse(at, "it refers to itself");
    const Json parts = node["allOf"];
    if (!parts.is_array() || parts.empty()) return refuse(at, "it must be a list of schemas");
    node.erase("allOf");
    std::vector<Json> all = {node};
    for (const Json& part : parts) {
      AX_TRY(Json plain, resolved(part, at, depth));
      all.push_back(std::move(plain));
    }
    AX_CHECK(check_closed(all, at));
    Json result = Json::object();
    for (const Json& part : all) AX_CHECK(add(result, part, at, depth));
    return result;
  }

  // Without references and allOf of its own.
  Result<Json> resolved(Json part, const std::string& at, int depth) {
    if (part == true) return Json(Json::object());
    if (!part.is_object()) return refuse(at, "it must be a list of schemas");
    if (part.contains("$ref")) {
      if (depth > kDeepest) return refuse(at, "it refers to itself");
      const Json* const target = find(part["$ref"]);
      if (target == nullptr) return refuse(at, "there is no " + part["$ref"].dump());
      part.erase("$ref");
      AX_TRY(Json result, resolved(*target, at, depth + 1));
      AX_CHECK(add(result, part, at, depth + 1));
      return result;
    }
    if (part.contains("allOf")) return merged(std::move(part), at, depth + 1);
    return part;
  }

  const Json* find(const Json& reference) const {
    if (!reference.is_string()) return nullptr;
    const auto text = reference.get<std::string>();
    if (text == "#") return &root_;
    if (!text.starts_with("#/")) return nullptr;
    try {
      return &root_.at(Json::json_pointer(text.substr(1)));
    } catch (const Json::exception&) {
      return nullptr;
    }
  }

  // "additionalProperties" sees the properties of its own schema only: it may not meet others.
  static Result<void> check_closed(const std::vector<Json>& parts, const std::string& at) {
    for (const Json& closed : parts) {
      const Json more = closed.value("additionalProperties", Json(true));
      if (more == true) continue;
      const Json own = closed.value("properties", Json::object());
      for (const Json& part : parts) {
        const Json theirs = part.value("properties", Json::object());
        for (const auto& [name, property] : theirs.items()) {
          if (!own.contains(name))
            return refuse(
                at, "\"additionalProperties\" of one part forbids \"" + name + "\" of another");
        }
      }
    }
    return {};
  }

  Result<void> add(Json& to, const Json& part, const std::string& at, int depth) {
    for (const auto& [key, value] : part.items()) {
      if (!to.contains(key)) {
        to[key] = value;
      } else if (to[key] != value) {
        AX_CHECK(unite(to[key], key, value, at, depth));
      }
    }
    return {};
  }

  Result<void> unite(Json& held, const std::string& key, const Json& value, const std::string& at,
                     int depth) {
    if (is_among(key, {"properties", "$defs", "definitions"})) {
      if (!held.is_object() || !value.is_object())
        return refuse(at, "\"" + key + "\" must be an object");
      for (const auto& [name, child] : value.items()) {
        if (!held.contains(name) || held[name] == child) {
          held[name] = child;
          continue;
        }
        AX_TRY(held[name],
               merged({{"allOf", {held[name], child}}}, at + "/" + key + "/" + name, depth + 1));
      }
      return {};
    }
    if (key == "required") {
      if (!held.is_array() || !value.is_array())
        return refuse(at, "\"required\" must be a list of names");
      for (const Json& name : value) {
        if (std::ranges::find(held, name) == held.end()) held.push_back(name);
      }
      return {};
    }
    if (key == "type" || key == "enum") {
      held = key == "type" ? common_types(held, value) : common(held, value);
      if (held.empty()) return refuse(at, "no " + key + " satisfies all of it");
      return {};
    }
    if (key == "additionalProperties" && (held.is_boolean() || value.is_boolean())) {
      if (held == true || value == false) held = value;
      return {};
    }
    const bool numbers = held.is_number() && value.is_number();
    if (numbers &&
        is_among(key, {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})) {
      held = std::max(held, value);
      return {};
    }
    if (numbers &&
        is_among(key, {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})) {
      held = std::min(held, value);
      return {};
    }
    if (is_among(key, {"const", "pattern", "format", "items", "prefixItems", "anyOf", "oneOf",
                       "$ref", "multipleOf", "additionalProperties", "uniqueItems", "contains",
                       "not", "if", "then", "else", "patternProperties", "propertyNames"})) {
      return refuse(at, "two different \"" + key + "\" are not supported");
    }
    return {};  // it asserts nothing: the first one stays
  }

  const Json& root_;
};

}  // namespace

Result<std::string> without_all_of(std::string_view json) {
  Json root = Json::parse(json, nullptr, false);
  if (root.is_discarded())
    return fail(ErrorCode::kInvalidArgument, "the JSON schema is not valid JSON");
  const Json original = root;
  Merger merger(original);
  AX_CHECK(merger.walk(root, "#"));
  return root.dump();
}

}  // namespace axllama
