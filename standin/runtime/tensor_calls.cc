// What a model's inputs and outputs are.
#include <algorithm>

#include "standin/runtime/durations.h"
#include "standin/runtime/engine_calls.h"
#include "standin/runtime/io_calls.h"
#include "standin/runtime/model.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

using axmodel::Tensor;
using Tensors = std::vector<Tensor>;

const Tensors& tensors(const IoInfo& info, Side side, uint32_t group = 0) {
  return side == Side::kInput ? info.inputs(group) : info.outputs(group);
}

// The handle's object; an error for null and for handles that are gone, on which the real runtime
// would crash.
Code find(Call& call, axcl::IoInfo handle, std::shared_ptr<IoInfo>& info) {
  if (handle == nullptr) return kEngineNull;
  info = call.runtime().io_infos.find(handle);
  if (info) return kOk;
  say(LogLevel::kMisuse, std::string(function_name(call.function())) + ": no such IO info handle");
  return kEngineParam;
}

Code find_tensor(Call& call, axcl::IoInfo handle, Side side, uint32_t group, uint32_t index,
                 std::shared_ptr<IoInfo>& info, const Tensor*& tensor) {
  if (const Code code = find(call, handle, info); code != kOk) return code;
  if (group >= info->container->groups.size()) return kEngineIndex;
  const Tensors& all = tensors(*info, side, group);
  if (index >= all.size()) return kEngineIndex;
  tensor = &all[index];
  return kOk;
}

}  // namespace

Code get_io_info(Call& call, axcl::ModelId id, axcl::IoInfo* info) {
  if (id == 0) return kEngineParam;
  if (info == nullptr) return kEngineNull;
  LoadedModel found;
  if (const Code code = find_model(call, id, found); code != kOk) return code;
  *info = call.runtime().io_infos.add(std::make_shared<IoInfo>(IoInfo{found.model->container}));
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code destroy_io_info(Call& call, axcl::IoInfo handle) {
  std::shared_ptr<IoInfo> info;
  if (const Code code = find(call, handle, info); code != kOk) return code;
  call.runtime().io_infos.remove(handle);
  return kOk;
}

Code group_count(Call& call, axcl::IoInfo handle, int32_t* count) {
  if (handle == nullptr || count == nullptr) return kEngineNull;
  std::shared_ptr<IoInfo> info;
  if (const Code code = find(call, handle, info); code != kOk) return code;
  *count = static_cast<int32_t>(info->container->groups.size());
  return kOk;
}

uint32_t tensor_count(Call& call, axcl::IoInfo handle, Side side) {
  std::shared_ptr<IoInfo> info;
  if (const Code code = find(call, handle, info); code != kOk) return static_cast<uint32_t>(code);
  return static_cast<uint32_t>(tensors(*info, side).size());
}

uint64_t tensor_bytes(Call& call, axcl::IoInfo handle, Side side, uint32_t group, uint32_t index) {
  std::shared_ptr<IoInfo> info;
  const Tensor* tensor = nullptr;
  const Code code = find_tensor(call, handle, side, group, index, info, tensor);
  return code == kOk ? tensor->bytes() : as_result<uint64_t>(code);
}

const char* tensor_name(Call& call, axcl::IoInfo handle, Side side, uint32_t index) {
  std::shared_ptr<IoInfo> info;
  const Tensor* tensor = nullptr;
  // The name lives as long as the handle.
  if (find_tensor(call, handle, side, 0, index, info, tensor) != kOk) return nullptr;
  return tensor->name.c_str();
}

int32_t tensor_index(Call& call, axcl::IoInfo handle, Side side, const char* name) {
  if (handle == nullptr || name == nullptr) return kEngineNull;
  std::shared_ptr<IoInfo> info;
  if (const Code code = find(call, handle, info); code != kOk) return code;
  const Tensors& all = tensors(*info, side);
  const auto found = std::ranges::find(all, std::string_view(name), &Tensor::name);
  return found == all.end() ? kEngineParam : static_cast<int32_t>(found - all.begin());
}

Code tensor_dims(Call& call, axcl::IoInfo handle, Side side, uint32_t group, uint32_t index,
                 axcl::Dims* dims) {
  if (handle == nullptr || dims == nullptr) return kEngineNull;
  std::shared_ptr<IoInfo> info;
  const Tensor* tensor = nullptr;
  const Code code = find_tensor(call, handle, side, group, index, info, tensor);
  if (code != kOk) return code;
  dims->count = static_cast<int32_t>(std::min<size_t>(tensor->dims.size(), 32));
  for (int32_t i = 0; i < dims->count; ++i) {
    dims->dims[i] = static_cast<int32_t>(tensor->dims[static_cast<size_t>(i)]);
  }
  return kOk;
}

Code tensor_type(Call& call, axcl::IoInfo handle, Side side, uint32_t index, axcl::DataType* type) {
  if (handle == nullptr || type == nullptr) return kEngineNull;
  std::shared_ptr<IoInfo> info;
  const Tensor* tensor = nullptr;
  if (find_tensor(call, handle, side, 0, index, info, tensor) != kOk) return kEngineParam;
  *type = data_type(tensor->type);
  return kOk;
}

Code tensor_layout(Call& call, axcl::IoInfo handle, Side side, uint32_t index,
                   axcl::DataLayout* layout) {
  if (handle == nullptr || layout == nullptr) return kEngineNull;
  std::shared_ptr<IoInfo> info;
  const Tensor* tensor = nullptr;
  if (find_tensor(call, handle, side, 0, index, info, tensor) != kOk) return kEngineParam;
  // The container names none; images come as NHWC bytes.
  const bool image = tensor->type == axmodel::ElementType::kUint8 && tensor->dims.size() == 4;
  *layout = image ? axcl::DataLayout::kNhwc : axcl::DataLayout::kNone;
  return kOk;
}

}  // namespace axllama::standin
