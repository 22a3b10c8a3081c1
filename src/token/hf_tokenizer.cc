#include "token/hf_tokenizer.h"

#include <fmt/format.h>

#include "base/fd.h"
#include "token/hf_json.h"

namespace axllama {
namespace {

Result<std::string> read_if_there(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return "";
  return read_file(file);
}

}  // namespace

Result<HfFiles> read_hf_files(const std::filesystem::path& folder) {
  HfFiles files;
  AX_TRY(files.tokenizer, read_if_there(folder / "tokenizer.json"));
  AX_TRY(files.config, read_if_there(folder / "tokenizer_config.json"));
  AX_TRY(files.generation_config, read_if_there(folder / "generation_config.json"));
  AX_TRY(files.chat_template, read_if_there(folder / "chat_template.jinja"));
  if (!files.tokenizer.empty()) return files;
  AX_TRY(files.vocabulary, read_if_there(folder / "vocab.json"));
  AX_TRY(files.merges, read_if_there(folder / "merges.txt"));
  if (!files.vocabulary.empty() && !files.merges.empty()) return files;
  return fail(
      ErrorCode::kNotFound,
      fmt::format("{} has neither tokenizer.json nor vocab.json and merges.txt", folder.string()));
}

Result<TokenizerSource> read_hf_tokenizer(const HfFiles& files, std::string_view tokenizer_type) {
  AX_TRY(TokenizerSource source, files.tokenizer.empty()
                                     ? read_vocabulary_and_merges(files, tokenizer_type)
                                     : read_tokenizer_json(files.tokenizer));
  AX_CHECK(read_hf_configs(files, source));
  return source;
}

}  // namespace axllama
