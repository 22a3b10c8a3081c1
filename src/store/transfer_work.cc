#include "store/transfer_work.h"

#include <algorithm>

#include "base/log.h"
#include "store/transfer_download.h"
#include "store/transfer_retry.h"

namespace axllama::store {
namespace {

constexpr int kMostHops = 10;
constexpr std::chrono::milliseconds kTick(100);

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string range_of(const Part& part) {
  return "bytes=" + std::to_string(part.offset + part.completed) + "-" +
         std::to_string(part.offset + part.size - 1);
}

}  // namespace

TransferWork::TransferWork(PartialBlob& file, const BlobSource& source, std::vector<Part> parts,
                           std::atomic<uint64_t>& arrived)
    : file_(file),
      source_(source),
      settings_(source.session->settings()),
      arrived_(arrived),
      set_(settings_) {
  start_over(parts);
}

void TransferWork::start_over(const std::vector<Part>& parts) {
  lanes_.clear();
  uint64_t there = 0;
  for (const Part& part : parts) {
    there += part.completed;
    lanes_.push_back(std::make_unique<Lane>(
        Lane{.receiver = PartReceiver(file_, part, settings_.note_every(), arrived_),
             .url = source_.url}));
  }
  arrived_ = there;
  hash_ = std::make_unique<FollowingHash>(
      [this](uint64_t offset, char* into, size_t room) { return file_.read(offset, into, room); });
}

void TransferWork::start(Lane& lane) {
  if (direct_ && lane.hops == 0) lane.url = *direct_;
  const Part& part = lane.receiver.part();
  // Who asks for all of a file needs no range, and the host need not know any.
  const bool ranged = ranged_ && (part.completed > 0 || part.size < source_.size);
  TransferRequest request{.url = lane.url};
  if (ranged) request.headers.emplace_back("Range", range_of(part));
  lane.sent = source_.session->authorization(lane.url);
  if (!lane.sent.empty()) request.headers.emplace_back("Authorization", lane.sent);
  lane.began = part.completed;
  lane.running = true;
  lane.receiver.start(ranged);
  set_.add(request, lane.receiver);
}

// Not the second time in a row that nothing came.
std::optional<std::chrono::milliseconds> TransferWork::at_once(const Lane& lane) {
  if (lane.tries > 0) return std::nullopt;
  return std::chrono::milliseconds(0);
}

void TransferWork::start_ready() {
  const Clock::time_point now = Clock::now();
  auto running = static_cast<size_t>(
      std::ranges::count_if(lanes_, [](const auto& lane) { return lane->running; }));
  for (const auto& lane : lanes_) {
    if (running >= settings_.parts_at_once) return;
    if (lane->running || lane->receiver.part().whole() || lane->ready > now) continue;
    start(*lane);
    ++running;
  }
}

Result<void> TransferWork::try_again(Lane& lane, const Error& why,
                                     std::optional<std::chrono::milliseconds> wait) {
  if (!ranged_) return whole_again(lane.tries + 1, why, wait);
  AX_CHECK(lane.receiver.note());
  const bool moved = lane.receiver.part().completed > lane.began;
  lane.tries = moved ? 0 : lane.tries + 1;
  lane.url = source_.url;
  lane.hops = 0;
  return pause(lane, why, wait);
}

Result<void> TransferWork::pause(Lane& lane, const Error& why,
                                 std::optional<std::chrono::milliseconds> wait) {
  if (lane.tries >= settings_.tries) {
    return fail(why.code, "max retries exceeded: " + why.message, why.hint);
  }
  const auto time =
      wait.value_or(back_off(settings_.back_off, std::max(lane.tries, 1), random_chance()));
  log_debug(source_.digest + " part " + std::to_string(lane.receiver.part().number) + ": " +
            why.message + "; again in " + std::to_string(time.count()) + " ms");
  lane.ready = Clock::now() + time;
  return {};
}

Result<void> TransferWork::redirect(Lane& lane, const std::string& location) {
  if (++lane.hops > kMostHops) {
    return fail(ErrorCode::kUnavailable, source_.url.origin() + " leads round in a circle");
  }
  AX_TRY(lane.url, source_.session->redirected(lane.url, location));
  direct_ = lane.url;
  return {};
}

Result<void> TransferWork::refused(Lane& lane, const PartAnswer& answer, std::stop_token stop) {
  const bool at_registry = lane.url.same_origin(source_.url);
  const Error what{ErrorCode::kUnavailable, reply_text(answer.status, answer.text)};
  if (is_redirect(answer.status) && !answer.location.empty())
    return redirect(lane, answer.location);
  if (!at_registry && answer.status >= 400 && answer.status < 500 && answer.status != 429) {
    direct_.reset();  // such addresses hold for a while only
    return try_again(lane, what, at_once(lane));
  }
  if (answer.status == 401) {
    AX_CHECK(source_.session->authorize(answer.authenticate, lane.sent, stop));
    return try_again(lane, what, at_once(lane));
  }
  if (worth_retrying(answer.status)) {
    return try_again(lane, what,
                     parse_retry_after(answer.retry_after, std::chrono::system_clock::now()));
  }
  if (answer.status == 404) return fail(ErrorCode::kNotFound, "file does not exist");
  return std::unexpected(what);
}

// The whole file from its beginning, by one transfer. Ranges are never asked for again.
Result<void> TransferWork::without_ranges() {
  log_info(source_.url.origin() + " knows no ranges: " + source_.digest + " comes in one piece");
  ranged_ = false;
  return take_whole();
}

Result<void> TransferWork::take_whole() {
  for (const auto& lane : lanes_) set_.remove(lane->receiver);
  const std::vector<Part> whole = {{0, 0, source_.size, 0}};
  hash_.reset();
  AX_CHECK(file_.begin(whole, source_.size));
  start_over(whole);
  return {};
}

// Where nothing can be resumed every try counts: each begins at the beginning.
Result<void> TransferWork::whole_again(int tries, const Error& why,
                                       std::optional<std::chrono::milliseconds> wait) {
  AX_CHECK(take_whole());
  lanes_.front()->tries = tries;
  return pause(*lanes_.front(), why, wait);
}

Result<void> TransferWork::settle(Lane& lane, const TransferEnd& end, std::stop_token stop) {
  using Kind = PartAnswer::Kind;
  lane.running = false;
  const PartAnswer answer = lane.receiver.answer();
  if (answer.kind == Kind::kWhole) return lane.receiver.note();
  if (answer.kind == Kind::kDisk) return std::unexpected(*answer.error);
  if (answer.kind == Kind::kNoRanges) return without_ranges();
  if (answer.kind == Kind::kRefused) return refused(lane, answer, stop);
  const Error cut{ErrorCode::kUnavailable, lane.url.origin() + " broke off"};
  Error why = end.error.value_or(cut);
  if (answer.kind == Kind::kWrong) why.message = lane.url.origin() + " gave " + answer.text;
  if (end.not_trusted) return std::unexpected(why);
  return try_again(lane, why);
}

Result<void> TransferWork::look_for_stalls() {
  const Clock::time_point now = Clock::now();
  for (const auto& lane : lanes_) {
    if (!lane->running || now - lane->receiver.moved() < settings_.stall) continue;
    set_.remove(lane->receiver);
    lane->running = false;
    const Error why{ErrorCode::kTimeout, lane->url.origin() + " sends nothing any more"};
    if (!ranged_) return try_again(*lane, why);  // which makes new lanes
    AX_CHECK(try_again(*lane, why, at_once(*lane)));
  }
  return {};
}

uint64_t TransferWork::whole_to() const {
  uint64_t place = 0;
  for (const auto& lane : lanes_) {
    const Part& part = lane->receiver.part();
    place = part.offset + part.completed;
    if (!part.whole()) break;
  }
  return place;
}

bool TransferWork::done() const {
  return std::ranges::all_of(lanes_,
                             [](const auto& lane) { return lane->receiver.part().whole(); });
}

Result<void> TransferWork::note_all() {
  Result<void> all;
  for (const auto& lane : lanes_) {
    if (auto noted = lane->receiver.note(); !noted && all) all = noted;
  }
  return all;
}

Result<void> TransferWork::fetch_all(std::stop_token stop) {
  const std::stop_callback wake(stop, [this] { set_.wake(); });
  while (!done()) {
    if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "the transfer was canceled");
    start_ready();
    for (const TransferEnd& end : set_.wait(kTick)) {
      const auto lane = std::ranges::find_if(
          lanes_, [&](const auto& one) { return &one->receiver == end.receiver; });
      if (lane != lanes_.end() && (*lane)->running) AX_CHECK(settle(**lane, end, stop));
    }
    AX_CHECK(look_for_stalls());
    hash_->advance(whole_to());
  }
  return {};
}

Result<std::string> TransferWork::run(std::stop_token stop) {
  const Result<void> fetched = fetch_all(stop);
  const Result<void> noted = note_all();
  if (!fetched) return std::unexpected(fetched.error());
  AX_CHECK(noted);
  return hash_->finish(source_.size, stop);
}

}  // namespace axllama::store
