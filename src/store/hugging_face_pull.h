// Brings a repository of models compiled for the NPU from the Hugging Face hub into the store's
// blobs.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/hugging_face_files.h"
#include "store/registry_pull.h"

namespace axllama::store {

struct HubListing {
  std::string commit;  // 40 hex digits: what all files are taken from
  std::vector<HubFile> files;
};

// The files of a repository at the revision that the name's tag says: one of 7 to 40 hex digits is
// a commit, any other is none and means the main branch. kNotFound, kForbidden (gated or private:
// the hint tells of HF_TOKEN).
Result<HubListing> list_hub(const RegistryPlace& place, RegistrySession& session,
                            std::stop_token stop);

struct PulledFolder {
  std::vector<FolderFile> files;      // all in the store's blobs
  std::vector<std::string> licenses;  // texts
  std::string remark;                 // for the log: what was chosen, and what was left
};

// Chooses the files (hugging_face_choice.h) and fetches them, telling "pulling <12 hex>" for each.
// Sizes and digests are checked. `build`: the folder of the build; empty: as the name's tag says.
Result<PulledFolder> pull_hub_folder(Store& store, SharedDownloads& downloads,
                                     const RegistryPlace& place, const std::string& build,
                                     const std::shared_ptr<RegistrySession>& session,
                                     const HubListing& listing, const TellProgress& tell,
                                     std::stop_token stop);

}  // namespace axllama::store
