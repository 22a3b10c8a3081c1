// A program for containers whose computation the stand-in does not know, or that have no weights.
#pragma once

#include <memory>

#include "standin/compute/layer_spec.h"
#include "standin/compute/program.h"

namespace axllama::standin {

// Outputs are a function of 64 samples of each input's bytes and of the output's position: small
// finite numbers in floating types, with one larger in each row so that an arg-max exists; with
// top-k, descending values and distinct ids below the vocabulary; any bytes in other types.
// Costs what writing the outputs costs.
std::unique_ptr<Program> make_fill_program(const axmodel::Container& container,
                                           const LayerSpec& spec);

}  // namespace axllama::standin
