#include "axcl/model.h"

#include <algorithm>
#include <utility>

#include "axcl/errors.h"

namespace axllama::axcl {
namespace {

// The runtime answers some questions with its error code in place of the count or the size.
constexpr uint32_t kMostTensors = 1024;
constexpr uint64_t kMostBytes = uint64_t{1} << 32;

std::string text_of(const char* text) {
  return text != nullptr ? text : "";
}

template <class NameOf, class SizeOf>
Result<std::vector<IoTensor>> read_tensors(IoInfo info, uint32_t count, int groups, NameOf name_of,
                                           SizeOf size_of, const std::string& path) {
  if (count == 0 || count > kMostTensors) {
    return fail(ErrorCode::kCorrupt, path + ": the runtime tells of " + std::to_string(count) +
                                         " tensors, which can't be");
  }
  std::vector<IoTensor> tensors(count);
  for (uint32_t i = 0; i < count; ++i) {
    tensors[i].name = text_of(name_of(info, i));
    for (int group = 0; group < groups; ++group) {
      const uint64_t bytes = size_of(info, static_cast<uint32_t>(group), i);
      if (bytes == 0 || bytes >= kMostBytes) {
        return fail(ErrorCode::kCorrupt, path + ": the runtime tells no size of tensor " +
                                             tensors[i].name + " in group " +
                                             std::to_string(group));
      }
      tensors[i].bytes.push_back(bytes);
    }
  }
  return tensors;
}

}  // namespace

Result<Model> Model::load(const Functions& call, const std::string& path) {
  Model model(call);
  AX_CHECK(check(call.axclrtEngineLoadFromFile(path.c_str(), &model.id_), "loading " + path));
  model.loaded_ = true;
  AX_CHECK(model.describe(path));
  return model;
}

Result<void> Model::describe(const std::string& path) {
  const Functions& call = *call_;
  AX_CHECK(check(call.axclrtEngineCreateContext(id_, &context_), "an engine context of " + path));
  AX_CHECK(check(call.axclrtEngineGetIOInfo(id_, &info_), "the tensors of " + path));
  int32_t groups = 0;
  AX_CHECK(check(call.axclrtEngineGetShapeGroupsCount(info_, &groups), "the groups of " + path));
  if (groups < 1 || groups > static_cast<int>(kMostTensors)) {
    return fail(ErrorCode::kCorrupt, path + ": the runtime tells of " + std::to_string(groups) +
                                         " groups, which can't be");
  }
  AX_TRY(inputs_, read_tensors(info_, call.axclrtEngineGetNumInputs(info_), groups,
                               call.axclrtEngineGetInputNameByIndex,
                               call.axclrtEngineGetInputSizeByIndex, path));
  AX_TRY(outputs_, read_tensors(info_, call.axclrtEngineGetNumOutputs(info_), groups,
                                call.axclrtEngineGetOutputNameByIndex,
                                call.axclrtEngineGetOutputSizeByIndex, path));
  return {};
}

std::optional<uint64_t> Model::card_bytes() const {
  int64_t host = 0;
  int64_t card = 0;
  const auto ask = call_->axclrtEngineGetUsageFromModelId;
  if (ask == nullptr || ask(id_, &host, &card) != 0 || card <= 0) return std::nullopt;
  return static_cast<uint64_t>(card);
}

Model::Model(Model&& other) noexcept
    : call_(other.call_),
      id_(other.id_),
      loaded_(std::exchange(other.loaded_, false)),
      context_(other.context_),
      info_(std::exchange(other.info_, nullptr)),
      inputs_(std::move(other.inputs_)),
      outputs_(std::move(other.outputs_)) {}

Model::~Model() {
  if (info_ != nullptr) call_->axclrtEngineDestroyIOInfo(info_);
  if (loaded_) call_->axclrtEngineUnload(id_);
}

Binding::Binding(const Model& model, int group)
    : call_(model.call_),
      model_(model.id_),
      context_(model.context_),
      group_(static_cast<uint32_t>(group)) {
  const auto own = static_cast<size_t>(group);
  for (const IoTensor& tensor : model.inputs_) inputs_.push_back(tensor.bytes.at(own));
  for (const IoTensor& tensor : model.outputs_) outputs_.push_back(tensor.bytes.at(own));
}

Result<Binding> Binding::create(const Model& model, int group) {
  Binding binding(model, group);
  AX_CHECK(check(model.call_->axclrtEngineCreateIO(model.info_, &binding.io_), "an I/O set"));
  return binding;
}

Binding::Binding(Binding&& other) noexcept
    : call_(other.call_),
      model_(other.model_),
      context_(other.context_),
      group_(other.group_),
      inputs_(std::move(other.inputs_)),
      outputs_(std::move(other.outputs_)),
      io_(std::exchange(other.io_, nullptr)) {}

Binding::~Binding() {
  if (io_ != nullptr) call_->axclrtEngineDestroyIO(io_);
}

Result<void> Binding::input(size_t index, Address at) {
  return check(call_->axclrtEngineSetInputBufferByIndex(io_, static_cast<uint32_t>(index), at,
                                                        inputs_.at(index)),
               "binding an input");
}

Result<void> Binding::output(size_t index, Address at) {
  return check(call_->axclrtEngineSetOutputBufferByIndex(io_, static_cast<uint32_t>(index), at,
                                                         outputs_.at(index)),
               "binding an output");
}

Result<void> Binding::execute() const {
  return check(call_->axclrtEngineExecute(model_, context_, group_, io_), "running the model");
}

Result<void> Binding::execute_on(Stream stream) const {
  return check(call_->axclrtEngineExecuteAsync(model_, context_, group_, io_, stream),
               "queueing the model");
}

int find_tensor(const std::vector<IoTensor>& tensors, std::string_view name) {
  const auto found = std::ranges::find_if(tensors, [&](const IoTensor& tensor) {
    if (tensor.name == name) return true;
    if (!tensor.name.starts_with(std::string(name) + "_")) return false;
    const std::string_view rest = std::string_view(tensor.name).substr(name.size() + 1);
    return !rest.empty() && rest.find_first_not_of("0123456789") == std::string_view::npos;
  });
  return found == tensors.end() ? -1 : static_cast<int>(found - tensors.begin());
}

}  // namespace axllama::axcl
