// The parts of one blob on their way: many at once, each tried again by itself.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/registry_session.h"
#include "store/transfer_hash.h"
#include "store/transfer_parts.h"
#include "store/transfer_receiver.h"

namespace axllama::store {

struct BlobSource;

// One thread.
class TransferWork {
 public:
  // `arrived` is kept at the bytes that are there. All references outlive it.
  TransferWork(PartialBlob& file, const BlobSource& source, std::vector<Part> parts,
               std::atomic<uint64_t>& arrived);

  // Fetches what is missing and returns the digest of the whole, "sha256:<hex>". However it ends,
  // it is written down how far each part is.
  Result<std::string> run(std::stop_token stop);

 private:
  using Clock = std::chrono::steady_clock;

  // A part and how it fares.
  struct Lane {
    PartReceiver receiver;
    Url url;                // where it is asked for
    int hops = 0;           // redirects since it was asked for at the registry
    int tries = 0;          // that brought no byte
    uint64_t began = 0;     // completed when the present try began
    std::string sent = {};  // Authorization of the present try
    bool running = false;
    Clock::time_point ready = Clock::now();  // not to be tried before
  };

  void start_over(const std::vector<Part>& parts);
  void start_ready();
  void start(Lane& lane);
  Result<void> settle(Lane& lane, const TransferEnd& end, std::stop_token stop);
  Result<void> refused(Lane& lane, const PartAnswer& answer, std::stop_token stop);
  Result<void> redirect(Lane& lane, const std::string& location);
  Result<void> try_again(Lane& lane, const Error& why,
                         std::optional<std::chrono::milliseconds> wait = {});
  Result<void> pause(Lane& lane, const Error& why, std::optional<std::chrono::milliseconds> wait);
  static std::optional<std::chrono::milliseconds> at_once(const Lane& lane);
  Result<void> without_ranges();
  Result<void> take_whole();
  Result<void> whole_again(int tries, const Error& why,
                           std::optional<std::chrono::milliseconds> wait);
  Result<void> look_for_stalls();
  uint64_t whole_to() const;
  bool done() const;
  Result<void> note_all();
  Result<void> fetch_all(std::stop_token stop);

  PartialBlob& file_;
  const BlobSource& source_;
  const TransferSettings& settings_;
  std::atomic<uint64_t>& arrived_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  bool ranged_ = true;
  std::optional<Url> direct_;  // where the registry sent a part; the others go there at once
  std::unique_ptr<FollowingHash> hash_;
  TransferSet set_;  // last: it knows the lanes
};

}  // namespace axllama::store
