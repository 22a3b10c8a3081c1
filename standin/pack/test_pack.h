// Sprout packed into a temporary folder, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "standin/pack/pack.h"
#include "standin/pack/test_support.h"

namespace axllama::pack {

inline const Contexts kTestContexts = {
    .chunk = 64, .cache = 255, .history = {0, 64, 128}, .decode_contexts = {127}};

inline const Source& sprout(bool gguf) {
  static const Source from_gguf = *open_source(sprout_gguf());
  static const Source from_hf = *open_source(sprout_hf());
  return gguf ? from_gguf : from_hf;
}

inline PackOptions options_of(Layout layout) {
  return {.layout = layout,
          .config = usual_config(layout),
          .tokenizer = usual_tokenizer(layout),
          .name = "Sprout",
          .contexts = kTestContexts};
}

inline void pack(const Source& source, const PackOptions& options,
                 const std::filesystem::path& folder) {
  const auto files = model_files(source, options, {});
  ASSERT_TRUE(files) << files.error().text();
  const auto written = write_folder(folder, *files, false, {}, {});
  ASSERT_TRUE(written) << written.error().text();
}

}  // namespace axllama::pack
