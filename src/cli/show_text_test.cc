#include "cli/show_text.h"

#include <gtest/gtest.h>

namespace axllama::cli {
namespace {

TEST(ShowText, all_sections) {
  const ShownModel model = read_shown(R"({
      "details":{"family":"qwen3","parameter_size":"2.8M","quantization_level":"Q8_0"},
      "model_info":{"general.architecture":"qwen3","general.parameter_count":2800000,
                    "qwen3.context_length":512,"qwen3.embedding_length":128},
      "capabilities":["completion","tools"],
      "parameters":"temperature                    0.5\nstop                           \"<|x y|>\"",
      "system":"You are a bean.\n\nGrow.\nBloom.",
      "license":"MIT"})")
                               .value();
  EXPECT_EQ(show_text(model, false),
            "  Model\n"
            "    architecture        qwen3    \n"
            "    parameters          2.8M     \n"
            "    context length      512      \n"
            "    embedding length    128      \n"
            "    quantization        Q8_0     \n"
            "\n"
            "  Capabilities\n"
            "    completion    \n"
            "    tools         \n"
            "\n"
            "  Parameters\n"
            "    temperature    0.5          \n"
            "    stop           \"<|x y|>\"    \n"
            "\n"
            "  System\n"
            "    You are a bean.    \n"
            "    Grow.              \n"
            "    ...                \n"
            "\n"
            "  License\n"
            "    MIT    \n"
            "\n");
}

TEST(ShowText, a_projector_has_its_section) {
  const auto shown = [](std::string_view projector) {
    return show_text(read_shown("{\"capabilities\":[\"vision\"],\"parameters\":\"top_k 1\","
                                "\"projector_info\":" +
                                std::string(projector) + "}")
                         .value(),
                     false);
  };
  EXPECT_EQ(shown(R"({"general.architecture":"clip","general.parameter_count":311890000,
                      "clip.vision.embedding_length":1024,"clip.vision.projection_dim":768})"),
            "  Capabilities\n"
            "    vision    \n"
            "\n"
            "  Projector\n"
            "    architecture        clip       \n"
            "    parameters          311.89M    \n"
            "    embedding length    1024       \n"
            "    dimensions          768        \n"
            "\n"
            "  Parameters\n"
            "    top_k    1    \n"
            "\n");
  EXPECT_EQ(shown("null").find("Projector"), std::string::npos);
}

TEST(ShowText, without_model_info_the_details_tell) {
  const ShownModel model =
      read_shown(R"({"details":{"family":"llama","parameter_size":"7B"}})").value();
  EXPECT_EQ(show_text(model, false),
            "  Model\n"
            "    architecture    llama    \n"
            "    parameters      7B       \n"
            "\n");
}

TEST(ShowText, verbose_adds_metadata_and_tensors) {
  const ShownModel model = read_shown(R"({"model_info":{"general.architecture":"llama"},
      "tensors":[{"name":"output","type":"F16","shape":[2,3]}]})")
                               .value();
  const std::string text = show_text(model, true);
  EXPECT_NE(text.find("  Metadata\n    general.architecture    llama    \n"), std::string::npos);
  EXPECT_NE(text.find("  Tensors\n    output    F16    [2, 3]    \n"), std::string::npos);
}

}  // namespace
}  // namespace axllama::cli
