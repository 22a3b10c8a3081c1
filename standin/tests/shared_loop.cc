#include "standin/tests/shared_loop.h"

namespace axllama::standin {
namespace {

constexpr uint32_t kDecodeGroup = 0;
constexpr uint16_t kBlocked = 0xC780;  // -65536 in bf16

}  // namespace

SharedLoop::SharedLoop(const axcl::Library& api, const std::string& folder)
    : api_(api), files_(find_model_files(folder)), head_(api, files_.head) {
  for (const std::string& path : files_.layers) {
    auto file = std::make_unique<LoadedFile>(api, path);
    const uint64_t cache = file->input_bytes(kDecodeGroup, "K_cache");
    layers_.push_back({std::move(file), Buffer(api, cache), Buffer(api, cache)});
  }
  const LoadedFile& first = *layers_.front().file;
  row_bytes_ = first.output_bytes(kDecodeGroup, "K_cache_out");
  indices_ = Buffer(api, first.input_bytes(kDecodeGroup, "indices"));
  mask_ = Buffer(api, first.input_bytes(kDecodeGroup, "mask"));
  for (Buffer& hidden : hidden_) hidden = Buffer(api, first.input_bytes(kDecodeGroup, "input"));
  logits_ = Buffer(api, head_.output_bytes(0, "output"));
  for (size_t i = 0; i < layers_.size(); ++i) bind_layer(layers_[i], i);
  head_.bind_input(0, "input", hidden_[layers_.size() % 2].at());
  head_.bind_output(0, "output", logits_.at());
  skip_to(0);
}

void SharedLoop::bind_layer(Layer& layer, size_t index) {
  layer.keys.zero();
  layer.values.zero();
  layer.file->bind_input(kDecodeGroup, "K_cache", layer.keys.at());
  layer.file->bind_input(kDecodeGroup, "V_cache", layer.values.at());
  layer.file->bind_input(kDecodeGroup, "indices", indices_.at());
  layer.file->bind_input(kDecodeGroup, "mask", mask_.at());
  layer.file->bind_input(kDecodeGroup, "input", hidden_[index % 2].at());
  layer.file->bind_output(kDecodeGroup, "output", hidden_[(index + 1) % 2].at());
}

void SharedLoop::skip_to(size_t tokens) {
  filled_ = tokens;
  std::vector<uint16_t> mask(mask_.bytes() / 2, kBlocked);
  std::fill_n(mask.begin(), tokens, uint16_t{0});
  mask.back() = 0;
  to_card(api_, mask_.at(), mask.data(), mask_.bytes());
}

std::vector<uint16_t> SharedLoop::decode(int32_t token) {
  const auto position = static_cast<uint32_t>(filled_);
  const std::vector<uint16_t> row = embeddings_of(files_, {&token, 1}, hidden_[0].bytes() / 2);
  to_card(api_, hidden_[0].at(), row.data(), hidden_[0].bytes());
  to_card(api_, indices_.at(), &position, sizeof position);
  if (filled_ > 0) check(api_.axclrtMemset(mask_.at((filled_ - 1) * 2), 0, 2), "axclrtMemset");
  for (Layer& layer : layers_) {
    layer.file->bind_output(kDecodeGroup, "K_cache_out", layer.keys.at(filled_ * row_bytes_));
    layer.file->bind_output(kDecodeGroup, "V_cache_out", layer.values.at(filled_ * row_bytes_));
    layer.file->run(kDecodeGroup);
  }
  ++filled_;
  head_.run(0);
  std::vector<uint16_t> logits(logits_.bytes() / 2);
  from_card(api_, logits.data(), logits_.at(), logits_.bytes());
  return logits;
}

}  // namespace axllama::standin
