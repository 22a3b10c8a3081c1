#include "serve/recommended_models.h"

#include <gtest/gtest.h>

namespace axllama::serve {
namespace {

store::PublishedModel model_of(std::string_view name, uint64_t card_bytes) {
  return {.name = *store::Name::parse(name),
          .card_bytes = card_bytes,
          .capabilities = {"completion"},
          .speeds = {{"rk3576", 2.04}, {"raspberry_pi_5", 3.96}}};
}

TEST(RecommendedModels, the_description_has_what_is_known) {
  store::PublishedModel model = model_of("a:1b", 7);
  model.family = "qwen3";
  model.parameters = "1B";
  model.context = 2047;
  EXPECT_EQ(recommendations_json({&model, 1}, {}),
            R"({"recommendations":[{"model":"a:1b","description":"qwen3 1B for the AX650 NPU, )"
            R"(4.0 tokens/s on a Raspberry Pi 5","context_length":2047,"vram_bytes":7}]})");
}

TEST(RecommendedModels, models_that_cannot_chat_or_were_never_measured_are_not) {
  std::vector<store::PublishedModel> models = {model_of("embeds", 1), model_of("unknown", 1)};
  models[0].capabilities = {"embedding"};
  models[1].speeds = {{"a machine that nobody has", 9}};
  EXPECT_EQ(recommendations_json(models, {}), R"({"recommendations":[]})");
}

TEST(RecommendedModels, where_a_card_is_only_what_it_has_room_for) {
  const std::vector<store::PublishedModel> models = {model_of("small", uint64_t{1} << 30),
                                                     model_of("large", uint64_t{9} << 30),
                                                     model_of("unknown", 0)};
  const std::vector<CardMemory> cards = {{.free = uint64_t{7} << 30}};
  const std::string json = recommendations_json(models, cards);
  EXPECT_NE(json.find("\"small:latest\""), std::string::npos) << json;
  EXPECT_EQ(json.find("\"large:latest\""), std::string::npos) << json;
  EXPECT_EQ(json.find("\"unknown:latest\""), std::string::npos) << json;
}

}  // namespace
}  // namespace axllama::serve
