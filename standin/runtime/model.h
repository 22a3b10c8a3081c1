// A model that was loaded onto a card.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "axcl/abi.h"
#include "axmodel/container.h"
#include "base/mapped_file.h"
#include "base/result.h"
#include "standin/compute/program.h"
#include "standin/runtime/backing.h"

namespace axllama::standin {

// Its file: mapped, or a copy of what lay in card memory. Only one of the two has bytes.
struct ModelFile {
  MappedFile mapped;
  std::unique_ptr<Backing> copy;
  std::span<const std::byte> bytes() const;
};

struct Model {
  axcl::ModelId id = 0;
  ModelFile file;
  // Shared with the handles of axclrtEngineGetIOInfo, which may outlive the model.
  std::shared_ptr<const axmodel::Container> container;
  std::unique_ptr<Program> program;
  uint64_t charged = 0;  // bytes of card memory, as long as it is loaded
  axcl::EngineSet affinity = 7;
  std::atomic<uint64_t> contexts = 0;  // how many were created; their ids are 1 to that
};

// Parses and prepares; no card is involved. `threads` compute its runs; 0: as many as there are
// cores. The errors of parse_container and Program::create.
Result<std::unique_ptr<Model>> make_model(ModelFile file, int threads);

// A number that no model of this process has or had.
axcl::ModelId next_model_id();

axcl::DataType data_type(axmodel::ElementType type);

}  // namespace axllama::standin
