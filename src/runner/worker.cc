#include "runner/worker.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/process.h"
#include "runner/limits.h"

namespace axllama::runner {

using SteadyClock = std::chrono::steady_clock;

struct Worker::Sequence {
  Job job;
  int slot;
  Prompt content;  // all that belongs into the slot; the end is not evaluated yet
  int64_t prompt_tokens;
  int64_t cached_tokens;
  int64_t answer_tokens = 0;
  int images_seen = 0;
  SteadyClock::time_point started = SteadyClock::now();
  SteadyClock::time_point first_token = {};
  std::optional<Event> last = {};  // set when the sequence is over

  Done done(DoneReason reason) const;
};

struct Worker::Slot {
  std::vector<Token> tokens;  // evaluated
  size_t prompt = 0;          // as History's
  std::unique_ptr<Sequence> sequence;
  uint64_t last_used = 0;
};

namespace {

// Images can't come back as numbers.
std::vector<Token> without_images(std::vector<Token> tokens) {
  std::erase_if(tokens, is_image);
  return tokens;
}

}  // namespace

Done Worker::Sequence::done(DoneReason reason) const {
  const auto now = SteadyClock::now();
  const auto prompt_end = answer_tokens > 0 ? first_token : now;
  return Done{.reason = reason,
              .prompt_tokens = prompt_tokens,
              .cached_tokens = cached_tokens,
              .answer_tokens = answer_tokens,
              .prompt_time = prompt_end - started,
              .answer_time = now - prompt_end,
              .context = job.want_context ? without_images(content.tokens) : std::vector<Token>{},
              .stop = job.answer.stop(),
              .thinking_tokens = job.answer.thinking_tokens(),
              .dropped_messages = job.dropped_messages};
}

Worker::Worker(std::unique_ptr<Engine> engine, uint64_t park_bytes)
    : engine_(std::move(engine)),
      parked_(*engine_, park_bytes),
      slots_(static_cast<size_t>(engine_->slots())) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    leave_signals_to_the_loop();
    run(stop);
  });
}

Worker::~Worker() {
  thread_.request_stop();
  wake_.notify_all();
}

void Worker::submit(Job job) {
  std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  queued_.fetch_add(1, std::memory_order_relaxed);
  wake_.notify_one();
}

void Worker::submit(EmbedJob job) {
  std::lock_guard lock(mutex_);
  embed_jobs_.push_back(std::move(job));
  wake_.notify_one();
}

void Worker::run(const std::stop_token& stop) {
  while (wait_for_work(stop)) {
    drop_canceled();
    run_embeddings();
    admit();
    if (!broken()) step();
    if (broken()) {
      fail_all(failure_);
      refuse_queued(failure_);
    }
  }
  const Error canceled{ErrorCode::kCanceled, "the runner is shutting down"};
  fail_all(canceled);
  refuse_queued(canceled);
}

bool Worker::wait_for_work(const std::stop_token& stop) {
  if (active() > 0) return !stop.stop_requested();
  std::unique_lock lock(mutex_);
  wake_.wait(lock, stop, [&] { return !jobs_.empty() || !embed_jobs_.empty(); });
  return !stop.stop_requested();
}

void Worker::admit() {
  for (;;) {
    std::optional<Job> job;
    std::optional<Place> place;
    {
      std::lock_guard lock(mutex_);
      if (jobs_.empty() || broken()) return;
      place = place_for(jobs_.front().prompt.tokens);
      if (!place && !jobs_.front().stop.stop_requested()) return;
      job.emplace(std::move(jobs_.front()));
      jobs_.pop_front();
      queued_.fetch_sub(1, std::memory_order_relaxed);
    }
    if (job->stop.stop_requested()) {
      job->emit(Failed{{ErrorCode::kCanceled, "request canceled"}});
    } else {
      start(*std::move(job), *place);
    }
  }
}

std::optional<Worker::Place> Worker::place_for(std::span<const Token> prompt) const {
  std::vector<SlotView> views;
  for (const Slot& slot : slots_) {
    views.push_back({slot.tokens, slot.sequence != nullptr, slot.last_used});
  }
  const std::optional<SlotChoice> choice = choose_slot(views, prompt);
  if (!choice) return std::nullopt;
  const std::optional<ParkedChoice> parked = parked_.find(prompt, choice->reuse);
  if (!parked) return Place{*choice, std::nullopt};
  return Place{{*longest_unused(views), parked->reuse}, parked};
}

void Worker::start(Job job, const Place& place) {
  const auto began = SteadyClock::now();
  const int slot = place.choice.slot;
  Slot& home = slots_[static_cast<size_t>(slot)];
  take_slot(place, job.prompt.tokens);
  home.prompt = job.prompt.tokens.size();
  home.last_used = ++uses_;
  job.sampler.accept_prompt(without_images(job.prompt.tokens));
  Prompt content = job.prompt;
  const auto length = static_cast<int64_t>(content.tokens.size());
  home.sequence =
      std::make_unique<Sequence>(Sequence{.job = std::move(job),
                                          .slot = slot,
                                          .content = std::move(content),
                                          .prompt_tokens = length,
                                          .cached_tokens = static_cast<int64_t>(home.tokens.size()),
                                          .started = began});
  active_.fetch_add(1, std::memory_order_relaxed);
  home.sequence->job.emit(Started{length, home.sequence->cached_tokens});
}

// Leaves in the slot what the prompt can use; the rest is parked or forgotten.
void Worker::take_slot(const Place& place, std::span<const Token> prompt) {
  const int slot = place.choice.slot;
  Slot& home = slots_[static_cast<size_t>(slot)];
  const History history{home.tokens, home.prompt};
  const size_t shared = common_prefix(home.tokens, prompt);
  if (place.parked) {
    home.tokens = parked_.exchange(slot, history, shared, *place.parked);
    return;
  }
  parked_.park(slot, history, shared);
  home.tokens.resize(static_cast<size_t>(engine_->truncate(slot, place.choice.reuse)));
}

void Worker::run_embeddings() {
  while (!broken()) {
    std::optional<EmbedJob> job;
    {
      std::lock_guard lock(mutex_);
      if (embed_jobs_.empty()) return;
      job.emplace(std::move(embed_jobs_.front()));
      embed_jobs_.pop_front();
    }
    std::vector<std::vector<float>> vectors;
    std::optional<Error> error;
    for (const std::vector<Token>& input : job->inputs) {
      Result<std::vector<float>> vector = engine_->embed(input, job->stop);
      if (!vector) {
        error = std::move(vector).error();
        break;
      }
      vectors.push_back(*std::move(vector));
    }
    if (error) {
      note_failure(*error);
      job->finish(std::unexpected(*std::move(error)));
    } else {
      job->finish(std::move(vectors));
    }
  }
}

void Worker::drop_canceled() {
  for (Slot& slot : slots_) {
    if (slot.sequence && slot.sequence->job.stop.stop_requested()) {
      finish(*slot.sequence, Failed{{ErrorCode::kCanceled, "request canceled"}});
    }
  }
  std::lock_guard lock(mutex_);
  std::erase_if(jobs_, [&](Job& job) {
    if (!job.stop.stop_requested()) return false;
    job.emit(Failed{{ErrorCode::kCanceled, "request canceled"}});
    queued_.fetch_sub(1, std::memory_order_relaxed);
    return true;
  });
}

// One step evaluates, for each sequence, what is not evaluated yet: one token when it generates, a
// piece of its prompt otherwise. Generating sequences come first, so that a long prompt of one
// client slows the others' tokens by at most one step.
void Worker::step() {
  std::vector<Sequence*> order;
  for (Slot& slot : slots_) {
    if (!slot.sequence) continue;
    make_room(*slot.sequence);
    if (slot.sequence->last) {
      finish(*slot.sequence, *slot.sequence->last);
    } else {
      order.push_back(slot.sequence.get());
    }
  }
  std::ranges::stable_sort(order, {}, [&](const Sequence* s) { return pending(*s) > 1; });
  step_image(order);
  if (broken()) return;
  std::erase_if(order, [&](const Sequence* sequence) {
    return std::ranges::none_of(slots_,
                                [&](const Slot& s) { return s.sequence.get() == sequence; });
  });
  step_tokens(order);
}

size_t Worker::pending(const Sequence& sequence) const {
  return sequence.content.tokens.size() - slots_[static_cast<size_t>(sequence.slot)].tokens.size();
}

// The image that is to be evaluated next.
const PlacedImage* Worker::next_image(const Sequence& sequence) const {
  const size_t at = slots_[static_cast<size_t>(sequence.slot)].tokens.size();
  const auto& images = sequence.content.images;
  const auto it = std::ranges::find(images, at, &PlacedImage::begin);
  return it == images.end() ? nullptr : &*it;
}

// How many tokens come before the next image.
size_t Worker::next_tokens(const Sequence& sequence) const {
  const auto begin = sequence.content.tokens.end() - static_cast<std::ptrdiff_t>(pending(sequence));
  return static_cast<size_t>(std::find_if(begin, sequence.content.tokens.end(), is_image) - begin);
}

// One image at most, so that it delays the others' tokens by no more than that; those who have seen
// the fewest come first.
void Worker::step_image(const std::vector<Sequence*>& order) {
  Sequence* next = nullptr;
  for (Sequence* sequence : order) {
    if (next_image(*sequence) == nullptr) continue;
    if (next == nullptr || sequence->images_seen < next->images_seen) next = sequence;
  }
  if (next == nullptr) return;
  const std::shared_ptr<const ImageChunk> chunk = next_image(*next)->chunk;
  if (Result<void> done = engine_->step_image(next->slot, *chunk, next->job.stop); !done) {
    if (done.error().code == ErrorCode::kCanceled) return;  // drop_canceled takes it from here
    log_error("an image can't be evaluated: " + done.error().text());
    note_failure(done.error());
    finish(*next, Failed{done.error()});
    return;
  }
  ++next->images_seen;
  Slot& slot = slots_[static_cast<size_t>(next->slot)];
  const auto begin = next->content.tokens.begin() + static_cast<std::ptrdiff_t>(slot.tokens.size());
  slot.tokens.insert(slot.tokens.end(), begin, begin + chunk->tokens());
}

void Worker::step_tokens(const std::vector<Sequence*>& order) {
  std::vector<Row> rows;
  std::vector<Sequence*> owners;
  std::vector<size_t> counts;
  const auto chunk = static_cast<size_t>(engine_->info().chunk);
  for (Sequence* sequence : order) {
    const size_t count = std::min(next_tokens(*sequence), chunk - rows.size());
    if (count == 0) continue;
    const size_t begin = slots_[static_cast<size_t>(sequence->slot)].tokens.size();
    for (size_t i = begin; i < begin + count; ++i) {
      const std::vector<Token>& tokens = sequence->content.tokens;
      rows.push_back({sequence->slot, tokens[i], i + 1 == tokens.size()});
    }
    owners.push_back(sequence);
    counts.push_back(count);
  }
  if (rows.empty()) return;

  // A step is not interrupted for one client that goes away while others wait for it.
  const std::stop_token stop = owners.size() == 1 ? owners[0]->job.stop : std::stop_token{};
  const auto sink = [&](size_t row, const Logits& logits) {
    Sequence& sequence = *slots_[static_cast<size_t>(rows[row].slot)].sequence;
    draw(sequence, logits);
  };
  if (Result<void> done = engine_->step(rows, sink, stop); !done) {
    if (done.error().code == ErrorCode::kCanceled) return;  // drop_canceled takes it from here
    log_error("step failed: " + done.error().text());
    note_failure(done.error());
    fail_all(done.error());
    return;
  }
  for (size_t i = 0; i < owners.size(); ++i) {
    Slot& slot = slots_[static_cast<size_t>(owners[i]->slot)];
    const auto begin =
        owners[i]->content.tokens.begin() + static_cast<std::ptrdiff_t>(slot.tokens.size());
    slot.tokens.insert(slot.tokens.end(), begin, begin + static_cast<std::ptrdiff_t>(counts[i]));
    if (owners[i]->last) finish(*owners[i], *owners[i]->last);
  }
}

// Makes a full context shorter, or ends the answer there.
void Worker::make_room(Sequence& sequence) {
  const int64_t context = sequence.job.context;
  const auto length = static_cast<int64_t>(sequence.content.tokens.size());
  if (length <= context) return;
  if (!sequence.job.shift) {
    sequence.last = sequence.done(DoneReason::kLength);
    return;
  }
  Slot& slot = slots_[static_cast<size_t>(sequence.slot)];
  const auto held = static_cast<int64_t>(slot.tokens.size());
  const size_t keep =
      before_image(slot.tokens, static_cast<size_t>(std::min(sequence.job.keep, held)));
  const int64_t discarded = discarded_tokens(held, static_cast<int64_t>(keep));
  const size_t end = behind_image(slot.tokens, keep + static_cast<size_t>(discarded));
  const size_t drop = end - keep;
  erase(sequence.content, keep, end);
  slot.prompt = 0;
  const Result<void> shifted =
      engine_->shift(sequence.slot, static_cast<int>(keep), static_cast<int>(drop));
  if (shifted) {
    slot.tokens.erase(slot.tokens.begin() + static_cast<std::ptrdiff_t>(keep),
                      slot.tokens.begin() + static_cast<std::ptrdiff_t>(end));
  } else {  // the engine can't: what follows the kept part is evaluated again
    slot.tokens.resize(
        static_cast<size_t>(engine_->truncate(sequence.slot, static_cast<int>(keep))));
  }
  log_debug("context of slot " + std::to_string(sequence.slot) + " is full: dropped " +
            std::to_string(drop) + " tokens behind the first " + std::to_string(keep));
}

void Worker::draw(Sequence& sequence, const Logits& logits) {
  if (sequence.job.most_tokens == 0) {
    sequence.last = sequence.done(DoneReason::kLength);
    return;
  }
  const Draw drawn = sequence.job.sampler.draw(logits, sequence.job.top_logprobs);
  if (sequence.answer_tokens++ == 0) sequence.first_token = SteadyClock::now();
  for (Event& event : sequence.job.answer.push(vocabulary(), drawn)) {
    sequence.job.emit(std::move(event));
  }
  const bool ended = vocabulary().is_end(drawn.token);
  if (!ended) sequence.content.tokens.push_back(drawn.token);
  if (ended || sequence.job.answer.stopped()) {
    sequence.last = sequence.done(DoneReason::kStop);
  } else if (sequence.answer_tokens >= sequence.job.most_tokens) {
    sequence.last = sequence.done(DoneReason::kLength);
  }
}

void Worker::finish(Sequence& sequence, Event last) {
  Slot& slot = slots_[static_cast<size_t>(sequence.slot)];
  if (std::holds_alternative<Done>(last)) {
    for (Event& event : sequence.job.answer.finish()) sequence.job.emit(std::move(event));
  }
  slot.tokens.resize(
      std::min(slot.tokens.size(), static_cast<size_t>(engine_->length(sequence.slot))));
  sequence.job.emit(std::move(last));
  slot.sequence.reset();
  active_.fetch_sub(1, std::memory_order_relaxed);
}

void Worker::fail_all(const Error& error) {
  for (Slot& slot : slots_) {
    if (slot.sequence) finish(*slot.sequence, Failed{error});
  }
}

// Faults of a request or of memory leave the engine as it was; after any other, a device call has
// stopped half-way.
void Worker::note_failure(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInternal:
    case ErrorCode::kCorrupt:
    case ErrorCode::kIo:
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
      failure_ = error;
      broken_.store(true, std::memory_order_release);
      break;
    default:
      break;
  }
}

void Worker::refuse_queued(const Error& error) {
  std::lock_guard lock(mutex_);
  queued_.store(0, std::memory_order_relaxed);
  for (Job& job : jobs_) job.emit(Failed{error});
  for (EmbedJob& job : embed_jobs_) job.finish(std::unexpected(error));
  jobs_.clear();
  embed_jobs_.clear();
}

}  // namespace axllama::runner
