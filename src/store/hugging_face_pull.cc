#include "store/hugging_face_pull.h"

#include <algorithm>
#include <cctype>

#include "base/digest.h"
#include "base/format.h"
#include "store/hugging_face_build.h"
#include "store/hugging_face_choice.h"
#include "store/registry_challenge.h"

namespace axllama::store {
namespace {

constexpr size_t kLongestList = 32 << 20;
constexpr uint64_t kLongestText = 64 << 20;
constexpr uint64_t kLongestLicense = 1 << 20;
constexpr int kMostPages = 100;

bool is_commit(const std::string& tag) {
  return tag.size() >= 7 && tag.size() <= 40 && std::ranges::all_of(tag, [](unsigned char c) {
           return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f');
         });
}

std::string repository(const Name& name) {
  return name.space + "/" + name.model;
}

std::unexpected<Error> answer_error(const RegistryPlace& place, const TransferReply& reply) {
  const std::string what = "hf.co/" + repository(place.name) + ": ";
  if (reply.status == 401 || reply.status == 403) {
    return fail(ErrorCode::kForbidden,
                what + reply_text(reply.status, reply.body) +
                    "; a private or gated repository needs HF_TOKEN in the server's environment");
  }
  if (reply.status == 404)
    return fail(ErrorCode::kNotFound, what + "no such repository or revision");
  return fail(ErrorCode::kUnavailable, what + reply_text(reply.status, reply.body));
}

Result<TransferReply> get(const RegistryPlace& place, RegistrySession& session, const Url& url,
                          std::stop_token stop, size_t limit) {
  TransferRequest request{.url = url};
  AX_TRY(TransferReply reply, session.call(std::move(request), stop, limit));
  if (reply.status != 200) return answer_error(place, reply);
  return reply;
}

Result<std::vector<HubFile>> list_tree(const RegistryPlace& place, RegistrySession& session,
                                       const std::string& commit, std::stop_token stop) {
  std::vector<HubFile> files;
  Url url =
      session.at("/api/models/" + repository(place.name) + "/tree/" + commit + "?recursive=true");
  for (int page = 0; page < kMostPages; ++page) {
    AX_TRY(const TransferReply reply, get(place, session, url, stop, kLongestList));
    AX_TRY(std::vector<HubFile> more, parse_hub_tree(reply.body));
    std::ranges::move(more, std::back_inserter(files));
    const std::string next = next_link(reply.header("Link"));
    if (next.empty()) return files;
    AX_TRY(url, session.redirected(url, next));
  }
  return fail(ErrorCode::kTooLarge, "the repository lists no end of files");
}

Url file_url(const RegistryPlace& place, const RegistrySession& session, const std::string& commit,
             const std::string& path) {
  return session.at("/" + repository(place.name) + "/resolve/" + commit + "/" +
                    percent_encode(path, true));
}

// A folder's files on their way.
class FolderPull {
 public:
  FolderPull(Store& store, const RegistryPlace& place,
             const std::shared_ptr<RegistrySession>& session, const std::string& commit,
             std::stop_token stop)
      : store_(store), place_(place), session_(session), commit_(commit), stop_(stop) {}

  // The content, checked.
  Result<std::string> text(const HubFile& file) const {
    if (file.size > kLongestText) {
      return fail(ErrorCode::kTooLarge, file.path + " has " + format_bytes(file.size) +
                                            ", which is too much for a file outside of LFS");
    }
    AX_TRY(TransferReply reply, get(place_, *session_, url(file), stop_, file.size + 4096));
    const bool right = file.sha256.empty() ? has_git_id(reply.body, file.git_id)
                                           : sha256_hex(reply.body) == file.sha256;
    if (reply.body.size() == file.size && right) return std::move(reply.body);
    return fail(ErrorCode::kCorrupt,
                "digest mismatch, file must be downloaded again: " + file.path + " has " +
                    std::to_string(reply.body.size()) + " of " + std::to_string(file.size) +
                    " bytes or another content than the hub says");
  }

  Result<FolderFile> small(const HubFile& file, const TellProgress& tell) {
    AX_TRY(const std::string content, text(file));
    AX_TRY(const std::string digest, store_.import_bytes(content));
    tell({blob_status("pulling", digest), digest, file.size, file.size});
    return FolderFile{file.path, digest};
  }

  BlobSource large(const HubFile& file) const {
    return {"sha256:" + file.sha256, file.size, url(file), session_};
  }

 private:
  Url url(const HubFile& file) const { return file_url(place_, *session_, commit_, file.path); }

  Store& store_;
  const RegistryPlace& place_;
  const std::shared_ptr<RegistrySession>& session_;
  const std::string& commit_;
  std::stop_token stop_;
};

Result<HubTexts> read_configs(const FolderPull& pull, const std::vector<HubFile>& files) {
  HubTexts texts;
  for (const HubFile& file : files_to_read(files)) {
    AX_TRY(texts[file.path], pull.text(file));
  }
  return texts;
}

std::vector<std::string> read_licenses(const FolderPull& pull, const std::vector<HubFile>& files) {
  std::vector<std::string> licenses;
  for (const char* name : {"LICENSE", "LICENSE.txt", "LICENSE.md"}) {
    const auto file = std::ranges::find(files, name, &HubFile::path);
    if (file == files.end() || file->size > kLongestLicense) continue;
    // A model without the text of its license is better than none.
    if (auto text = pull.text(*file); text && !text->empty()) licenses.push_back(*std::move(text));
  }
  return licenses;
}

std::string remark_on(const HubChoice& choice, size_t of_files) {
  std::string text =
      "takes " + std::to_string(choice.files.size()) + " of " + std::to_string(of_files) + " files";
  if (!choice.build.empty()) text += ", the build in " + choice.build;
  for (const std::string& other : choice.others) {
    text += "; left: " + (other.empty() ? std::string("(root)") : other);
  }
  return text;
}

}  // namespace

Result<HubListing> list_hub(const RegistryPlace& place, RegistrySession& session,
                            std::stop_token stop) {
  const std::string revision = is_commit(place.name.tag) ? place.name.tag : "main";
  const Url url = session.at("/api/models/" + repository(place.name) + "/revision/" + revision);
  AX_TRY(const TransferReply reply, get(place, session, url, stop, kLongestList));
  HubListing listing;
  AX_TRY(listing.commit, parse_hub_revision(reply.body));
  AX_TRY(listing.files, list_tree(place, session, listing.commit, stop));
  return listing;
}

Result<PulledFolder> pull_hub_folder(Store& store, SharedDownloads& downloads,
                                     const RegistryPlace& place, const std::string& build,
                                     const std::shared_ptr<RegistrySession>& session,
                                     const HubListing& listing, const TellProgress& tell,
                                     std::stop_token stop) {
  FolderPull pull(store, place, session, listing.commit, stop);
  AX_TRY(const HubTexts texts, read_configs(pull, listing.files));
  const std::string wish = is_commit(place.name.tag) ? "latest" : place.name.tag;
  AX_TRY(const HubChoice choice, choose_files(listing.files, texts, build.empty() ? wish : build));
  PulledFolder folder;
  folder.remark = remark_on(choice, listing.files.size());
  folder.licenses = read_licenses(pull, listing.files);
  std::vector<BlobSource> sources;
  for (const HubFile& file : choice.files) {
    if (file.sha256.empty()) {
      AX_TRY(FolderFile small, pull.small(file, tell));
      folder.files.push_back(std::move(small));
    } else {
      sources.push_back(pull.large(file));
      folder.files.push_back({file.path, sources.back().digest});
    }
  }
  AX_CHECK(pull_blobs(downloads, sources, tell, stop));
  return folder;
}

}  // namespace axllama::store
