#include "cli/image_paths.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>

#include "base/env.h"
#include "base/fd.h"
#include "base/format.h"
#include "base/trim.h"

namespace axllama::cli {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMostBytes = 48'000'000;  // 64 MB of base64, which is all that a server takes

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Behind the extension that begins at `dot`; 0 when none does.
size_t end_of_extension(std::string_view text, size_t dot) {
  for (const std::string_view extension : {".jpg", ".jpeg", ".png", ".webp"}) {
    const size_t end = dot + extension.size();
    const auto same = [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == b;
    };
    if (end <= text.size() &&
        std::ranges::equal(text.substr(dot, extension.size()), extension, same) &&
        (end == text.size() || !is_word(text[end]))) {
      return end;
    }
  }
  return 0;
}

bool begins_path(std::string_view text, size_t at) {
  constexpr std::string_view kBefore = " \t\n'\"(";
  if (at > 0 && kBefore.find(text[at - 1]) == kBefore.npos) return false;
  const std::string_view rest = text.substr(at);
  return rest.starts_with('/') || rest.starts_with("./") || rest.starts_with("../") ||
         rest.starts_with("~/");
}

std::string unescaped(std::string_view path) {
  std::string plain;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\\' && i + 1 < path.size()) ++i;
    plain += path[i];
  }
  return plain.starts_with("~/") ? env_get("HOME") + plain.substr(1) : plain;
}

struct Found {
  size_t begin;
  std::string path;
};

// The longest text that ends at `end` and names a file.
std::optional<Found> path_before(std::string_view text, size_t from, size_t end) {
  for (size_t at = from; at < end; ++at) {
    if (text[at] == '\n' || !begins_path(text, at)) continue;
    std::string path = unescaped(text.substr(at, end - at));
    std::error_code error;
    if (fs::is_regular_file(path, error)) return Found{at, std::move(path)};
  }
  return std::nullopt;
}

Result<std::string> read_image(const std::string& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (!error && size > kMostBytes) {
    return fail(ErrorCode::kTooLarge, path + " is too large to be sent: " + format_bytes(size) +
                                          ", at most " + format_bytes(kMostBytes));
  }
  return read_file(path);
}

}  // namespace

Result<TextWithImages> take_images(std::string_view text) {
  TextWithImages taken;
  size_t kept = 0;  // up to where the text is taken over
  for (size_t dot = 0; (dot = text.find('.', dot)) != std::string_view::npos; ++dot) {
    size_t end = end_of_extension(text, dot);
    if (end == 0) continue;
    std::optional<Found> found = path_before(text, kept, end);
    if (!found) continue;
    AX_TRY(std::string image, read_image(found->path));
    const bool quoted = found->begin > kept && end < text.size() &&
                        (text[end] == '\'' || text[end] == '"') &&
                        text[found->begin - 1] == text[end];
    taken.text += text.substr(kept, found->begin - (quoted ? 1 : 0) - kept);
    kept = end + (quoted ? 1 : 0);
    taken.paths.push_back(std::move(found->path));
    taken.images.push_back(std::move(image));
  }
  taken.text += text.substr(kept);
  if (!taken.images.empty()) taken.text = std::string(trim(taken.text));
  return taken;
}

}  // namespace axllama::cli
