// From a model, or a published model's sizes, to the files of a model folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "axmodel/folder.h"
#include "base/result.h"
#include "standin/pack/folder_writer.h"
#include "standin/pack/layout.h"
#include "standin/pack/plan.h"
#include "standin/pack/quantise.h"
#include "standin/pack/shapes.h"
#include "standin/pack/source.h"
#include "standin/pack/tokenizer_text.h"
#include "standin/pack/weights.h"

namespace axllama::pack {

struct PackOptions {
  Layout layout = Layout::kFlat;
  ConfigForm config = ConfigForm::kFull;
  TokenizerForm tokenizer = TokenizerForm::kAxera;
  TextKind text_kind = TextKind::kAutomatic;
  std::string name = {};            // "": what the model calls itself
  std::string tokenizer_type = {};  // "": usual_tokenizer_type
  Contexts contexts = {};
  WeightType weights = WeightType::kBf16;
  WeightType head_weights = WeightType::kBf16;
  int top_k = 0;
  HeadForm head = HeadForm::kLogits;
  bool embedding = false;                                 // an embedding model's folder
  std::optional<axmodel::EmbeddingPooling> pooling = {};  // its pooling; absent: the source's own
  std::string producer_version = "5.2";
};

// The files in the order they are to be written, config.json last: a folder that has it is whole.
// Errors are of the options (kInvalidArgument) or of what the model can't have (kUnsupported);
// nothing is written yet. `source` must outlive the list.
Result<std::vector<FolderFile>> model_files(const Source& source, const PackOptions& options,
                                            const Canceled& canceled);

// The same for a shape: every size is true, everything is a hole. `options.weights` and
// `options.head_weights` don't count.
Result<std::vector<FolderFile>> shape_files(const Shape& shape, ShapeQuantisation quantisation,
                                            const PackOptions& options);

}  // namespace axllama::pack
