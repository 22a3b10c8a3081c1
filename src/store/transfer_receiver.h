// Takes in the bytes of one part of a blob.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/transfer_http.h"
#include "store/transfer_parts.h"

namespace axllama::store {

// What an answer to a request for a part was, once its transfer ended.
struct PartAnswer {
  enum class Kind {
    kWhole,     // the part is complete
    kShort,     // right as far as it went, but it ended too early
    kNoRanges,  // the whole file instead of the part: the host knows no ranges
    kWrong,     // an answer that can't be right: another range, too many bytes, compressed
    kRefused,   // another status than success; see status
    kDisk,      // its bytes could not be written; see error
  };
  Kind kind = Kind::kShort;
  int status = 0;
  std::string location = {}, authenticate = {}, retry_after = {};
  std::string text = {};  // of a refusal: the beginning of its body; of kWrong: what was wrong
  std::optional<Error> error = {};
};

// One part of a blob on its way into the partial file. Its thread is the one that drives the
// transfers.
class PartReceiver : public TransferReceiver {
 public:
  using Clock = std::chrono::steady_clock;

  // `file` and `arrived`, to which the bytes taken in are added, outlive it. `note_every`: after so
  // many bytes it is written down how far the part is.
  PartReceiver(PartialBlob& file, Part part, uint64_t note_every, std::atomic<uint64_t>& arrived)
      : file_(file),
        part_(part),
        noted_(part.completed),
        note_every_(note_every),
        arrived_(arrived) {}

  const Part& part() const { return part_; }
  Clock::time_point moved() const { return moved_; }

  // Before each request. `ranged`: it asks for the rest of the part, not for the whole file.
  void start(bool ranged);
  PartAnswer answer() const;
  // Writes down how far it is.
  Result<void> note();

  bool on_head(int status, const Headers& headers) override;
  bool on_bytes(std::string_view bytes) override;

 private:
  bool wrong(std::string what);
  bool accept_range(const Headers& headers);

  PartialBlob& file_;
  Part part_;
  uint64_t noted_;
  uint64_t note_every_;
  std::atomic<uint64_t>& arrived_;
  bool ranged_ = true;
  bool taking_ = false;
  PartAnswer answer_;
  Clock::time_point moved_ = Clock::now();
};

}  // namespace axllama::store
