#include "engine/axcl/replica.h"

#include <algorithm>

namespace axllama::npu {

Replica::Replica(const axmodel::ModelFolder& folder, const EmbeddingTable& embeddings,
                 std::vector<Seat> seats)
    : folder_(folder), embeddings_(embeddings) {
  for (Seat& seat : seats) places_.emplace_back(std::move(seat));
}

Replica::~Replica() {
  for (Place& place : places_) {
    place.seat.card->start([&place] { place.stage.reset(); });
  }
  wait();
}

std::vector<uint64_t> Replica::load_bytes() const {
  std::vector<uint64_t> bytes;
  for (const Place& place : places_) bytes.push_back(bytes_of(folder_, place.seat.part).weights);
  return bytes;
}

void Replica::start_load(const LoadOrder& order, LoadWatch& watch, size_t first) {
  for (size_t i = 0; i < places_.size(); ++i) {
    Place& place = places_[i];
    place.seat.card->start([this, &place, &watch, order, index = first + i] {
      const LoadProgress tell = [&](float share) { return watch.tell(index, share); };
      const PartBytes bytes = bytes_of(folder_, place.seat.part);
      MemoryGuard guard{place.seat.free, order.floor, bytes.cache + bytes.buffers};
      if (place.seat.may_be_more) {
        guard.ask = [&place] { return place.seat.card->free_bytes().value_or(0); };
      }
      auto stage = Stage::load(place.seat.card->call(), part_of(folder_, place.seat.part), guard,
                               order.slots, tell);
      if (stage) {
        place.stage = *std::move(stage);
      } else {
        place.done = std::unexpected(on_card(*place.seat.card, stage.error()));
        if (order.together) watch.stop();
      }
      watch.ended();
    });
  }
}

void Replica::start_check(std::vector<CheckPlan> plans) {
  for (size_t i = 0; i < places_.size(); ++i) {
    Place& place = places_[i];
    place.seat.card->start([this, &place, plan = std::move(plans[i])] {
      Result<Verdict> verdict = place.stage->check(plan, embeddings_);
      if (verdict) {
        place.verdict = *std::move(verdict);
      } else {
        place.done = std::unexpected(on_card(*place.seat.card, verdict.error()));
      }
    });
  }
}

// A stage that was stopped since another failed is not what went wrong.
Result<void> Replica::finish() {
  wait();
  Result<void> first;
  for (Place& place : places_) {
    const bool counts = !place.done && (first || first.error().code == ErrorCode::kCanceled);
    if (counts) first = place.done;
    place.done = {};
  }
  return first;
}

int Replica::slots() const {
  int fewest = places_.front().stage->slots();
  for (const Place& place : places_) fewest = std::min(fewest, place.stage->slots());
  return fewest;
}

template <class Job>
Result<void> Replica::on_each(Job job) {
  for (Place& place : places_) {
    const Result<void> done = place.seat.card->run([&] { return job(*place.stage); });
    if (!done) return std::unexpected(on_card(*place.seat.card, done.error()));
  }
  return {};
}

Result<void> Replica::keep_slots(int count) {
  return on_each([&](Stage& stage) -> Result<void> {
    stage.keep_slots(count);
    return {};
  });
}

void Replica::start(std::vector<Work> works, Step& step) {
  works_ = std::move(works);
  size_t wanted = 0;
  for (const Work& work : works_) {
    const auto rows = step.rows().subspan(work.first, static_cast<size_t>(work.piece.rows));
    wanted += static_cast<size_t>(std::ranges::count(rows, true, &Row::wants_logits));
  }
  outputs_.begin(wanted);
  for (Place& place : places_) place.rows.begin(works_.size());
  for (size_t i = 0; i < places_.size(); ++i) {
    places_[i].seat.card->start([this, i, &step] { run_stage(i, step); });
  }
}

void Replica::wait() {
  for (Place& place : places_) place.seat.card->wait();
}

void Replica::run_stage(size_t number, Step& step) {
  Place& place = places_[number];
  for (const Work& work : works_) {
    if (step.stopped()) break;
    std::span<const std::byte> rows;
    if (number == 0) {
      rows = embedded(work, step.rows());
    } else if (const auto* given = places_[number - 1].rows.take()) {
      rows = *given;
    } else {
      break;
    }
    if (const Result<void> done = run_work(number, work, rows, step); !done) {
      step.fail(on_card(*place.seat.card, done.error()));
      break;
    }
  }
  place.rows.close();
  if (number + 1 == places_.size()) outputs_.close();
}

Result<void> Replica::run_work(size_t number, const Work& work, std::span<const std::byte> rows,
                               const Step& step) {
  Place& place = places_[number];
  const auto count = static_cast<size_t>(work.piece.rows);
  const auto asked = step.rows().subspan(work.first, count);
  AX_CHECK(place.stage->evaluate(work.piece, work.slot, rows, asked.back().wants_logits));
  if (number + 1 < places_.size()) {
    AX_CHECK(place.stage->read_rows(place.rows.next()));
    place.rows.put();
    return {};
  }
  for (size_t i = 0; i < count; ++i) {
    if (!asked[i].wants_logits) continue;
    const bool hidden = step.gives() == Step::Gives::kHidden;
    AX_CHECK(hidden ? place.stage->read_hidden(static_cast<int>(i), outputs_.next())
                    : place.stage->read_logits(static_cast<int>(i), outputs_.next()));
    outputs_.put();
  }
  return {};
}

std::span<const std::byte> Replica::embedded(const Work& work, std::span<const Row> rows) {
  const auto count = static_cast<size_t>(work.piece.rows);
  if (count == 1) return embeddings_.row(rows[work.first].token);
  embedded_.clear();
  for (const Row& row : rows.subspan(work.first, count)) {
    const auto one = embeddings_.row(row.token);
    embedded_.insert(embedded_.end(), one.begin(), one.end());
  }
  return embedded_;
}

Result<void> Replica::copy(int from, int to, int n) {
  return on_each(
      [&](Stage& stage) { return stage.slot(to).copy(stage.call(), stage.slot(from), n); });
}

template <class Job>
Result<void> Replica::on_layer(size_t layer, Job job) {
  const auto home = std::ranges::find_if(places_, [&](const Place& place) {
    return layer < place.seat.part.first + place.seat.part.layers;
  });
  const size_t own = layer - home->seat.part.first;
  const Result<void> done = home->seat.card->run([&] { return job(*home->stage, own); });
  return done ? done : std::unexpected(on_card(*home->seat.card, done.error()));
}

Result<void> Replica::read_rows(int slot, size_t layer, std::span<std::byte> keys,
                                std::span<std::byte> values) {
  return on_layer(layer, [&](Stage& stage, size_t own) {
    return stage.slot(slot).read(stage.call(), own, keys, values);
  });
}

Result<void> Replica::write_rows(int slot, size_t layer, std::span<const std::byte> keys,
                                 std::span<const std::byte> values) {
  return on_layer(layer, [&](Stage& stage, size_t own) {
    return stage.slot(slot).write(stage.call(), own, keys, values);
  });
}

}  // namespace axllama::npu
