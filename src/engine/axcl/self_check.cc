#include "engine/axcl/self_check.h"

#include <algorithm>

#include "base/log.h"

namespace axllama::npu {
namespace {

constexpr int kTokens = 3;

// All that a run leaves behind.
struct Trace {
  std::vector<HeadOutput> heads;
  std::vector<std::vector<std::byte>> outputs;  // of the last layer, where there is no head
  std::vector<std::byte> rows;                  // of all layers: keys, values
};

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
    for (size_t i = 0; i < static_cast<size_t>(tokens_); ++i) {
      if (same_output(*other, i)) continue;
      return std::string(parts_.head != nullptr ? "what the head gives for"
                                                : "the hidden state of") +
             " token " + std::to_string(i + 1) + " differs";
    }
    return other->rows == plain_.rows ? "" : "the cached keys and values differ";
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
  AX_CHECK(check.run_plain());
  if (plan.remembered) {
    const std::string wrong = check.difference(plan.remembered->good);
    if (wrong.empty()) {
      Verdict verdict = *plan.remembered;
      verdict.remembered = true;
      return verdict;
    }
    log_warn("the remembered verdict on the shortcuts no longer holds: " + wrong);
  }
  Verdict verdict;
  const Shortcuts likely = both(plan.wanted, plan.likely);
  if (check.difference(likely).empty()) verdict.good = likely;
  try_each(check, plan.wanted, verdict);
  verdict.lasting = check.lasting();
  if (!verdict.off.empty()) AX_CHECK(check.clear());
  return verdict;
}

}  // namespace axllama::npu
