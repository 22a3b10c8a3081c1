#include "cli/blob_transfer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/digest.h"
#include "base/fd.h"
#include "store/store.h"

namespace axllama::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPiece = 256 << 10;

Result<bool> server_has(const Api& api, const std::string& digest) {
  const auto answer = api.send("HEAD", "/api/blobs/" + digest, {});
  if (answer) return true;
  if (answer.error().code == ErrorCode::kNotFound) return false;
  return std::unexpected(answer.error());
}

// Whether the server reads the very store that we would write: it sees a blob that we put there.
// Nothing but an error of the server is an error: a store that can't be written is not shared.
Result<bool> shares_store(const Api& api, store::Store& store) {
  if (!is_loopback(api.server())) return false;
  const auto probe = store.import_bytes("axllama create looks for the store of the server");
  if (!probe) return false;
  const Result<bool> seen = server_has(api, *probe);
  std::error_code error;
  fs::remove(store.blob_path(*probe), error);
  return seen;
}

Result<void> upload(const Api& api, const fs::path& file, const std::string& digest, uint64_t size,
                    const std::function<void(uint64_t)>& report) {
  const Fd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened) return std::unexpected(errno_error("read", file));
  uint64_t done = 0;
  const auto next = [&]() -> Result<std::string> {
    report(done);
    std::string piece(std::min<uint64_t>(kPiece, size - done), '\0');
    const ssize_t got = ::read(opened.get(), piece.data(), piece.size());
    if (got < 0) return std::unexpected(errno_error("read", file));
    piece.resize(static_cast<size_t>(got));
    done += piece.size();
    return piece;
  };
  AX_CHECK(api.upload("/api/blobs/" + digest, {size, next}));
  report(done);
  return {};
}

std::unexpected<Error> cannot_link(const Api& api, const store::Store& store) {
  if (!is_loopback(api.server())) {
    return fail(ErrorCode::kUnsupported,
                "--link: the server at " + api.server().text() +
                    " is not on this machine and can't read its files",
                "without --link the files are sent");
  }
  return fail(ErrorCode::kUnsupported,
              "--link: the model store " + store.root().string() +
                  " is not the server's, or not ours to write",
              "run this as a user who may write the store, with the server's OLLAMA_MODELS; "
              "without --link the files are sent");
}

}  // namespace

Result<store::LinkedFile> bring_file(const Api& api, const fs::path& file, Bringing how,
                                     Progress& progress) {
  std::error_code error;
  const uint64_t size = fs::file_size(file, error);
  if (error) return fail(ErrorCode::kIo, "read " + file.string() + ": " + error.message());
  const std::string label = "reading " + file.filename().string();
  const auto report = [&](uint64_t done) { progress.bytes(label, done, size); };

  store::Store store(store::Store::default_root());
  AX_TRY(const bool shared, shares_store(api, store));
  if (how == Bringing::kLink) {
    if (!shared) return cannot_link(api, store);
    return store.link_file(file, report);
  }
  if (shared) {
    AX_TRY(std::string digest, store.import_file(file, report));
    return store::LinkedFile{std::move(digest)};
  }

  AX_TRY(const std::string hex, sha256_file(file, report));
  const std::string digest = "sha256:" + hex;
  AX_TRY(const bool there, server_has(api, digest));
  if (!there) {
    const std::string sending = "sending " + file.filename().string();
    AX_CHECK(upload(api, file, digest, size,
                    [&](uint64_t done) { progress.bytes(sending, done, size); }));
  }
  return store::LinkedFile{digest};
}

}  // namespace axllama::cli
