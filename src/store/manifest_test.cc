#include "store/manifest.h"

#include <gtest/gtest.h>

#include <vector>

namespace axllama::store {
namespace {

const std::string kDigestA = "sha256:" + std::string(64, 'a');
const std::string kDigestB = "sha256:" + std::string(64, 'b');

std::string sample() {
  return "{\"schemaVersion\":2,\"mediaType\":"
         "\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":{\"mediaType\":"
         "\"application/vnd.docker.container.image.v1+json\",\"digest\":\"" +
         kDigestA +
         "\",\"size\":412},\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\","
         "\"digest\":\"" +
         kDigestB +
         "\",\"size\":3003968,\"from\":\"sprout:latest\"},{\"mediaType\":"
         "\"application/vnd.axllama.image.file\",\"digest\":\"" +
         kDigestA + "\",\"size\":7,\"name\":\"config.json\"}]}\n";
}

TEST(Manifest, what_ollama_writes_is_read_and_written_back_to_the_byte) {
  const auto manifest = parse_manifest(sample());
  ASSERT_TRUE(manifest) << manifest.error().text();
  EXPECT_EQ(manifest->config.digest, kDigestA);
  EXPECT_EQ(manifest->layers.size(), 2u);
  EXPECT_EQ(manifest->layers[0].from, "sprout:latest");
  EXPECT_EQ(manifest->layers[1].name, "config.json");
  EXPECT_EQ(manifest->size(), 412u + 3003968u + 7u);
  EXPECT_EQ(manifest_json(*manifest), sample());
}

TEST(Manifest, digests_are_taken_in_both_spellings) {
  std::string text = sample();
  text.replace(text.find("sha256:a"), 7, "sha256-");
  const auto manifest = parse_manifest(text);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->config.digest, kDigestA);
}

TEST(Manifest, cut_anywhere_it_is_corrupt) {
  const std::string whole = sample();
  for (size_t size = 0; size + 2 < whole.size(); ++size) {
    const auto manifest = parse_manifest(whole.substr(0, size));
    ASSERT_FALSE(manifest) << size;
    EXPECT_EQ(manifest.error().code, ErrorCode::kCorrupt);
  }
}

TEST(Manifest, other_shapes_are_corrupt) {
  const std::string layer = "{\"mediaType\":\"m\",\"digest\":\"" + kDigestA + "\",\"size\":1}";
  const std::vector<std::string> table = {
      "null",
      "[]",
      "{}",
      "{\"layers\":[]}",
      "{\"config\":" + layer + "}",
      "{\"config\":" + layer + ",\"layers\":{}}",
      "{\"config\":" + layer + ",\"layers\":[7]}",
      "{\"config\":7,\"layers\":[]}",
      "{\"config\":{\"digest\":\"sha256:../../etc/passwd\",\"size\":1},\"layers\":[]}",
      "{\"config\":{\"digest\":\"" + kDigestA + "\",\"size\":-1},\"layers\":[]}",
      "{\"config\":{\"digest\":\"" + kDigestA + "\",\"size\":1.5},\"layers\":[]}",
      "{\"config\":{\"digest\":\"" + kDigestA + "\"},\"layers\":[]}",
      "{\"config\":" + std::string(100000, '[') + "}",
  };
  for (const std::string& text : table) {
    const auto manifest = parse_manifest(text);
    ASSERT_FALSE(manifest) << text;
    EXPECT_EQ(manifest.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace axllama::store
