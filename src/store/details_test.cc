#include "store/details.h"

#include <gmock/gmock.h>

#include "store/test_support.h"

namespace axllama::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> capabilities(const std::string& gguf_bytes, std::string_view go = "",
                                      Config config = {}, bool projector = false) {
  const auto gguf = Gguf::parse(ByteSource(gguf_bytes));
  EXPECT_TRUE(gguf);
  return find_capabilities({config, &*gguf, projector, go});
}

TEST(Capabilities, come_from_the_ggufs_own_keys) {
  EXPECT_THAT(capabilities(tiny_gguf()), ElementsAre("completion"));
  EXPECT_THAT(capabilities(tiny_gguf("", "tiny.pooling_type")), ElementsAre("embedding"));
  EXPECT_THAT(capabilities(tiny_gguf("", "tiny.vision.block_count")),
              ElementsAre("completion", "vision"));
  EXPECT_THAT(capabilities(tiny_gguf("", "other.pooling_type")), ElementsAre("completion"));
}

TEST(Capabilities, come_from_the_jinja_template) {
  EXPECT_THAT(capabilities(tiny_gguf("{% if tools %}")), ElementsAre("completion", "tools"));
  EXPECT_THAT(capabilities(tiny_gguf("<tool_call>")), ElementsAre("completion", "tools"));
  EXPECT_THAT(capabilities(tiny_gguf("<think>\n</think>")), ElementsAre("completion", "thinking"));
  EXPECT_THAT(capabilities(tiny_gguf("<think>")), ElementsAre("completion"));
}

TEST(Capabilities, come_from_the_go_template) {
  EXPECT_THAT(capabilities(tiny_gguf(), "{{ if .Tools }}{{ end }}"),
              ElementsAre("completion", "tools"));
  EXPECT_THAT(capabilities(tiny_gguf(), "<PRE>{{ .Prompt }}<SUF>{{ .Suffix }}<MID>"),
              ElementsAre("completion", "insert"));
  EXPECT_THAT(capabilities(tiny_gguf(), "{{ range .Messages }}<t>{{ .Thinking }}</t>{{ end }}"),
              ElementsAre("completion", "thinking"));
  EXPECT_THAT(capabilities(tiny_gguf(), ".Tools and {{/* .Suffix */}} {{ \".Thinking\" }}"),
              ElementsAre("completion"));
}

TEST(Capabilities, come_from_the_template_that_is_used) {
  EXPECT_THAT(capabilities(tiny_gguf("plain"), "{{ .Suffix }}"),
              ElementsAre("completion", "insert"));
  EXPECT_THAT(capabilities(tiny_gguf("tools <think></think>"), "{{ .Suffix }}"),
              ElementsAre("completion", "tools", "thinking"));
}

TEST(Capabilities, of_config_projector_and_family_join_without_doubles) {
  Config config;
  config.capabilities = {"completion", "audio"};
  config.model_family = "gptoss";
  EXPECT_THAT(capabilities(tiny_gguf(), "", config, true),
              ElementsAre("completion", "audio", "vision", "thinking"));
  EXPECT_THAT(find_capabilities({config}), ElementsAre("completion", "audio", "thinking"));
  EXPECT_THAT(find_capabilities({Config{}}), IsEmpty());
}

TEST(Capabilities, of_a_compiled_embedding_model_are_not_its_tokenizers_templates) {
  Config config;
  config.capabilities = {"embedding"};
  const std::string jinja = "{% if tools %}<think></think>";
  EXPECT_THAT(find_capabilities({.config = config, .chat_template = jinja}),
              ElementsAre("embedding"));
  config.capabilities = {"completion"};
  EXPECT_THAT(find_capabilities({.config = config, .chat_template = jinja}),
              ElementsAre("completion", "tools", "thinking"));
}

TEST(Details, what_the_config_says_goes_before_the_gguf) {
  const std::string bytes = tiny_gguf();
  const auto gguf = Gguf::parse(ByteSource(bytes));
  ASSERT_TRUE(gguf);
  Config config;
  config.model_family = "named";
  config.model_type = "7B";
  config.context_length = 99;
  const ModelDetails details = model_details(config, &*gguf);
  EXPECT_EQ(details.format, "gguf");
  EXPECT_EQ(details.family, "named");
  EXPECT_THAT(details.families, ElementsAre("tiny"));
  EXPECT_EQ(details.parameter_size, "7B");
  EXPECT_EQ(details.quantization_level, "F32");
  EXPECT_EQ(details.context_length, 99);
  EXPECT_EQ(details.embedding_length, 32);
  EXPECT_EQ(model_details(config, nullptr).parameter_size, "7B");
}

TEST(Details, a_vision_tower_alone_is_a_projector) {
  const auto is = [](const std::string& bytes) {
    return is_projector(*Gguf::parse(ByteSource(bytes)));
  };
  EXPECT_FALSE(is(tiny_gguf()));
  EXPECT_TRUE(is(tiny_gguf("", "tiny.vision.block_count")));
  EXPECT_TRUE(is(GgufBytes()
                     .header(0, 2)
                     .string_value("general.architecture", "clip")
                     .value<uint8_t>("clip.has_vision_encoder", 7, 1)
                     .bytes()));
  EXPECT_TRUE(is(GgufBytes().header(0, 1).string_value("general.type", "mmproj").bytes()));
}

}  // namespace
}  // namespace axllama::store
