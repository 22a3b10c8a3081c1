#include "axmodel/writer.h"

#include "axmodel/layout.h"
#include "axmodel/new_file.h"
#include "axmodel/quoted_name.h"

namespace axllama::axmodel {
namespace {

std::unexpected<Error> impossible(const std::filesystem::path& path, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument,
              "can't write " + path.string() + ": " + std::string(why));
}

// What the parser makes of the headers. They must mean what the caller said.
Result<Container> read_back(const ContainerWriter& wanted, const NewFile& file,
                            const std::filesystem::path& path) {
  const auto got = read_container(file.temporary_path().string());
  if (!got && got.error().code == ErrorCode::kIo) return got;
  if (!got) return impossible(path, got.error().message);
  if (got->groups != wanted.groups) {
    return impossible(path, "the groups differ in names or order, or names end like a group's");
  }
  return *got;
}

Result<void> write_weight(const NewWeight& weight, const Initializer& place, NewFile& file,
                          const std::filesystem::path& path) {
  if (!weight.data) return {};
  uint64_t given = 0;
  const ByteSink sink = [&](std::span<const std::byte> bytes) -> Result<void> {
    if (bytes.size() > place.bytes - given) {
      return impossible(path, "weight " + quoted_name(weight.name) + " gives more than its " +
                                  std::to_string(place.bytes) + " bytes");
    }
    AX_CHECK(file.write_at(place.offset + given, bytes));
    given += bytes.size();
    return {};
  };
  AX_CHECK(weight.data(sink));
  if (given == place.bytes) return {};
  return impossible(path, "weight " + quoted_name(weight.name) + " gives " + std::to_string(given) +
                              " of its " + std::to_string(place.bytes) + " bytes");
}

}  // namespace

Result<void> ContainerWriter::write(const std::filesystem::path& path) const {
  AX_TRY(const Layout layout, lay_out(*this));
  AX_TRY(NewFile file, NewFile::create(path, layout.file_bytes));
  for (const Layout::Piece& piece : layout.headers) {
    AX_CHECK(file.write_at(piece.offset, std::as_bytes(std::span(piece.bytes))));
  }
  AX_TRY(const Container container, read_back(*this, file, path));
  for (size_t i = 0; i < weights.size(); ++i) {
    AX_CHECK(write_weight(weights[i], container.initializers[i], file, path));
  }
  return file.commit();
}

}  // namespace axllama::axmodel
