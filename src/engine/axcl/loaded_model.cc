#include "engine/axcl/loaded_model.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "base/fd.h"
#include "base/format.h"

namespace axllama::npu {
namespace {

void read_ahead(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file) ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_WILLNEED);
}

uint64_t size_of(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : size;
}

Result<size_t> tensor(const std::vector<axcl::IoTensor>& tensors, std::string_view name,
                      const std::string& path) {
  const int found = axcl::find_tensor(tensors, name);
  if (found >= 0) return static_cast<size_t>(found);
  return fail(ErrorCode::kCorrupt, path + " has no tensor " + std::string(name));
}

Result<LayerTensors> layer_tensors(const axcl::Model& model, const std::string& path) {
  LayerTensors at;
  AX_TRY(at.keys, tensor(model.inputs(), "K_cache", path));
  AX_TRY(at.values, tensor(model.inputs(), "V_cache", path));
  AX_TRY(at.indices, tensor(model.inputs(), "indices", path));
  AX_TRY(at.input, tensor(model.inputs(), "input", path));
  AX_TRY(at.mask, tensor(model.inputs(), "mask", path));
  AX_TRY(at.keys_out, tensor(model.outputs(), "K_cache_out", path));
  AX_TRY(at.values_out, tensor(model.outputs(), "V_cache_out", path));
  AX_TRY(at.output, tensor(model.outputs(), "output", path));
  return at;
}

Error no_room(uint64_t need, const MemoryGuard& guard, const std::string& when) {
  return {ErrorCode::kNoMemory,
          "the model does not fit on the card: it needs " + format_bytes(need) + ", and " +
              format_bytes(guard.free) + " are free" + when,
          "unload other models, or choose one with fewer parameters, a smaller context or int4 "
          "weights; what killed programs held comes back with `axcl-smi reboot`"};
}

// Keeps the account of the card's memory while files are loaded.
class Account {
 public:
  Account(const MemoryGuard& guard, const axmodel::ModelFolder& folder)
      : guard_(guard), folder_(folder) {}

  // While a file is loaded it is there twice.
  Result<void> admit_all() const {
    const uint64_t need = folder_.weight_bytes + folder_.largest_file + guard_.later + guard_.floor;
    if (guard_.free > 0 && need > guard_.free) return std::unexpected(no_room(need, guard_, ""));
    return {};
  }
  Result<void> admit(const std::string& path) const {
    const uint64_t need = used_ + 2 * size_of(path) + guard_.floor;
    if (guard_.free > 0 && need > guard_.free) {
      return std::unexpected(
          no_room(need, guard_, ": the files before " + path + " took more than their size tells"));
    }
    return {};
  }
  void charge(const std::string& path, const axcl::Model& model) {
    used_ += model.card_bytes().value_or(size_of(path));
  }

 private:
  MemoryGuard guard_;
  const axmodel::ModelFolder& folder_;
  uint64_t used_ = 0;
};

}  // namespace

Result<LoadedModel> load_model(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                               const MemoryGuard& guard, const LoadProgress& progress) {
  Account account(guard, folder);
  AX_CHECK(account.admit_all());
  std::vector<std::string> files = folder.layers;
  files.push_back(folder.head);
  std::vector<axcl::Model> models;
  for (size_t i = 0; i < files.size(); ++i) {
    const float share = static_cast<float>(i) / static_cast<float>(files.size());
    if (progress && !progress(share)) return fail(ErrorCode::kCanceled, "loading was canceled");
    AX_CHECK(account.admit(files[i]));
    if (i + 1 < files.size()) read_ahead(files[i + 1]);
    AX_TRY(axcl::Model model, axcl::Model::load(call, files[i]));
    account.charge(files[i], model);
    models.push_back(std::move(model));
  }
  AX_TRY(const size_t input, tensor(models.back().inputs(), "input", folder.head));
  AX_TRY(const size_t output, tensor(models.back().outputs(), "output", folder.head));
  size_t ids = 0;
  if (folder.head_top_k > 0) {
    AX_TRY(ids, tensor(models.back().outputs(), "indices", folder.head));
  }
  LoadedModel loaded{{}, {std::move(models.back()), input, output, ids}};
  models.pop_back();
  for (size_t i = 0; i < models.size(); ++i) {
    AX_TRY(const LayerTensors tensors, layer_tensors(models[i], files[i]));
    loaded.layers.push_back({std::move(models[i]), tensors});
  }
  return loaded;
}

}  // namespace axllama::npu
