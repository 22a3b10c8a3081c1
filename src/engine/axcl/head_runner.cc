#include "engine/axcl/decoder.h"

namespace axllama::npu {
namespace {

// All of `from`, as a vector's elements.
template <class T>
Result<void> fetch(const axcl::Functions& call, const axcl::Memory& from, std::vector<T>& to) {
  to.resize(from.bytes() / sizeof(T));
  if (!from) return {};
  return axcl::download(call, std::as_writable_bytes(std::span(to)), from.at());
}

}  // namespace

Result<HeadRunner> HeadRunner::create(const axcl::Functions& call, const Head& head) {
  AX_TRY(axcl::Binding binding, axcl::Binding::create(head.model, 0));
  HeadRunner runner(call, head, std::move(binding));
  AX_TRY(runner.input_, axcl::Memory::allocate(call, head.model.inputs()[head.input].bytes[0],
                                               "the head's input"));
  AX_CHECK(runner.bind_input(runner.input_.at()));
  AX_TRY(runner.logits_, runner.bind_output(head.logits, "the logits"));
  AX_TRY(runner.ids_, runner.bind_output(head.ids, "the logits' ids"));
  AX_TRY(runner.hidden_, runner.bind_output(head.hidden, "the head's hidden row"));
  return runner;
}

Result<axcl::Memory> HeadRunner::bind_output(std::optional<size_t> index, const std::string& what) {
  if (!index) return axcl::Memory();
  AX_TRY(axcl::Memory memory,
         axcl::Memory::allocate(*call_, head_->model.outputs()[*index].bytes[0], what));
  AX_CHECK(binding_.output(*index, memory.at()));
  return memory;
}

uint64_t HeadRunner::bytes(const axmodel::ModelFolder& folder) {
  const auto row = axcl::card_bytes(static_cast<uint64_t>(folder.hidden) * 2);
  const bool some = folder.head_top_k > 0;
  const auto values = static_cast<uint64_t>(some ? folder.head_top_k : folder.vocabulary);
  return row + axcl::card_bytes(values * 2) +
         (some ? axcl::card_bytes(values * sizeof(uint32_t)) : 0) +
         (folder.head_hidden.empty() ? 0 : row);
}

Result<void> HeadRunner::bind_input(axcl::Address row) {
  row_ = row;
  return binding_.input(head_->input, row);
}

Result<void> HeadRunner::read(HeadOutput& output) const {
  AX_CHECK(fetch(*call_, logits_, output.logits));
  return fetch(*call_, ids_, output.ids);
}

Result<void> HeadRunner::read_hidden(HeadOutput& output) const {
  if (hidden_) return fetch(*call_, hidden_, output.hidden);
  output.hidden.resize(input_.bytes() / sizeof(uint16_t));
  return axcl::download(*call_, std::as_writable_bytes(std::span(output.hidden)), row_);
}

}  // namespace axllama::npu
