#include "engine/axcl/decoder.h"

namespace axllama::npu {

Result<HeadRunner> HeadRunner::create(const axcl::Functions& call,
                                      const axmodel::ModelFolder& folder, const Head& head) {
  AX_TRY(axcl::Binding binding, axcl::Binding::create(head.model, 0));
  HeadRunner runner(call, head, std::move(binding));
  AX_TRY(runner.input_, axcl::Memory::allocate(call, head.model.inputs()[head.input].bytes[0],
                                               "the head's input"));
  AX_TRY(runner.logits_,
         axcl::Memory::allocate(call, head.model.outputs()[head.output].bytes[0], "the logits"));
  AX_CHECK(runner.binding_.input(head.input, runner.input_.at()));
  AX_CHECK(runner.binding_.output(head.output, runner.logits_.at()));
  runner.has_ids_ = folder.head_top_k > 0;
  if (runner.has_ids_) {
    AX_TRY(runner.ids_, axcl::Memory::allocate(call, head.model.outputs()[head.ids].bytes[0],
                                               "the logits' ids"));
    AX_CHECK(runner.binding_.output(head.ids, runner.ids_.at()));
  }
  return runner;
}

uint64_t HeadRunner::bytes(const axmodel::ModelFolder& folder) {
  const auto values =
      static_cast<uint64_t>(folder.head_top_k > 0 ? folder.head_top_k : folder.vocabulary);
  const uint64_t ids = folder.head_top_k > 0 ? axcl::card_bytes(values * sizeof(uint32_t)) : 0;
  return axcl::card_bytes(static_cast<uint64_t>(folder.hidden) * 2) + axcl::card_bytes(values * 2) +
         ids;
}

Result<void> HeadRunner::bind_input(axcl::Address row) {
  return binding_.input(head_->input, row);
}

Result<void> HeadRunner::read(HeadOutput& output) const {
  output.logits.resize(logits_.bytes() / sizeof(uint16_t));
  AX_CHECK(axcl::download(*call_, std::as_writable_bytes(std::span(output.logits)), logits_.at()));
  if (!has_ids_) return {};
  output.ids.resize(ids_.bytes() / sizeof(uint32_t));
  return axcl::download(*call_, std::as_writable_bytes(std::span(output.ids)), ids_.at());
}

}  // namespace axllama::npu
