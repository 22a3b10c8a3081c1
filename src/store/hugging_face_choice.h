// Which files of an AXERA repository are a model for the AX650 over AXCL. Pure functions.
//
// The repositories hold much else: builds for other chips, other builds for this one, the vendor's
// programs and scripts, pictures (spec/models.md 1).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/hugging_face_files.h"

namespace axllama::store {

// Text of small files by their path: what is to be known before the choice.
using HubTexts = std::map<std::string, std::string>;

struct HubChoice {
  std::string build;                // folder of the layers; empty: the repository itself
  std::vector<HubFile> files;       // config first, layers in their order; each once
  std::vector<std::string> others;  // folders of further builds that could have been chosen
};

// Whether the repository is one of compiled models.
bool is_axera_repository(const std::vector<HubFile>& files);

// The files whose text choose_files wants to see: each config.json that may be AXERA's (sixteen).
std::vector<HubFile> files_to_read(const std::vector<HubFile>& files);

// `wish`: the name's tag. "latest" leaves the choice: the build that config.json names, else the
// one for the AX650 whose name says least beside the model's; another chooses among the builds by
// their folder's name, or by words in it ("int4"). kNotFound: no layers, or none that match the
// wish; kUnsupported: only for other chips, or the build lacks a file. The messages list what there
// is.
Result<HubChoice> choose_files(const std::vector<HubFile>& files, const HubTexts& texts,
                               std::string_view wish);

}  // namespace axllama::store
