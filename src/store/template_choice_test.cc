#include "store/template_choice.h"

#include <gmock/gmock.h>

namespace axllama::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kPlainGo = "{{ .System }}{{ .Prompt }}";
constexpr const char* kGoWithTools =
    "{{ range .Messages }}{{ .Content }}{{ if .ToolCalls }}<call>{{ end }}{{ end }}{{ .Tools }}";
constexpr const char* kGoWithRoundTrip =
    "{{ range .Messages }}{{ if .ToolCalls }}<call>{{ end }}{{ if eq .Role \"tool\" }}{{ .Content "
    "}}"
    "{{ end }}{{ end }}{{ .Tools }}";
constexpr const char* kPlainJinja = "{{ messages[0].content }}";
constexpr const char* kJinjaWithTools = "{% if tools %}{{ tools }}{% endif %}";
constexpr const char* kJinjaWithRoundTrip =
    "{% if tools %}{{ message.tool_calls }}{% endif %}<tool_response>";

bool takes_go(std::string_view go, std::string_view jinja, std::optional<bool> forced = {}) {
  return takes_go_template(go, jinja, {"completion"}, forced);
}

TEST(TemplateChoice, the_only_template_is_taken) {
  EXPECT_TRUE(takes_go(kPlainGo, ""));
  EXPECT_FALSE(takes_go("", kPlainJinja));
  EXPECT_FALSE(takes_go("", ""));
  EXPECT_TRUE(takes_go(kPlainGo, "", false));
}

TEST(TemplateChoice, go_goes_first_unless_jinja_can_do_more) {
  EXPECT_TRUE(takes_go(kPlainGo, kPlainJinja));
  EXPECT_FALSE(takes_go(kPlainGo, kJinjaWithTools));
  EXPECT_TRUE(takes_go(kGoWithTools, kPlainJinja));
  EXPECT_TRUE(takes_go(kGoWithTools, kJinjaWithTools));
  EXPECT_FALSE(takes_go(kPlainGo, "<think></think>"));
}

TEST(TemplateChoice, answers_of_tools_count) {
  EXPECT_FALSE(takes_go(kGoWithTools, kJinjaWithRoundTrip));
  EXPECT_TRUE(takes_go(kGoWithRoundTrip, kJinjaWithRoundTrip));
  EXPECT_TRUE(takes_go(kGoWithRoundTrip, "{% if tools %}<think></think>"));
  EXPECT_FALSE(takes_go(kGoWithRoundTrip, std::string(kJinjaWithRoundTrip) + "<think></think>"));
}

TEST(TemplateChoice, the_user_decides) {
  EXPECT_TRUE(takes_go(kPlainGo, kJinjaWithTools, true));
  EXPECT_FALSE(takes_go(kGoWithTools, kPlainJinja, false));
}

TEST(TemplateChoice, a_broken_go_template_gives_way) {
  EXPECT_FALSE(takes_go("{{ if }}", kPlainJinja));
  EXPECT_THAT(go_template_capabilities("{{ .Tools "), IsEmpty());
}

TEST(TemplateChoice, capabilities_come_from_fields_and_tags) {
  EXPECT_THAT(go_template_capabilities("{{ $.Tools }}{{ .Suffix }}"),
              ElementsAre("tools", "insert"));
  EXPECT_THAT(go_template_capabilities("{{ range .Messages }}<t>{{ .Thinking }}</t>{{ end }}"),
              ElementsAre("thinking"));
  EXPECT_THAT(go_template_capabilities("{{ range .Messages }}{{ .Thinking }}{{ end }}"), IsEmpty());
}

}  // namespace
}  // namespace axllama::store
