#include "runner/prompt_images.h"

#include <algorithm>
#include <utility>

namespace axllama::runner {
namespace {

Result<void> check_all_are_placed(std::span<const PromptPiece> pieces, size_t images) {
  for (size_t i = 0; i < images; ++i) {
    const auto is_it = [i](const PromptPiece& piece) { return piece.image == i; };
    if (std::ranges::any_of(pieces, is_it)) continue;
    return fail(ErrorCode::kInvalidArgument,
                "image " + std::to_string(i) +
                    " has no place in the prompt: the model's template "
                    "leaves it out, or a raw prompt does not say [img-" +
                    std::to_string(i) + "]");
  }
  return {};
}

}  // namespace

Result<const Image*> ImageReader::read(const std::string& file) {
  const auto found = read_.find(file);
  if (found != read_.end()) return &found->second;
  AX_TRY(Image image, decode_image(file));
  return &read_.emplace(file, std::move(image)).first->second;
}

Result<Prompt> lay_out(const Prepared& model, std::span<const PromptPiece> pieces,
                       std::span<const std::string* const> files, ImageReader& reader,
                       bool add_special) {
  AX_CHECK(check_all_are_placed(pieces, files.size()));
  std::vector<PromptPart> parts;
  for (const PromptPiece& piece : pieces) {
    PromptPart part{.text = piece.text};
    if (piece.image) {
      AX_TRY(part.image, reader.read(*files[*piece.image]));
    }
    parts.push_back(part);
  }
  return model.lay_out(parts, add_special);
}

}  // namespace axllama::runner
