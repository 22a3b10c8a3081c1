#include "store/registry_push.h"

#include <set>

#include "base/fd.h"
#include "store/manifest.h"
#include "store/registry_upload.h"

namespace axllama::store {
namespace {

constexpr size_t kMaxManifest = 16 << 20;

Result<void> push_manifest(const RegistryPlace& place, RegistrySession& session, std::string bytes,
                           std::stop_token stop) {
  TransferRequest request{
      .method = "PUT", .url = session.at(place.manifest()), .body = std::move(bytes)};
  request.headers.emplace_back("Content-Type", media::kManifest);
  AX_TRY(const TransferReply reply, session.call(std::move(request), stop));
  if (reply.status / 100 == 2) return {};
  return fail(ErrorCode::kUnavailable, reply_text(reply.status, reply.body));
}

}  // namespace

Result<void> push_to_registry(const Store& store, const RegistryPlace& place,
                              const std::shared_ptr<RegistrySession>& session,
                              const TellProgress& tell, std::stop_token stop) {
  tell({"retrieving manifest"});
  AX_TRY(const Manifest manifest, store.find(place.name));
  AX_TRY(std::string bytes, read_file(manifest.path, kMaxManifest));
  std::vector<Layer> layers = manifest.layers;
  layers.push_back(manifest.config);
  std::set<std::string> seen;
  for (const Layer& layer : layers) {
    if (!seen.insert(layer.digest).second) continue;
    const auto told = [&](uint64_t completed) {
      tell({blob_status("pushing", layer.digest), layer.digest, layer.size, completed});
    };
    BlobUpload upload(*session, place, layer, store.blob_path(layer.digest));
    AX_CHECK(upload.run(told, stop));
  }
  tell({"pushing manifest"});
  AX_CHECK(push_manifest(place, *session, std::move(bytes), stop));
  tell({"success"});
  return {};
}

}  // namespace axllama::store
