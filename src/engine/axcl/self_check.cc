#include "engine/axcl/self_check.h"

#include <algorithm>

namespace axllama::npu {
namespace {

constexpr int kTokens = 3;

// All that a run leaves behind.
struct Trace {
  std::vector<HeadOutput> heads;
  std::vector<std::byte> rows;  // of all layers: keys, values
};

class Check {
 public:
  Check(const axcl::Functions& call, const axmodel::ModelFolder& folder, const SlotCache& slot,
        const EmbeddingTable& embeddings, Decoder& decoder, HeadRunner& head)
      : call_(call),
        folder_(folder),
        slot_(slot),
        embeddings_(embeddings),
        decoder_(decoder),
        head_(head),
        tokens_(std::min(kTokens, folder.context())) {}

  Result<Trace> trace(Shortcuts how) {
    AX_CHECK(clear());
    Trace trace;
    for (int at = 0; at < tokens_; ++at) {
      const axmodel::DecodeGroup& group = decode_group(folder_, at);
      const Piece piece{false, group.group, group.cache, at, 1};
      AX_CHECK(decoder_.run(piece, slot_, embeddings_.row(token(at)), how, &head_));
      AX_CHECK(head_.read(trace.heads.emplace_back()));
      AX_CHECK(head_.read_hidden(trace.heads.back()));
    }
    AX_CHECK(read_rows(trace.rows));
    return trace;
  }
  // A shortcut that is not good may have left NaN.
  Result<void> clear() {
    for (size_t i = 0; i < folder_.layers.size(); ++i) {
      AX_CHECK(axcl::fill(call_, slot_.keys(i), 0, bytes()));
      AX_CHECK(axcl::fill(call_, slot_.values(i), 0, bytes()));
    }
    return {};
  }

 private:
  // Spread over the table, so that the rows differ.
  Token token(int at) const {
    return static_cast<Token>((static_cast<int64_t>(at) + 1) * embeddings_.rows() / (kTokens + 1));
  }
  size_t bytes() const { return static_cast<size_t>(tokens_) * slot_.row_bytes(); }

  Result<void> read_rows(std::vector<std::byte>& rows) {
    rows.resize(2 * folder_.layers.size() * bytes());
    std::span<std::byte> to(rows);
    for (size_t i = 0; i < folder_.layers.size(); ++i) {
      AX_CHECK(axcl::download(call_, to.first(bytes()), slot_.keys(i)));
      AX_CHECK(axcl::download(call_, to.subspan(bytes(), bytes()), slot_.values(i)));
      to = to.subspan(2 * bytes());
    }
    return {};
  }

  const axcl::Functions& call_;
  const axmodel::ModelFolder& folder_;
  const SlotCache& slot_;
  const EmbeddingTable& embeddings_;
  Decoder& decoder_;
  HeadRunner& head_;
  int tokens_;
};

// "" when they are the same.
std::string difference(const Result<Trace>& trace, const Trace& plain) {
  if (!trace) return trace.error().message;
  for (size_t i = 0; i < plain.heads.size(); ++i) {
    if (trace->heads[i] == plain.heads[i]) continue;
    return "what the head gives for token " + std::to_string(i + 1) + " differs";
  }
  return trace->rows == plain.rows ? "" : "the cached keys and values differ";
}

}  // namespace

Result<Verdict> self_check(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                           const SlotCache& slot, const EmbeddingTable& embeddings,
                           Decoder& decoder, HeadRunner& head, Shortcuts wanted) {
  Check check(call, folder, slot, embeddings, decoder, head);
  AX_TRY(const Trace plain, check.trace(kPlain));
  Verdict verdict;
  if (difference(check.trace(wanted), plain).empty()) {
    verdict.good = wanted;
    return verdict;
  }
  // One after another, each on top of those that are good.
  for (const ShortcutName& shortcut : kShortcuts) {
    if (!(wanted.*shortcut.member)) continue;
    Shortcuts tried = verdict.good;
    tried.*shortcut.member = true;
    const std::string wrong = difference(check.trace(tried), plain);
    if (wrong.empty()) {
      verdict.good = tried;
    } else {
      verdict.off.push_back(std::string(shortcut.name) + ": " + wrong);
    }
  }
  AX_CHECK(check.clear());
  return verdict;
}

}  // namespace axllama::npu
