#include "standin/compute/program.h"

#include "standin/compute/compute_programs.h"
#include "standin/compute/fill_program.h"
#include "standin/compute/layer_spec.h"

namespace axllama::standin {

Result<std::unique_ptr<Program>> Program::create(const axmodel::Container& container,
                                                 std::span<const std::byte> file, int threads) {
  const Result<LayerSpec> spec = read_layer_spec(container.metadata);
  if (!spec && spec.error().code != ErrorCode::kNotFound) return std::unexpected(spec.error());
  if (!spec || spec->kind == Kind::kShape) {
    return make_fill_program(container, spec.value_or(LayerSpec{}));
  }
  if (spec->kind == Kind::kHead) return make_head_program(container, file, *spec, threads);
  return make_layer_program(container, file, *spec, threads);
}

}  // namespace axllama::standin
