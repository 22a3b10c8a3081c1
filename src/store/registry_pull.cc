#include "store/registry_pull.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/env.h"
#include "store/blobs.h"
#include "store/manifest.h"
#include "store/places.h"

namespace axllama::store {
namespace {

constexpr size_t kMaxManifest = 16 << 20;
constexpr size_t kShownDigits = 12;
// Small files wait for answers more than for bytes; the next few are asked for meanwhile.
constexpr size_t kBlobsAtOnce = 4;

Error about_manifest(Error error) {
  if (error.code != ErrorCode::kCanceled) error.message = "pull model manifest: " + error.message;
  return error;
}

Result<std::string> fetch_manifest(const RegistryPlace& place, RegistrySession& session,
                                   std::stop_token stop) {
  TransferRequest request{.url = session.at(place.manifest())};
  request.headers.emplace_back("Accept", media::kManifest);
  AX_TRY(TransferReply reply, session.call(std::move(request), stop, kMaxManifest));
  if (reply.status == 404) return fail(ErrorCode::kNotFound, "file does not exist");
  if (reply.status != 200) {
    return fail(ErrorCode::kUnavailable, reply_text(reply.status, reply.body));
  }
  return std::move(reply.body);
}

std::vector<BlobSource> sources_of(const Manifest& manifest, const RegistryPlace& place,
                                   const std::shared_ptr<RegistrySession>& session) {
  std::vector<Layer> layers = manifest.layers;
  layers.push_back(manifest.config);
  std::vector<BlobSource> sources;
  std::set<std::string> seen;
  for (const Layer& layer : layers) {
    if (!seen.insert(layer.digest).second) continue;
    sources.push_back({layer.digest, layer.size, session->at(place.blob(layer.digest)), session});
  }
  return sources;
}

std::set<std::string> digests_of(const Manifest& manifest) {
  std::set<std::string> digests = {manifest.config.digest};
  for (const Layer& layer : manifest.layers) digests.insert(layer.digest);
  return digests;
}

Result<void> check_blobs(const Store& store, const Manifest& manifest) {
  for (const std::string& digest : digests_of(manifest)) {
    if (store.has_blob(digest)) continue;
    return fail(ErrorCode::kConflict, "blob " + digest + " was deleted while the model was pulled",
                "pull it again");
  }
  return {};
}

// Writes the manifest, which makes the blobs a model.
Result<void> adopt(const Store& store, const Name& name, const Manifest& manifest,
                   std::string_view bytes, const TellProgress& tell) {
  AX_TRY(const StoreLock lock, StoreLock::take(store.root()));
  AX_CHECK(check_blobs(store, manifest));
  const Name target = name_to_write(store.root(), name);
  const auto replaced = read_manifest(store.root(), target);
  tell({"writing manifest"});
  AX_CHECK(write_manifest(store.root(), target, bytes));
  if (!replaced || env_flag("OLLAMA_NOPRUNE")) return {};
  if (std::ranges::includes(digests_of(manifest), digests_of(*replaced))) return {};
  tell({"removing unused layers"});
  remove_unneeded_blobs(store, *replaced);
  return {};
}

}  // namespace

std::string blob_status(std::string_view verb, std::string_view digest) {
  return std::string(verb) + " " + std::string(digest.substr(digest.find(':') + 1, kShownDigits));
}

std::shared_ptr<RegistrySession> registry_session(const RegistryPlace& place,
                                                  const TransferSettings& settings,
                                                  const std::filesystem::path& key_file) {
  RegistrySession::Rights rights{.key_file = key_file, .token = {}, .plain = place.plain};
  if (place.is_hugging_face) rights.token = settings.hugging_face_token;
  return std::make_shared<RegistrySession>(settings, place.origin, std::move(rights));
}

Result<void> pull_blobs(SharedDownloads& downloads, const std::vector<BlobSource>& sources,
                        const TellProgress& tell, std::stop_token stop) {
  std::deque<std::shared_ptr<SharedDownload>> ahead;
  size_t next = 0;
  for (const BlobSource& source : sources) {
    while (next < sources.size() && ahead.size() < kBlobsAtOnce) {
      ahead.push_back(downloads.join(sources[next++]));
    }
    const auto download = std::move(ahead.front());
    ahead.pop_front();
    AX_CHECK(download->wait(stop, [&](uint64_t completed) {
      tell({blob_status("pulling", source.digest), source.digest, source.size, completed});
    }));
  }
  return {};
}

Result<void> pull_from_registry(Store& store, SharedDownloads& downloads,
                                const RegistryPlace& place,
                                const std::shared_ptr<RegistrySession>& session,
                                const TellProgress& tell, std::stop_token stop) {
  Result<std::string> bytes = fetch_manifest(place, *session, stop);
  if (!bytes) return std::unexpected(about_manifest(bytes.error()));
  Result<Manifest> manifest = parse_manifest(*bytes);
  if (!manifest) return std::unexpected(about_manifest(manifest.error()));
  AX_CHECK(pull_blobs(downloads, sources_of(*manifest, place, session), tell, stop));
  tell({"verifying sha256 digest"});
  AX_CHECK(adopt(store, place.name, *manifest, *bytes, tell));
  tell({"success"});
  return {};
}

}  // namespace axllama::store
