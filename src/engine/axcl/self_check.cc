#include "engine/axcl/self_check.h"

#include <algorithm>
#include <span>

#include "base/digest.h"
#include "base/log.h"

namespace axllama::npu {
namespace {

constexpr int kTokens = 3;
// A queued chunk can only go wrong from layer to layer, where they share what they write.
constexpr size_t kChunkLayers = 3;

// All that a run leaves behind.
struct Trace {
  std::vector<HeadOutput> heads;
  std::vector<std::vector<std::byte>> outputs;  // of the last layer, where there is no head
  std::vector<std::byte> rows;                  // of all layers: keys, values
  std::vector<std::byte> chunk;                 // hidden rows, then each layer's keys and values
};

void feed(Sha256& digest, const auto& values) {
  const auto bytes = std::as_bytes(std::span(values));
  digest.update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string digest_of(const Trace& trace) {
  Sha256 digest;
  for (const HeadOutput& head : trace.heads) {
    feed(digest, head.logits);
    feed(digest, head.ids);
    feed(digest, head.hidden);
  }
  for (const auto& output : trace.outputs) feed(digest, output);
  feed(digest, trace.rows);
  feed(digest, trace.chunk);
  return digest.hex();
}

// Whether another try could end differently.
bool may_pass(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout ||
         error.code == ErrorCode::kNoMemory || error.code == ErrorCode::kBusy;
}

class Check {
 public:
  explicit Check(const CheckedParts& parts)
      : parts_(parts), tokens_(std::min(kTokens, parts.folder.context())) {}

  Result<void> run_plain() {
    AX_TRY(plain_, trace(kPlain));
    return {};
  }
  // "" when it gives the same bits; else what differs, or why it can't be done.
  std::string difference(Shortcuts how) {
    const Result<Trace> other = trace(how);
    if (!other) {
      lasting_ = lasting_ && !may_pass(other.error());
      return other.error().message;
    }
    if (other->chunk != plain_.chunk) return "what a chunk leaves differs";
    for (size_t i = 0; i < static_cast<size_t>(tokens_); ++i) {
      if (same_output(*other, i)) continue;
      return std::string(parts_.head != nullptr ? "what the head gives for"
                                                : "the hidden state of") +
             " token " + std::to_string(i + 1) + " differs";
    }
    return other->rows == plain_.rows ? "" : "the cached keys and values differ";
  }
  std::string plain_bits() const { return digest_of(plain_); }
  // The same by the digest of an earlier run's bits.
  std::string difference(Shortcuts how, const std::string& bits) {
    const Result<Trace> now = trace(how);
    if (!now) return now.error().message;
    return digest_of(*now) == bits ? "" : "the bits differ";
  }
  bool lasting() const { return lasting_; }

  // A shortcut that is not good may have left NaN.
  Result<void> clear() {
    for (size_t i = 0; i < parts_.folder.layers.size(); ++i) {
      AX_CHECK(axcl::fill(parts_.call, parts_.slot.keys(i), 0, bytes()));
      AX_CHECK(axcl::fill(parts_.call, parts_.slot.values(i), 0, bytes()));
    }
    return {};
  }

 private:
  Result<Trace> trace(Shortcuts how) {
    AX_CHECK(clear());
    Trace trace;
    // First, for what the driver refuses should be refused before the longer work.
    if (parts_.prefill != nullptr) AX_CHECK(run_chunk(how, trace.chunk));
    for (int at = 0; at < tokens_; ++at) {
      const axmodel::DecodeGroup& group = decode_group(parts_.folder, at);
      const Piece piece{false, group.group, group.cache, at, 1};
      const auto row = parts_.embeddings.row(token(at));
      AX_CHECK(parts_.decoder.run(piece, parts_.slot, row, how, parts_.head));
      AX_CHECK(read_output(trace));
    }
    AX_CHECK(read_rows(trace.rows));
    return trace;
  }

  Result<void> run_chunk(Shortcuts how, std::vector<std::byte>& left) {
    const axmodel::ModelFolder& folder = parts_.folder;
    const axmodel::ChunkGroup& group = folder.chunks.front();
    const Piece piece{true, group.group, group.history, 0,
                      std::min(folder.chunk, folder.context())};
    std::vector<std::byte> rows;
    for (int at = 0; at < piece.rows; ++at) {
      const auto row = parts_.embeddings.row(token(at % kTokens));
      rows.insert(rows.end(), row.begin(), row.end());
    }
    const size_t layers = std::min(kChunkLayers, folder.layers.size());
    AX_CHECK(parts_.prefill->run_first(layers, piece, parts_.slot, rows, how.async_chunks));
    const size_t bytes = static_cast<size_t>(piece.rows) * parts_.slot.row_bytes();
    left.resize(rows.size() + 2 * layers * bytes);
    std::span<std::byte> to(left);
    AX_CHECK(axcl::download(parts_.call, to.first(rows.size()), parts_.prefill->hidden(layers)));
    to = to.subspan(rows.size());
    for (size_t i = 0; i < layers; ++i) {
      AX_CHECK(parts_.slot.read(parts_.call, i, to.first(bytes), to.subspan(bytes, bytes)));
      to = to.subspan(2 * bytes);
    }
    return {};
  }

  // Spread over the table, so that the rows differ.
  Token token(int at) const {
    return static_cast<Token>((static_cast<int64_t>(at) + 1) * parts_.embeddings.rows() /
                              (kTokens + 1));
  }
  size_t bytes() const { return static_cast<size_t>(tokens_) * parts_.slot.row_bytes(); }

  Result<void> read_output(Trace& trace) const {
    if (parts_.head != nullptr) {
      AX_CHECK(parts_.head->read(trace.heads.emplace_back()));
      return parts_.head->read_hidden(trace.heads.back());
    }
    auto& row = trace.outputs.emplace_back(static_cast<size_t>(parts_.folder.hidden) * 2);
    return axcl::download(parts_.call, row, parts_.decoder.output());
  }
  bool same_output(const Trace& other, size_t i) const {
    if (parts_.head == nullptr) return other.outputs[i] == plain_.outputs[i];
    return other.heads[i] == plain_.heads[i];
  }

  Result<void> read_rows(std::vector<std::byte>& rows) {
    rows.resize(2 * parts_.folder.layers.size() * bytes());
    std::span<std::byte> to(rows);
    for (size_t i = 0; i < parts_.folder.layers.size(); ++i) {
      AX_CHECK(parts_.slot.read(parts_.call, i, to.first(bytes()), to.subspan(bytes(), bytes())));
      to = to.subspan(2 * bytes());
    }
    return {};
  }

  const CheckedParts& parts_;
  int tokens_;
  Trace plain_;
  bool lasting_ = true;
};

// One after another, each on top of those that are good.
void try_each(Check& check, Shortcuts which, Verdict& verdict) {
  for (const ShortcutName& shortcut : kShortcuts) {
    if (!(which.*shortcut.member) || verdict.good.*shortcut.member) continue;
    Shortcuts tried = verdict.good;
    tried.*shortcut.member = true;
    const std::string wrong = check.difference(tried);
    if (wrong.empty()) {
      verdict.good = tried;
    } else {
      verdict.off.push_back({shortcut.name, wrong});
    }
  }
}

}  // namespace

Result<Verdict> self_check(const CheckedParts& parts, const CheckPlan& plan) {
  Check check(parts);
  if (plan.remembered) {
    const std::string wrong = check.difference(plan.remembered->good, plan.remembered->bits);
    if (wrong.empty()) {
      Verdict verdict = *plan.remembered;
      verdict.remembered = true;
      return verdict;
    }
    log_warn("the remembered verdict on the shortcuts no longer holds: " + wrong);
  }
  AX_CHECK(check.run_plain());
  Verdict verdict;
  verdict.bits = check.plain_bits();
  const Shortcuts likely = both(plan.wanted, plan.likely);
  if (check.difference(likely).empty()) verdict.good = likely;
  try_each(check, plan.wanted, verdict);
  verdict.lasting = check.lasting();
  if (!verdict.off.empty()) AX_CHECK(check.clear());
  return verdict;
}

}  // namespace axllama::npu
