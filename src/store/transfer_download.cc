#include "store/transfer_download.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <system_error>

#include "base/format.h"
#include "base/log.h"
#include "store/blobs.h"
#include "store/linked_blob.h"
#include "store/transfer_hash.h"
#include "store/transfer_parts.h"
#include "store/transfer_work.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLockTick(100);

Result<void> check_room(const fs::path& folder, uint64_t needed) {
  struct statvfs disk = {};
  if (::statvfs(folder.c_str(), &disk) != 0) return {};
  const uint64_t room = static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (room >= needed) return {};
  return fail(ErrorCode::kIo,
              "not enough room in " + folder.string() + ": " + format_bytes(needed) +
                  " are needed and " + format_bytes(room) + " free",
              "make room on the disk, or set OLLAMA_MODELS to a folder on a larger one");
}

uint64_t sum_completed(const std::vector<Part>& parts) {
  uint64_t sum = 0;
  for (const Part& part : parts) sum += part.completed;
  return sum;
}

struct Outcome {
  std::string digest;
  bool resumed = false;
};

// Brings the partial file to its full length and gives its digest.
Result<Outcome> fill(PartialBlob& file, const BlobSource& source, const fs::path& folder,
                     std::atomic<uint64_t>& arrived, const std::stop_token& stop) {
  AX_TRY(std::vector<Part> parts, file.resume(source.size));
  Outcome outcome{.digest = {}, .resumed = sum_completed(parts) > 0};
  AX_CHECK(check_room(folder, source.size - sum_completed(parts)));
  if (parts.empty()) {
    parts = plan_parts(source.size, source.session->settings());
    AX_CHECK(file.begin(parts, source.size));
  }
  TransferWork work(file, source, std::move(parts), arrived);
  AX_TRY(outcome.digest, work.run(stop));
  return outcome;
}

Result<std::optional<PartialBlob>> open_partial(const Store& store, const BlobSource& source,
                                                const std::stop_token& stop) {
  bool waited = false;
  for (;;) {
    AX_TRY(std::optional<PartialBlob> file, PartialBlob::open(store.blob_path(source.digest)));
    if (has_whole_blob(store, source.digest, source.size)) {
      if (file) file->discard();
      return std::optional<PartialBlob>();
    }
    if (file) return file;
    if (!waited) log_info("another download of " + source.digest + " is under way: waiting for it");
    waited = true;
    AX_CHECK(wait_or_stop(kLockTick, stop));
  }
}

}  // namespace

bool has_whole_blob(const Store& store, const std::string& digest, uint64_t size) {
  std::error_code error;
  const uint64_t found = fs::file_size(store.blob_path(digest), error);
  return !error && found == size && check_linked_blob(store.blob_path(digest)).has_value();
}

Result<void> BlobDownload::run(std::stop_token stop) {
  // A server that was killed between the rename and the end leaves notes beside a whole blob.
  if (!has_whole_blob(store_, source_.digest, source_.size) ||
      PartialBlob::is_left(store_.blob_path(source_.digest))) {
    AX_TRY(std::optional<PartialBlob> file, open_partial(store_, source_, stop));
    while (file) {
      AX_TRY(const Outcome outcome, fill(*file, source_, store_.root() / "blobs", arrived_, stop));
      if (outcome.digest == source_.digest) {
        AX_CHECK(file->commit());
        break;
      }
      const std::string what = "digest mismatch, file must be downloaded again: want " +
                               source_.digest + ", got " + outcome.digest;
      if (!outcome.resumed) {
        file->discard();
        return fail(ErrorCode::kCorrupt, what);
      }
      // What was kept from an earlier time may be what is wrong, after a power cut say.
      log_warn(what);
      AX_CHECK(file->begin({}, 0));
    }
  }
  touch_blob(store_.blob_path(source_.digest));
  arrived_ = source_.size;
  return {};
}

}  // namespace axllama::store
