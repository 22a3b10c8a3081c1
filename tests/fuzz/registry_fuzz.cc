// Feeds bytes to what reads the texts of registries, of the hub and of the catalogue. The first
// byte chooses the reader. What is taken must survive being written and read again.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/hugging_face_choice.h"
#include "store/hugging_face_files.h"
#include "store/manifest.h"
#include "store/published.h"
#include "store/registry_base64.h"
#include "store/registry_challenge.h"
#include "store/registry_place.h"
#include "store/transfer_url.h"

namespace {

using namespace axllama;
using namespace axllama::store;

void require(bool holds) {
  if (!holds) std::abort();
}

void manifest(std::string_view text) {
  const auto read = parse_manifest(text);
  if (!read) return;
  const std::string written = manifest_json(*read);
  const auto again = parse_manifest(written);
  require(again && manifest_json(*again) == written && again->layers.size() == read->layers.size());
  (void)read->size();
}

void challenge(std::string_view text) {
  const auto found = parse_challenge(text);
  require(!found || (!found->realm.empty() && found->realm.size() <= text.size()));
}

void ranges(std::string_view text) {
  const auto range = parse_content_range(text);
  require(!range || (range->first <= range->last && range->last < range->total.value_or(-1)));
  const auto upload = parse_upload_range(text);
  require(!upload || *upload == 0 || text.ends_with(std::to_string(*upload - 1)));
}

void link(std::string_view text) {
  const std::string next = next_link(text);
  require(text.contains(next) && !next.contains('>'));
}

void url(std::string_view text) {
  static const Url base = *parse_url("https://registry.ollama.ai/v2/library/m/blobs/x?a=b");
  for (const Result<Url>& found : {parse_url(text), resolve_url(base, text)}) {
    if (!found) continue;
    require(!text.contains('\0'));
    require(!found->host.empty() && found->rest.starts_with('/'));
    require(found->text().find_first_of(std::string_view("\0\r\n ", 4)) == std::string::npos);
    const Result<Url> again = parse_url(found->text());
    require(again && *again == *found);
  }
}

void hub(std::string_view text) {
  const auto revision = parse_hub_revision(text);
  require(!revision || revision->size() == 40);
  const auto files = parse_hub_tree(text);
  if (!files) return;
  for (const HubFile& file : *files) {
    require(!file.path.empty() && file.sha256.empty() != file.git_id.empty());
  }
  HubTexts texts;
  for (const HubFile& file : files_to_read(*files)) texts[file.path] = text;
  (void)is_axera_repository(*files);
  for (const char* wish : {"latest", "w8a16"}) {
    const auto chosen = choose_files(*files, texts, wish);
    require(!chosen || (!chosen->files.empty() && chosen->files.size() <= files->size()));
  }
}

void name(std::string_view text) {
  static const TransferSettings settings;
  const auto found = Name::parse(text);
  for (const bool insecure : {false, true}) {
    const auto place = registry_place(text, insecure, settings);
    require(!place || (found && place->name == *found && place->manifest().starts_with("/v2/")));
  }
  if (!found) return;
  for (const std::string& written : {found->full_text(), found->short_text()}) {
    const auto again = Name::parse(written);
    require(again && *again == *found && !written.contains("..//"));
  }
}

void catalogue(std::string_view text) {
  const auto models = read_published(text);
  if (!models) return;
  for (const PublishedModel& model : *models) {
    require(estimated_card_bytes(model) >= model.card_bytes && model.context >= 0);
    require(find_published(*models, model.name) != nullptr);
    require(model.card_bytes <= uint64_t{1} << 50 && model.bytes <= uint64_t{1} << 50);
  }
}

bool is_space(unsigned char c) {
  return std::isspace(c) != 0;
}

void base64(std::string_view text) {
  require(from_base64(to_base64(text)) == text);
  const auto bytes = from_base64(text);
  if (!bytes) return;
  const std::string again = to_base64(*bytes);
  require(from_base64(again) == bytes);
  require(again.size() == text.size() - static_cast<size_t>(std::ranges::count_if(text, is_space)));
}

constexpr void (*kReaders[])(std::string_view) = {manifest, challenge, ranges,    link,  url,
                                                  hub,      name,      catalogue, base64};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return -1;
  kReaders[data[0] % std::size(kReaders)]({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
