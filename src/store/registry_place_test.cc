#include "store/registry_place.h"

#include <gtest/gtest.h>

namespace axllama::store {
namespace {

RegistryPlace place_of(std::string_view text, bool insecure = false) {
  const auto place = registry_place(text, insecure, {});
  EXPECT_TRUE(place) << text;
  return place.value_or(RegistryPlace{});
}

TEST(RegistryPlace, a_bare_name_is_ollamas) {
  const RegistryPlace place = place_of("qwen3");
  EXPECT_EQ(place.origin.text(), "https://registry.ollama.ai/");
  EXPECT_EQ(place.manifest(), "/v2/library/qwen3/manifests/latest");
  EXPECT_EQ(place.blob("sha256:ab"), "/v2/library/qwen3/blobs/sha256:ab");
  EXPECT_FALSE(place.plain);
}

TEST(RegistryPlace, a_host_and_its_port_are_kept) {
  const RegistryPlace place = place_of("registry.home:5000/me/model:q4");
  EXPECT_EQ(place.origin.text(), "https://registry.home:5000/");
  EXPECT_EQ(place.uploads(), "/v2/me/model/blobs/uploads/");
  EXPECT_EQ(place.name.tag, "q4");
}

TEST(RegistryPlace, http_wants_to_be_allowed) {
  const auto refused = registry_place("http://registry.home/me/model", false, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "insecure protocol http");
  EXPECT_EQ(place_of("http://registry.home/me/model", true).origin.scheme, "http");
}

TEST(RegistryPlace, insecure_means_http_everywhere) {
  const RegistryPlace place = place_of("localhost:5000/me/model", true);
  EXPECT_EQ(place.origin.text(), "http://localhost:5000/");
  EXPECT_TRUE(place.plain);
}

TEST(RegistryPlace, another_scheme_is_no_name) {
  EXPECT_EQ(registry_place("ftp://h/me/model", true, {}).error().message, "invalid model name");
}

TEST(RegistryPlace, hugging_face_is_where_the_settings_say) {
  TransferSettings settings;
  settings.hugging_face = "http://mirror.home:8080";
  for (const char* text : {"hf.co/u/r:Q4_K_M", "huggingface.co/u/r", "HF.CO/u/r"}) {
    const auto place = registry_place(text, false, settings);
    ASSERT_TRUE(place);
    EXPECT_TRUE(place->is_hugging_face);
    EXPECT_TRUE(place->plain);
    EXPECT_EQ(place->origin.text(), "http://mirror.home:8080/");
  }
  EXPECT_EQ(place_of("hf.co/u/r").origin.text(), "https://huggingface.co/");
}

}  // namespace
}  // namespace axllama::store
