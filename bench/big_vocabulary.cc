#include "bench/big_vocabulary.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "token/byte_alphabet.h"
#include "token/tokenizer_source.h"
#include "token/vocabulary_file.h"

namespace axllama {
namespace {

std::string word(int number) {
  std::string letters;
  for (; number > 0; number /= 26) letters += static_cast<char>('a' + number % 26);
  return letters;
}

std::string text_of(int id) {
  if (id < 256) return std::string(1, static_cast<char>(id));
  if (id % 16 == 0) return std::to_string(id);
  return (id % 2 == 0 ? " " : "") + word(id + 26);
}

TokenizerSource source() {
  TokenizerSource source;
  source.pre = "qwen2";
  for (int id = 0; id + 1 < kBigVocabulary; ++id)
    source.tokens.push_back({to_byte_alphabet(text_of(id))});
  source.tokens.push_back({"<|im_end|>", TokenType::kControl});
  source.merges = {"a b"};
  source.eos = kBigVocabulary - 1;
  return source;
}

}  // namespace

std::unique_ptr<Vocabulary> big_vocabulary() {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("big-" + std::to_string(::getpid()) + ".gguf");
  std::ofstream(file, std::ios::binary) << vocabulary_bytes(source(), "big");
  auto loaded = Vocabulary::load(file);
  std::filesystem::remove(file);
  if (!loaded) throw std::runtime_error(loaded.error().text());
  return *std::move(loaded);
}

}  // namespace axllama
