#include "store/template_choice.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/model.h"
#include "go_template/inspect.h"

namespace axllama::store {
namespace {

using Names = std::set<std::string>;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool has_tool_round_trip(std::string_view jinja) {
  constexpr std::array kAnswers = {
      "tool_response",       "tool_results",           "ipython",
      "role'] == 'tool'",    "role'] == \"tool\"",     "role\"] == 'tool'",
      "role\"] == \"tool\"", "message.role == 'tool'", "message.role == \"tool\""};
  if (!contains(jinja, "tool_calls") && !contains(jinja, "assistant_tool_call")) return false;
  return std::ranges::any_of(kAnswers, [&](const char* mark) { return contains(jinja, mark); });
}

Names joined(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  Names names(a.begin(), a.end());
  names.insert(b.begin(), b.end());
  return names;
}

}  // namespace

std::vector<std::string> go_template_capabilities(std::string_view text) {
  std::vector<std::string> found;
  const auto parsed = go_template::Template::parse(text);
  if (!parsed) return found;
  const auto fields = go_template::field_names(*parsed);
  if (fields.contains("tools")) found.emplace_back(capability::kTools);
  if (fields.contains("suffix")) found.emplace_back(capability::kInsert);
  if (go_template::thinking_tags(*parsed)) found.emplace_back(capability::kThinking);
  return found;
}

std::vector<std::string> jinja_capabilities(std::string_view text) {
  std::vector<std::string> found;
  if (contains(text, "tools") || contains(text, "tool_call")) {
    found.emplace_back(capability::kTools);
  }
  if (contains(text, "<think>") && contains(text, "</think>")) {
    found.emplace_back(capability::kThinking);
  }
  return found;
}

bool takes_go_template(std::string_view go, std::string_view jinja,
                       const std::vector<std::string>& also, std::optional<bool> forced) {
  if (go.empty() || jinja.empty()) return !go.empty();
  if (forced) return *forced;
  const auto parsed = go_template::Template::parse(go);
  if (!parsed) return false;
  const Names with_go = joined(also, go_template_capabilities(go));
  const Names with_jinja = joined(also, jinja_capabilities(jinja));
  const bool go_calls = go_template::has_tool_round_trip(*parsed);
  if (with_jinja.size() > with_go.size()) return go_calls && !has_tool_round_trip(jinja);
  if (with_jinja != with_go || !with_go.contains(capability::kTools)) return true;
  return go_calls || !has_tool_round_trip(jinja);
}

}  // namespace axllama::store
