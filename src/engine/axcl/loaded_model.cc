#include "engine/axcl/loaded_model.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/fd.h"
#include "base/format.h"
#include "engine/axcl/part.h"

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

Result<Head> make_head(axcl::Model model, const axmodel::ModelFolder& folder) {
  const auto& outputs = model.outputs();
  AX_TRY(const size_t input, tensor(model.inputs(), "input", folder.head));
  std::optional<size_t> logits, ids, hidden;
  if (folder.vocabulary > 0) {
    AX_TRY(logits, tensor(outputs, "output", folder.head));
  }
  if (folder.head_top_k > 0) {
    AX_TRY(ids, tensor(outputs, "indices", folder.head));
  }
  if (!folder.head_hidden.empty()) {
    AX_TRY(hidden, tensor(outputs, folder.head_hidden, folder.head));
  }
  return Head{std::move(model), input, logits, ids, hidden};
}

Error no_room(uint64_t need, const MemoryGuard& guard, const std::string& when) {
  return {ErrorCode::kNoMemory,
          "the model does not fit on the card: it needs " + format_bytes(need) + ", and " +
              format_bytes(guard.free) + " are free" + when,
          kNoRoomHint};
}

// Keeps the account of the card's memory while files are loaded.
class Account {
 public:
  explicit Account(MemoryGuard& guard) : guard_(guard) {}

  Result<void> admit_all(const axmodel::ModelFolder& folder) {
    return admit(folder.weight_bytes + folder.largest_file + guard_.later, "");
  }
  // While a file is loaded it is there twice, once as what it becomes.
  Result<void> admit_next(const std::string& path) {
    const uint64_t file = size_of(path);
    const auto model = static_cast<uint64_t>(static_cast<double>(file) * growth_);
    return admit(file + model, ": the files before " + path + kTook);
  }
  // Caches and buffers come now.
  Result<void> admit_rest() { return admit(guard_.later, std::string(": it") + kTook); }

  void charge(const std::string& path, const axcl::Model& model) {
    const uint64_t file = size_of(path);
    const uint64_t took = model.card_bytes().value_or(file);
    used_ += took;
    if (file > 0)
      growth_ = std::max(growth_, static_cast<double>(took) / static_cast<double>(file));
  }
  uint64_t used() const { return used_; }

 private:
  static constexpr const char* kTook = " took more than the size of its files tells";

  Result<void> admit(uint64_t more, const std::string& when) {
    if (guard_.admits(used_, more)) return {};
    return std::unexpected(no_room(used_ + more + guard_.floor, guard_, when));
  }

  MemoryGuard& guard_;
  uint64_t used_ = 0;
  double growth_ = 1;  // what a file became, by its own size; the worst so far
};

class Loading {
 public:
  Loading(const axcl::Functions& call, const axmodel::ModelFolder& folder, MemoryGuard& guard,
          const LoadProgress& progress)
      : call_(call), account_(guard), progress_(progress), files_(folder.layers) {
    if (!folder.head.empty()) files_.push_back(folder.head);
    for (const std::string& file : files_) all_bytes_ += size_of(file);
  }

  Result<std::vector<axcl::Model>> run(const axmodel::ModelFolder& folder) {
    AX_CHECK(account_.admit_all(folder));
    std::vector<axcl::Model> models;
    for (size_t i = 0; i < files_.size(); ++i) {
      AX_CHECK(tell());
      AX_CHECK(account_.admit_next(files_[i]));
      if (i + 1 < files_.size()) read_ahead(files_[i + 1]);
      AX_TRY(axcl::Model model, axcl::Model::load(call_, files_[i]));
      account_.charge(files_[i], model);
      bytes_ += size_of(files_[i]);
      models.push_back(std::move(model));
    }
    AX_CHECK(account_.admit_rest());
    AX_CHECK(tell());
    return models;
  }
  uint64_t used() const { return account_.used(); }

 private:
  Result<void> tell() const {
    const float share =
        all_bytes_ == 0 ? 1 : static_cast<float>(bytes_) / static_cast<float>(all_bytes_);
    if (!progress_ || progress_(share)) return {};
    return fail(ErrorCode::kCanceled, "loading was canceled");
  }

  const axcl::Functions& call_;
  Account account_;
  const LoadProgress& progress_;
  std::vector<std::string> files_;
  uint64_t all_bytes_ = 0;
  uint64_t bytes_ = 0;  // of files that are loaded
};

}  // namespace

bool MemoryGuard::admits(uint64_t used, uint64_t more) {
  const uint64_t need = used + more + floor;
  if (free > 0 && need > free && ask) {
    if (const uint64_t now = std::exchange(ask, {})(); now > 0) free = used + now;
  }
  return free == 0 || need <= free;
}

Result<LoadedModel> load_model(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                               MemoryGuard& guard, const LoadProgress& progress) {
  Loading loading(call, folder, guard, progress);
  AX_TRY(std::vector<axcl::Model> models, loading.run(folder));
  LoadedModel loaded;
  loaded.bytes = loading.used();
  if (!folder.head.empty()) {
    AX_TRY(Head head, make_head(std::move(models.back()), folder));
    loaded.head.emplace(std::move(head));
    models.pop_back();
  }
  for (size_t i = 0; i < models.size(); ++i) {
    AX_TRY(const LayerTensors tensors, layer_tensors(models[i], folder.layers[i]));
    loaded.layers.push_back({std::move(models[i]), tensors});
  }
  return loaded;
}

}  // namespace axllama::npu
