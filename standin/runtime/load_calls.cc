// Loading and unloading of models.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "standin/runtime/durations.h"
#include "standin/runtime/engine_calls.h"
#include "standin/runtime/memory_calls.h"
#include "standin/runtime/model.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

constexpr Code kNoRoomForFile = code(Sub::kMemory, Err::kExecuteFail);

// Card memory that a load holds for a while.
class Transient {
 public:
  Transient(const Call& call, Card& card, uint64_t bytes)
      : counters_(call.runtime().counters),
        card_(card),
        bytes_(take_memory(call, card, bytes) ? bytes : 0) {}
  ~Transient() {
    if (bytes_ > 0) card_.discharge(bytes_);
    counters_.memory_in_use(card_.in_use());
  }
  Transient(const Transient&) = delete;
  Transient& operator=(const Transient&) = delete;
  bool held() const { return bytes_ > 0; }

 private:
  Counters& counters_;
  Card& card_;
  const uint64_t bytes_;
};

// As long as the fault says so, or until the card is rebooted or dies.
Code hang(const Call& call, Card& card) {
  while (call.runtime().live.get()->load_hang) {
    if (!card.connected(card.ledger().state(card.index()))) return kSendFailed;
    ::usleep(5'000);
  }
  return kOk;
}

bool engine_takes_models(Call& call, Card& card) {
  const std::scoped_lock lock(card.engine_mutex);
  if (!card.vnpu) {
    say(LogLevel::kMisuse, "a model is loaded before axclrtEngineInit");
    return false;
  }
  const bool three_cores =
      call.settings().model_kind == static_cast<int64_t>(axcl::ModelKind::k3Core);
  if (*card.vnpu != axcl::VnpuKind::kDisable && three_cores) {
    say(LogLevel::kMisuse, "a model for three cores is loaded into a virtual NPU");
    return false;
  }
  return true;
}

// What is the same wherever the file comes from. `crossing`: bytes that go over PCIe.
Code load(Call& call, const std::shared_ptr<Card>& card, ModelFile file, uint64_t crossing,
          axcl::ModelId* id) {
  if (const Code hung = hang(call, *card); hung != kOk) return hung;
  if (!engine_takes_models(call, *card)) return kEngineFailed;
  auto made = make_model(std::move(file), static_cast<int>(call.settings().threads));
  if (!made) {
    say(LogLevel::kMisuse, "can't load a model: " + made.error().text());
    return kEngineFailed;
  }
  std::shared_ptr<Model> model = std::move(*made);
  const uint64_t told = model->container->weight_bytes();
  const auto percent = static_cast<uint64_t>(call.settings().model_percent);
  const uint64_t bytes = (told / 100 * percent + told % 100 * percent / 100 + 4095) / 4096 * 4096;
  if (call.runtime().faults.load_fails(call.settings())) {
    take_memory(call, *card, bytes / 2);
    return kEngineFailed;
  }
  if (!take_memory(call, *card, bytes)) return kEngineFailed;
  model->charged = bytes;
  model->id = next_model_id();
  *id = model->id;
  const SlowLoad& slow = call.settings().slow_load;
  if (slow.extra_ns > 0 && call.settings().timing != TimingMode::kVirtual) {
    sleep_until_ns(steady_ns() + slow.extra_ns);
  }
  {
    const std::scoped_lock lock(card->engine_mutex);
    card->models[model->id] = std::move(model);
  }
  call.answered(&call.session()->bus, load_time(call.settings(), crossing) + slow.extra_ns);
  return kOk;
}

bool is_file(const char* path) {
  struct stat status = {};
  return ::stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Code load_from_file(Call& call, const char* path, axcl::ModelId* id) {
  if (path == nullptr || id == nullptr) return kEngineNull;
  if (!is_file(path)) return kEngineParam;
  auto mapped = MappedFile::open(path);
  if (!mapped) return kOk;  // as the real one: it returns false, which is 0, and sets no id
  std::shared_ptr<Card> card;
  const uint64_t bytes = mapped->bytes().size();
  const Code asked = ask_engine(call, card);
  if (asked != kOk) return asked == kNoContext ? kNoRoomForFile : asked;
  // The file goes to the card first, and the model is made from it there: twice the memory.
  const Transient file(call, *card, bytes);
  if (!file.held()) return kNoRoomForFile;
  call.runtime().counters.bytes_to_device(bytes);
  ModelFile source;
  source.mapped = std::move(*mapped);
  return load(call, card, std::move(source), bytes, id);
}

Code load_from_memory(Call& call, const void* device, uint64_t bytes, axcl::ModelId* id) {
  if (device == nullptr || bytes == 0) return kEngineParam;
  if (id == nullptr) return kEngineNull;
  std::shared_ptr<Card> card;
  if (const Code asked = ask_engine(call, card); asked != kOk) return asked;
  const auto range = card->memory.find(reinterpret_cast<uint64_t>(device), bytes);
  if (!range) {
    say(LogLevel::kMisuse, fmt::format("axclrtEngineLoadFromMem wants card memory; {:#x} is none",
                                       reinterpret_cast<uint64_t>(device)));
    return kNotDeviceMemory;
  }
  ModelFile source;
  source.copy = Backing::zeroed(bytes);
  if (!source.copy) return kEngineFailed;
  copy_sparse(range->bytes, source.copy->bytes());
  return load(call, card, std::move(source), 0, id);
}

Code unload(Call& call, axcl::ModelId id) {
  LoadedModel found;
  if (const Code code = find_model(call, id, found); code != kOk) return code;
  {
    const std::scoped_lock lock(found.card->engine_mutex);
    if (found.card->models.erase(id) == 0) return kEngineFailed;
  }
  found.card->discharge(found.model->charged);
  call.runtime().counters.memory_in_use(found.card->in_use());
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

}  // namespace axllama::standin
