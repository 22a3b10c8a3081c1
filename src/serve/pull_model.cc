#include "serve/pull_model.h"

#include "base/log.h"
#include "serve/npu_folder.h"
#include "store/hugging_face_choice.h"
#include "store/hugging_face_pull.h"

namespace axllama::serve {
namespace {

Result<void> make_model(store::Store& store, const store::Name& name,
                        const store::PulledFolder& folder, const store::TellProgress& tell) {
  NamedDigests named;
  for (const store::FolderFile& file : folder.files) named.emplace_back(file.name, file.digest);
  store::Recipe recipe;
  recipe.licenses = folder.licenses;
  AX_CHECK(add_npu_folder(store, named, recipe));
  const Result<void> made = store.create(name, recipe, [&](std::string_view status) {
    if (status == "writing manifest") tell({std::string(status)});
  });
  if (!made) store.drop_folder(recipe.folder_files);
  return made;
}

Result<void> pull_folder(store::Store& store, store::SharedDownloads& downloads,
                         const PullOrder& order,
                         const std::shared_ptr<store::RegistrySession>& session,
                         const store::HubListing& listing, const store::TellProgress& tell,
                         std::stop_token stop) {
  AX_TRY(const store::PulledFolder folder,
         store::pull_hub_folder(store, downloads, order.place, order.build, session, listing, tell,
                                stop));
  log_info(order.as.short_text() + " at " + listing.commit.substr(0, 12) + " " + folder.remark);
  tell({"verifying sha256 digest"});
  AX_CHECK(make_model(store, order.as, folder, tell));
  tell({"success"});
  return {};
}

}  // namespace

std::string npu_build_notice(const PullOrder& order) {
  return order.as.short_text() + " is the build for the NPU, from hf.co/" + order.place.name.space +
         "/" + order.place.name.model;
}

Result<void> pull_model(store::Store& store, store::SharedDownloads& downloads,
                        const PullOrder& order,
                        const std::shared_ptr<store::RegistrySession>& session,
                        const store::TellProgress& tell, std::stop_token stop) {
  const store::RegistryPlace& place = order.place;
  if (order.as != place.name) tell({npu_build_notice(order)});
  tell({"pulling manifest"});
  if (place.is_hugging_face) {
    const Result<store::HubListing> listing = store::list_hub(place, *session, stop);
    if (listing && store::is_axera_repository(listing->files)) {
      return pull_folder(store, downloads, order, session, *listing, tell, stop);
    }
    // A mirror may have no such interface, but the registry's.
    const ErrorCode code = listing ? ErrorCode::kNotFound : listing.error().code;
    if (code == ErrorCode::kForbidden || code == ErrorCode::kCanceled) {
      return std::unexpected(listing.error());
    }
  }
  return store::pull_from_registry(store, downloads, place, session, tell, stop);
}

}  // namespace axllama::serve
