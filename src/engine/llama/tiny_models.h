// Models of a few kilobytes with random weights, of kinds that Sprout is not: written for tests.
#pragma once

#include <cstdint>
#include <filesystem>

namespace axllama::test_kit {

// As libllama numbers them in a file.
enum class FilePooling { kUnnamed = -1, kNone = 0, kMean = 1, kFirst = 2 };

// A BERT of one layer, 32 wide, context 64: sees a text at once, keeps no cache. Vocabulary: [PAD]
// [UNK] [CLS] [SEP] [MASK] and the letters.
void write_tiny_bert(const std::filesystem::path& path, FilePooling pooling);

// A Mamba of one layer, 16 wide: its state can't be taken back by a part. Vocabulary: <unk> <s>
// </s> and the bytes.
void write_tiny_mamba(const std::filesystem::path& path);

// A Gemma 3 of two layers, 32 wide, context 128: the first looks back 8 tokens, the second over
// all. Vocabulary: Mamba's.
void write_tiny_gemma(const std::filesystem::path& path);

// Kinds of projector: of LLaVA's, Gemma 3's (its rows see each other both ways) and Qwen3-VL's
// (they count rows and columns, and their number follows the picture's size).
enum class ProjectorKind { kLlava, kGemma, kQwen };

// A vision tower of two layers, 64 wide, over pictures of 64 x 64 in patches of 8 x 8, whose rows
// are `size` wide: 64 of them, of Gemma's kind 16, of Qwen's one for every 16 x 16 pixels.
void write_tiny_projector(const std::filesystem::path& path, ProjectorKind kind, int64_t size);

// `model`, a Qwen3, as a Qwen3-VL: the same weights, positions by rows and columns.
void write_as_qwen3vl(const std::filesystem::path& model, const std::filesystem::path& path);

// A LoRA adapter of rank 4 for the matrix `tensor` (`from` to `to`) of a model of a family. `size`:
// how far its random values are from 0.
struct TinyAdapter {
  const char* family = "qwen3";
  const char* tensor = "blk.0.attn_q.weight";
  int64_t from = 0, to = 0;
  float size = 0.3F;
};
void write_tiny_adapter(const std::filesystem::path& path, const TinyAdapter& adapter);

}  // namespace axllama::test_kit
