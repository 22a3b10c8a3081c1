#include "engine/axcl/load_replicas.h"

#include <algorithm>
#include <filesystem>

#include "axcl/version.h"
#include "base/log.h"
#include "engine/axcl/placement.h"
#include "engine/axcl/verdict_file.h"

namespace axllama::npu {
namespace {

using Replicas = std::vector<std::unique_ptr<Replica>>;

// Cards that nobody named may fail, as long as one does not.
Result<std::vector<Seat>> open_cards(const axcl::Runtime& runtime,
                                     const std::vector<int32_t>& wanted) {
  AX_TRY(const std::vector<int32_t> devices, choose_devices(runtime, wanted));
  std::vector<Seat> seats;
  std::optional<Error> failed;
  for (const int32_t device : devices) {
    Result<std::unique_ptr<Card>> card = Card::open(runtime, device);
    if (card) {
      seats.push_back({.card = *std::move(card)});
      continue;
    }
    if (!wanted.empty()) return std::unexpected(card.error());
    log_warn("a card is left out: " + card.error().text());
    if (!failed) failed = card.error();
  }
  if (seats.empty()) return std::unexpected(*failed);
  return seats;
}

// Asking is slow: only a card that turns out to have less than `wanted` is asked how much.
void find_room(std::vector<Seat>& seats, uint64_t wanted) {
  for (Seat& seat : seats) {
    Card& card = *seat.card;
    if (card.run([&] { return card.has_free(wanted); })) {
      seat.free = wanted;
      seat.may_be_more = true;
      continue;
    }
    const Result<uint64_t> free = card.run([&] { return card.free_bytes(); });
    if (free) {
      seat.free = *free;
    } else {
      log_warn("the memory of " + card.name() + " is not guarded: " + free.error().text());
    }
  }
}

// Of a card that gets the whole model.
uint64_t wanted_bytes(const axmodel::ModelFolder& folder, int slots) {
  const PartBytes bytes = bytes_of(folder, whole(folder));
  return bytes.all() + static_cast<uint64_t>(slots - 1) * bytes.cache + kCardFloorBytes;
}

Result<Replicas> seat_replicas(const axmodel::ModelFolder& folder, const EmbeddingTable& embeddings,
                               std::vector<Seat> seats) {
  std::vector<CardRoom> rooms;
  for (const Seat& seat : seats) rooms.push_back({seat.card->device(), seat.free});
  AX_TRY(const Placement placement, place(folder, rooms, kCardFloorBytes));
  for (const std::string& sentence : placement.unused) log_warn(sentence);
  Replicas replicas;
  for (const auto& parts : placement.replicas) {
    if (folder.is_embedding && !replicas.empty()) break;  // texts are embedded one by one
    std::vector<Seat> taken;
    for (const PlacedPart& placed : parts) {
      taken.push_back(std::move(seats[placed.card]));
      taken.back().part = placed.part;
      if (rooms.size() > 1) log_info(taken.back().card->name() + ": " + describe(placed.part));
    }
    replicas.push_back(std::make_unique<Replica>(folder, embeddings, std::move(taken)));
  }
  return replicas;
}

// Ends what was started on all replicas. Those that failed are dropped when others didn't and
// `optional` says so; otherwise the first error is the result, but for those of loads that were
// stopped since another had failed.
Result<void> finish(Replicas& replicas, bool optional) {
  Replicas good;
  std::optional<Error> failed;
  for (auto& replica : replicas) {
    const Result<void> done = replica->finish();
    if (done) {
      good.push_back(std::move(replica));
      continue;
    }
    if (optional) log_warn("a card is left out: " + done.error().text());
    if (!failed || failed->code == ErrorCode::kCanceled) failed = done.error();
  }
  if (failed && (!optional || good.empty())) return std::unexpected(*std::move(failed));
  replicas = std::move(good);
  return {};
}

Result<void> load_all(Replicas& replicas, int slots, const AxclSpec& spec,
                      const LoadProgress& progress) {
  const bool optional = spec.devices.empty();
  std::vector<uint64_t> bytes;
  for (const auto& replica : replicas) {
    for (const uint64_t one : replica->load_bytes()) bytes.push_back(one);
  }
  LoadWatch watch(bytes);
  const LoadOrder order{slots, kCardFloorBytes, !optional || replicas.size() == 1};
  size_t first = 0;
  for (const auto& replica : replicas) {
    replica->start_load(order, watch, first);
    first += replica->stages();
  }
  const bool go_on = watch.watch(progress);
  const Result<void> done = finish(replicas, optional);
  if (!go_on) return fail(ErrorCode::kCanceled, "loading was canceled");
  AX_CHECK(done);
  for (const auto& replica : replicas) AX_CHECK(replica->keep_slots(replica->slots()));
  return {};
}

// Beside the vocabularies.
std::string verdict_folder(const AxclSpec& spec) {
  if (spec.cache_folder.empty()) return "";
  return (std::filesystem::path(spec.cache_folder).parent_path() / "verdicts").string();
}

Result<void> check_all(Replicas& replicas, const axcl::Runtime& runtime,
                       const axmodel::ModelFolder& folder, const AxclSpec& spec) {
  VerdictKey key{runtime.version(), runtime.path(), model_digest(folder), "", spec.shortcuts};
  CheckPlan plan{spec.shortcuts, spec.shortcuts, {}};
  plan.likely.async_chain = axcl::streams_expected(axcl::parse_version(key.driver));
  plan.likely.async_chunks = plan.likely.async_chain;
  const auto file_of = [&](const Replica& replica, size_t stage) {
    key.part = describe(replica.part(stage));
    return VerdictFile(verdict_folder(spec), key);
  };
  for (const auto& replica : replicas) {
    std::vector<CheckPlan> plans;
    for (size_t stage = 0; stage < replica->stages(); ++stage) {
      plan.remembered = file_of(*replica, stage).read();
      plans.push_back(plan);
    }
    replica->start_check(std::move(plans));
  }
  AX_CHECK(finish(replicas, spec.devices.empty()));
  for (const auto& replica : replicas) {
    for (size_t stage = 0; stage < replica->stages(); ++stage) {
      const Verdict& verdict = replica->verdict(stage);
      if (verdict.remembered) continue;
      const VerdictFile file = file_of(*replica, stage);
      file.forget();
      file.write(verdict);
    }
  }
  return {};
}

// Why a shortcut is off, by card where there are several; "" when it is on everywhere.
std::string why_off(const Replicas& replicas, const std::string& name) {
  std::string why;
  const bool several = replicas.size() > 1 || replicas.front()->stages() > 1;
  for (const auto& replica : replicas) {
    for (size_t stage = 0; stage < replica->stages(); ++stage) {
      for (const OffShortcut& off : replica->verdict(stage).off) {
        if (off.name != name) continue;
        why += (why.empty() ? "" : "; ") + (several ? replica->card(stage).name() + ": " : "") +
               off.why;
      }
    }
  }
  return why;
}

std::vector<ShortcutVerdict> summary(const Replicas& replicas, const Shortcuts& wanted) {
  std::vector<ShortcutVerdict> verdicts;
  for (const ShortcutName& one : kShortcuts) {
    const std::string why =
        wanted.*one.member ? why_off(replicas, one.name) : std::string("not asked for");
    verdicts.push_back({one.name, why.empty(), why});
    if (wanted.*one.member && !why.empty())
      log_warn(std::string("shortcut off: ") + one.name + ": " + why);
  }
  return verdicts;
}

}  // namespace

Result<LoadedReplicas> load_replicas(const axcl::Runtime& runtime,
                                     const axmodel::ModelFolder& folder,
                                     const EmbeddingTable& embeddings, const AxclSpec& spec,
                                     const LoadProgress& progress) {
  AX_TRY(std::vector<Seat> seats, open_cards(runtime, spec.devices));
  // An embedding model's only slot is where its texts are evaluated.
  const int slots = folder.is_embedding ? 1 : spec.slots;
  find_room(seats, wanted_bytes(folder, slots));
  AX_TRY(Replicas replicas, seat_replicas(folder, embeddings, std::move(seats)));
  AX_CHECK(load_all(replicas, slots, spec, progress));
  AX_CHECK(check_all(replicas, runtime, folder, spec));
  std::vector<ShortcutVerdict> shortcuts = summary(replicas, spec.shortcuts);
  return LoadedReplicas{std::move(replicas), std::move(shortcuts)};
}

}  // namespace axllama::npu
